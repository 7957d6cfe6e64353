#include "journal/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/file.h"

namespace parley::journal {
namespace {

Error failed(const char* what, const std::string& path, int number) {
  const Code code = number == ENOSPC || number == EDQUOT ? Code::kExhausted : Code::kUnavailable;
  return Error{code, std::string("journal: cannot ") + what + " " + path + ": " + std::strerror(number)};
}

class SystemFile final : public File {
 public:
  SystemFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~SystemFile() override { ::close(descriptor_); }
  SystemFile(const SystemFile&) = delete;
  SystemFile& operator=(const SystemFile&) = delete;
  int descriptor() const { return descriptor_; }

  Result<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) override {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = ::pread(descriptor_, into + done, size - done, static_cast<off_t>(offset + done));
      if (got == 0) break;
      if (got < 0) {
        if (errno == EINTR) continue;
        return failed("read", path_, errno);
      }
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Status write(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t wrote = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (wrote < 0) {
        if (errno == EINTR) continue;
        return failed("write", path_, errno);
      }
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
      offset += static_cast<std::uint64_t>(wrote);
    }
    return {};
  }

  // Not tried again after EINTR or anything else: what a second fdatasync says of the first one's pages is worthless.
  Status flush() override {
    if (::fdatasync(descriptor_) != 0) return failed("flush", path_, errno);
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) return failed("look at", path_, errno);
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  const int descriptor_;
  const std::string path_;
};

class SystemDisk final : public Disk {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override {
    const int flags = O_RDWR | O_CLOEXEC | (how == Open::kNew ? O_CREAT | O_TRUNC : 0);
    const int descriptor = ::open(path.c_str(), flags, 0640);
    if (descriptor < 0) return failed("open", path, errno);
    return std::unique_ptr<File>(std::make_unique<SystemFile>(descriptor, path));
  }

  Result<std::shared_ptr<void>> lock(const std::string& path) override {
    auto file = open(path, Open::kNew);
    if (!file) return file.error();
    const int descriptor = static_cast<SystemFile&>(**file).descriptor();
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
      return Error{Code::kConflict, "journal: another process holds " + path};
    return std::shared_ptr<void>(std::move(*file));
  }

  Status make_directory(const std::string& path) override {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return failed("make", path, error.value());
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    DIR* const open = ::opendir(directory.c_str());
    if (open == nullptr) return failed("list", directory, errno);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(open))
      if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
        names.emplace_back(entry->d_name);
    ::closedir(open);
    return names;
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename", from, errno);
    return {};
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("remove", path, errno);
    return {};
  }

  Status flush_directory(const std::string& path) override {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failed("open", path, errno);
    const int outcome = ::fsync(descriptor);
    const int number = errno;
    ::close(descriptor);
    if (outcome != 0) return failed("flush", path, number);
    return {};
  }

  Result<std::string> read_small(const std::string& path) override { return read_file(path); }

  Status replace_small(const std::string& path, std::string_view bytes) override {
    return write_file_durably(path, bytes, 0640);
  }
};

}  // namespace

std::shared_ptr<Disk> system_disk() { return std::make_shared<SystemDisk>(); }

}  // namespace parley::journal
