#pragma once

#include <memory_resource>
#include <string_view>

namespace parley::model {

/// Memory that lives as long as one request or one batch: everything taken from it goes at once, with it.
/// For one thread at a time.
class Arena {
 public:
  explicit Arena(std::size_t first_block = 16 * 1024) : memory_(first_block) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  std::pmr::memory_resource* memory() { return &memory_; }

  /// A copy of `text` that lives as long as the arena.
  std::string_view copy(std::string_view text);
  /// `size` bytes to write into.
  char* bytes(std::size_t size) { return static_cast<char*>(memory_.allocate(size == 0 ? 1 : size, 1)); }
  /// Gives everything back; views into it end here.
  void reset() { memory_.release(); }

 private:
  std::pmr::monotonic_buffer_resource memory_;
};

}  // namespace parley::model
