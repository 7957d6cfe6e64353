#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::store::embedded {

/// Bytes as a file that is in memory alone, so that the engine can read them through a path.
class MemoryFile {
 public:
  /// Fails with `unavailable` where the memory is not to be had.
  static Result<MemoryFile> of(std::string_view bytes);
  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile();

  /// A path that this process can open while the file lives.
  std::string path() const;

 private:
  explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace parley::store::embedded
