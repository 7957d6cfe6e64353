#include "plan/name_table.h"

#include <bit>
#include <cstring>

namespace parley::plan {
namespace {

std::uint64_t load(const char* from, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, size);
  return word;
}

// Every byte counts: words of eight, the last one overlapping the one before it. Names are short, so this is a
// handful of multiplications, where a general hash would spend most of its time on starting and ending.
std::uint64_t hash_of(std::string_view name) {
  constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;
  std::uint64_t hash = name.size() * kMix;
  const char* at = name.data();
  const std::size_t size = name.size();
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) hash = std::rotl((hash ^ load(at + i, 8)) * kMix, 29);
    hash = (hash ^ load(at + size - 8, 8)) * kMix;
  } else if (size >= 4) {
    hash = (hash ^ (load(at, 4) << 32 | load(at + size - 4, 4))) * kMix;
  } else if (size > 0) {
    const auto byte = [at](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])}; };
    hash = (hash ^ (byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1))) * kMix;
  }
  return hash ^ hash >> 32;
}

// Names of one size. A call of memcmp would cost more than the comparison.
bool equal(const char* a, const char* b, std::size_t size) {
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      if (load(a + i, 8) != load(b + i, 8)) return false;
    }
    return load(a + size - 8, 8) == load(b + size - 8, 8);
  }
  if (size >= 4) return load(a, 4) == load(b, 4) && load(a + size - 4, 4) == load(b + size - 4, 4);
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace

NameTable::NameTable(std::span<const std::pair<std::string_view, std::uint32_t>> names) {
  for (const auto& [name, value] : names) text_ += name;
  // Tries multipliers until no two names share a slot; with slots to spare one is found within a few dozen.
  for (std::size_t size = std::bit_ceil(names.size() * 2 + 2);; size *= 2) {
    shift_ = 64 - static_cast<unsigned>(std::countr_zero(size));
    for (std::uint64_t attempt = 0; attempt < 64; ++attempt) {
      seed_ = (attempt * 2 + 1) * 0xd6e8feb86659fd93;
      slots_.assign(size, Slot{});
      std::uint32_t offset = 0;
      bool clash = false;
      for (const auto& [name, value] : names) {
        Slot& slot = slots_[(hash_of(name) * seed_) >> shift_];
        clash = slot.length != kMissing;
        if (clash) break;
        slot = {offset, static_cast<std::uint32_t>(name.size()), value};
        offset += static_cast<std::uint32_t>(name.size());
      }
      if (!clash) return;
    }
  }
}

std::uint32_t NameTable::find(std::string_view name) const {
  const Slot& slot = slots_[(hash_of(name) * seed_) >> shift_];
  const bool found = slot.length == name.size() && equal(text_.data() + slot.offset, name.data(), name.size());
  return found ? slot.value : kMissing;
}

}  // namespace parley::plan
