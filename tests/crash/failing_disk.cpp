// A disk that fails on demand, for a process that runs with this library in LD_PRELOAD: while the file
// FAILING_DISK_CONTROL exists, writes (its content is "write") or flushes ("flush") of files below
// FAILING_DISK_DIRECTORY fail. A failing write gives ENOSPC and does nothing. A failing flush gives EIO and leaves the
// written bytes in the page cache.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool fails(int descriptor, char operation) {
  const char* const control = getenv("FAILING_DISK_CONTROL");
  const char* const directory = getenv("FAILING_DISK_DIRECTORY");
  if (control == nullptr || directory == nullptr) return false;
  const int saved = errno;
  char failing = 0;
  if (const int file = open(control, O_RDONLY | O_CLOEXEC); file >= 0) {
    if (read(file, &failing, 1) != 1) failing = 0;
    close(file);
  }
  errno = saved;
  if (failing != operation) return false;
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t size = readlink(link, path, sizeof path);
  errno = saved;
  return size > 0 && strncmp(path, directory, strlen(directory)) == 0;
}

}  // namespace

extern "C" {

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  if (!fails(descriptor, 'w')) return next(descriptor, bytes, size, offset);
  errno = ENOSPC;
  return -1;
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  return pwrite(descriptor, bytes, size, offset);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
  if (!fails(descriptor, 'w')) return next(descriptor, bytes, size);
  errno = ENOSPC;
  return -1;
}

int fdatasync(int descriptor) {
  static auto* const next = real<int(int)>("fdatasync");
  if (!fails(descriptor, 'f')) return next(descriptor);
  errno = EIO;
  return -1;
}

int fsync(int descriptor) {
  static auto* const next = real<int(int)>("fsync");
  if (!fails(descriptor, 'f')) return next(descriptor);
  errno = EIO;
  return -1;
}
}
