#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::plan {

/// A fixed set of names, each with a small number, made for being asked very often: a perfect hash, so that an answer
/// costs one hash of the name and one comparison. Names must differ. Immutable; any number of threads.
class NameTable {
 public:
  static constexpr std::uint32_t kMissing = 0xffffffff;

  NameTable() = default;
  explicit NameTable(std::span<const std::pair<std::string_view, std::uint32_t>> names);

  /// The name's number, or kMissing.
  std::uint32_t find(std::string_view name) const;

 private:
  struct Slot {
    std::uint32_t offset = 0;
    std::uint32_t length = kMissing;
    std::uint32_t value = kMissing;
  };
  std::string text_;  // all names, one after the other
  std::vector<Slot> slots_ = std::vector<Slot>(2);
  std::uint64_t seed_ = 1;
  unsigned shift_ = 63;
};

}  // namespace parley::plan
