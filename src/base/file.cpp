#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace parley {
namespace {

Error failed(const char* what, const std::string& path) {
  return internal(std::string(what) + " " + path + ": " + std::strerror(errno));
}

// Closes a descriptor at the end of the scope.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

Status flush_directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const Descriptor parent{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (parent.value < 0 || ::fsync(parent.value) != 0) return failed("cannot flush", directory);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0) return errno == ENOENT ? not_found("no file " + path) : failed("cannot open", path);
  std::string bytes;
  struct stat status {};
  if (::fstat(file.value, &status) == 0 && status.st_size > 0) bytes.reserve(static_cast<std::size_t>(status.st_size));
  char block[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(file.value, block, sizeof block);
    if (got == 0) return bytes;
    if (got < 0) {
      if (errno == EINTR) continue;
      return failed("cannot read", path);
    }
    bytes.append(block, static_cast<std::size_t>(got));
  }
}

Status write_file_durably(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string beside = path + ".new";
  {
    const Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, static_cast<mode_t>(mode))};
    if (file.value < 0) return failed("cannot write", beside);
    // O_CREAT keeps the mode of a file that a crash left behind.
    if (::fchmod(file.value, static_cast<mode_t>(mode)) != 0) return failed("cannot set the mode of", beside);
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(file.value, bytes.data(), bytes.size());
      if (wrote < 0) {
        if (errno == EINTR) continue;
        return failed("cannot write", beside);
      }
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    if (::fsync(file.value) != 0) return failed("cannot flush", beside);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return failed("cannot replace", path);
  return flush_directory_of(path);
}

Status remove_file_durably(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("cannot remove", path);
  return flush_directory_of(path);
}

Result<std::string> gunzip(std::string_view bytes, std::size_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) return internal("cannot start zlib");
  struct End {
    z_stream* stream;
    ~End() { inflateEnd(stream); }
  } end{&stream};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  for (;;) {
    const std::size_t had = out.size();
    const std::size_t room = std::min<std::size_t>(std::max<std::size_t>(had, 16 * 1024), limit + 1 - had);
    out.resize(had + room);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + had);
    stream.avail_out = static_cast<uInt>(room);
    const int state = inflate(&stream, Z_NO_FLUSH);
    out.resize(had + room - stream.avail_out);
    if (out.size() > limit)
      return Error{Code::kTooLarge, "compressed data: more than " + std::to_string(limit) + " bytes when unpacked"};
    if (state == Z_STREAM_END) {
      // Several gzip members may follow each other (concatenated .gz files).
      if (stream.avail_in == 0) return out;
      if (inflateReset(&stream) != Z_OK) return invalid("compressed data: damaged");
      continue;
    }
    if (state == Z_BUF_ERROR && stream.avail_in == 0) return invalid("compressed data: cut short");
    if (state != Z_OK && state != Z_BUF_ERROR) return invalid("compressed data: neither gzip nor zlib, or damaged");
  }
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace parley
