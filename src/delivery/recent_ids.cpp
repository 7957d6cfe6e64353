#include "delivery/recent_ids.h"

#include <algorithm>
#include <bit>

namespace parley::delivery {

RecentIds::RecentIds(std::size_t capacity)
    : capacity_(std::max<std::size_t>(capacity, 1)), mask_(std::bit_ceil(2 * capacity_) - 1) {
  tables_.fill(Table(mask_ + 1, 0));
}

bool RecentIds::seen_before(std::uint64_t id) {
  if (id == 0) id = 1;  // 0 marks a free slot
  const Table& old = tables_[1 - young_];
  if (old[slot(old, id)] == id) return true;
  Table& young = tables_[young_];
  std::uint64_t& place = young[slot(young, id)];
  if (place == id) return true;
  place = id;
  if (++held_ == capacity_) {
    young_ = 1 - young_;
    std::fill(tables_[young_].begin(), tables_[young_].end(), 0);
    held_ = 0;
  }
  return false;
}

// Where the id is, or the free slot where it would be.
std::size_t RecentIds::slot(const Table& table, std::uint64_t id) const {
  std::size_t at = id & mask_;
  while (table[at] != 0 && table[at] != id) at = (at + 1) & mask_;
  return at;
}

}  // namespace parley::delivery
