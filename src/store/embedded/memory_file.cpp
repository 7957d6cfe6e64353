#include "store/embedded/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace parley::store::embedded {

Result<MemoryFile> MemoryFile::of(std::string_view bytes) {
  MemoryFile file(::memfd_create("parley-insert", MFD_CLOEXEC));
  if (file.descriptor_ < 0) return unavailable(std::string("store: no memory file: ") + std::strerror(errno));
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return unavailable(std::string("store: cannot fill a memory file: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return file;
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

MemoryFile::~MemoryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace parley::store::embedded
