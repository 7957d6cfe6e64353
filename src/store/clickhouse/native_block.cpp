#include "store/clickhouse/native_block.h"

#include "base/hash.h"

namespace parley::store::clickhouse {
namespace {

template <typename T>
void put_number(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
void put_narrowed(std::string& out, const std::vector<std::uint32_t>& values) {
  const std::size_t start = out.size();
  out.resize(start + values.size() * sizeof(T));
  char* into = out.data() + start;
  for (const std::uint32_t value : values) {
    const T narrow = static_cast<T>(value);
    std::memcpy(into, &narrow, sizeof narrow);
    into += sizeof narrow;
  }
}

}  // namespace

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(static_cast<unsigned char>(value) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

DictionaryColumn::DictionaryColumn() : keys_{std::string_view()}, slots_(64, 0) {}

std::uint32_t DictionaryColumn::index_of(std::string_view text) {
  if (keys_.size() * 2 > slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash64(text) & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) {
      slots_[slot] = static_cast<std::uint32_t>(keys_.size());
      keys_.push_back(text);
      return slots_[slot];
    }
    if (keys_[slots_[slot]] == text) return slots_[slot];
  }
}

void DictionaryColumn::grow() {
  std::vector<std::uint32_t> wider(slots_.size() * 2, 0);
  const std::size_t mask = wider.size() - 1;
  for (std::uint32_t index = 1; index < keys_.size(); ++index) {
    std::size_t slot = hash64(keys_[index]) & mask;
    while (wider[slot] != 0) slot = (slot + 1) & mask;
    wider[slot] = index;
  }
  slots_ = std::move(wider);
}

void DictionaryColumn::write_prefix(std::string& out) const {
  put_number<std::uint64_t>(out, 1);  // version of the serialisation: keys shared or beside the indexes
}

void DictionaryColumn::write_body(std::string& out) const {
  enum : std::uint64_t { kUInt8 = 0, kUInt16 = 1, kUInt32 = 2, kHasAdditionalKeys = 1 << 9 };
  const std::uint64_t width = keys_.size() <= 0xff ? kUInt8 : keys_.size() <= 0xffff ? kUInt16 : kUInt32;
  put_number<std::uint64_t>(out, width | kHasAdditionalKeys);
  put_number<std::uint64_t>(out, keys_.size());
  for (const std::string_view key : keys_) put_text(out, key);
  put_number<std::uint64_t>(out, indexes_.size());
  if (width == kUInt8)
    put_narrowed<std::uint8_t>(out, indexes_);
  else if (width == kUInt16)
    put_narrowed<std::uint16_t>(out, indexes_);
  else
    put_narrowed<std::uint32_t>(out, indexes_);
}

}  // namespace parley::store::clickhouse
