#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::journal {

/// An open file of the journal. Reads may run beside each other and beside writes to other places.
/// Failures: `exhausted` where the disk is full, `unavailable` for everything else, naming the path.
class File {
 public:
  virtual ~File() = default;
  /// Reads until `size` bytes or the file's end; gives how many.
  virtual Result<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) = 0;
  /// Writes all of it.
  virtual Status write(std::uint64_t offset, std::string_view bytes) = 0;
  /// Returns once everything written is on disk (fdatasync). After a failure nothing is known of what was written.
  virtual Status flush() = 0;
  virtual Result<std::uint64_t> size() = 0;
};

/// The file operations that the journal needs: the edge at which tests inject faults. Safe for any number of threads.
class Disk {
 public:
  virtual ~Disk() = default;
  enum class Open { kExisting, kNew };
  virtual Result<std::unique_ptr<File>> open(const std::string& path, Open how) = 0;
  /// Makes the file and keeps other processes from locking it too while the handle lives: `conflict` where one does.
  virtual Result<std::shared_ptr<void>> lock(const std::string& path) = 0;
  virtual Status make_directory(const std::string& path) = 0;
  /// Names of the files in a directory, in no order.
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  /// Makes renames and new names durable.
  virtual Status flush_directory(const std::string& path) = 0;
  /// A whole small file: `not_found` where there is none.
  virtual Result<std::string> read_small(const std::string& path) = 0;
  /// Replaces a whole small file at once and durably.
  virtual Status replace_small(const std::string& path, std::string_view bytes) = 0;
};

/// The machine's own disk.
std::shared_ptr<Disk> system_disk();

}  // namespace parley::journal
