#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::delivery {

/// Remembers at least the last `capacity` distinct ids that it was given and at most twice as many, in 32 bytes an id.
/// Ids are good hashes. For one thread.
class RecentIds {
 public:
  explicit RecentIds(std::size_t capacity);
  /// True where the id is remembered; else remembers it.
  bool seen_before(std::uint64_t id);

 private:
  // Two generations of one open-addressing table each: when the young one is full, the old one is forgotten.
  using Table = std::vector<std::uint64_t>;
  std::size_t slot(const Table& table, std::uint64_t id) const;

  const std::size_t capacity_;
  const std::size_t mask_;
  std::array<Table, 2> tables_;
  std::size_t young_ = 0;
  std::size_t held_ = 0;  // in the young table
};

}  // namespace parley::delivery
