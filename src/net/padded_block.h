#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace parley::net {

class BlockPool;

/// A fixed piece of memory with 64 more readable bytes behind it, so that simdjson may read past the end of a text that
/// fills it.
class PaddedBlock {
 public:
  static constexpr std::size_t kPadding = 64;

  PaddedBlock() = default;
  explicit PaddedBlock(std::size_t capacity);

  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  std::size_t capacity() const { return capacity_; }
  explicit operator bool() const { return bytes_ != nullptr; }

 private:
  friend class BlockPool;
  struct Release {
    std::shared_ptr<BlockPool> pool;  // where it goes back to; none: freed
    void operator()(char* bytes) const;
  };
  std::unique_ptr<char[], Release> bytes_;
  std::size_t capacity_ = 0;
};

/// Blocks of 64 KiB that are used again, newest first. Any thread may take and, by letting a block go, give back: a
/// request's memory is freed where it is answered, and the system's allocator answers such traffic with page faults
/// that cost more than receiving the bytes.
class BlockPool : public std::enable_shared_from_this<BlockPool> {
 public:
  static constexpr std::size_t kCapacity = 64 * 1024;
  static constexpr std::size_t kMostFree = 256;

  ~BlockPool();
  PaddedBlock take();
  /// Frees the blocks that were not needed since the last call.
  void trim();
  /// No block waits to be used again.
  bool empty();

 private:
  friend class PaddedBlock;
  void give_back(char* bytes);

  std::mutex mutex_;
  std::vector<char*> free_;
  std::size_t fewest_free_ = 0;
};

}  // namespace parley::net
