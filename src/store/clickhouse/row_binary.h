#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace parley::store::clickhouse {

/// Takes cells off the front of rows in ClickHouse's RowBinary form. After bytes that are too few every cell is zero or
/// empty and ok() is false. Texts point into the bytes given.
class RowBinaryReader {
 public:
  explicit RowBinaryReader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

  template <typename T>
  T number() {
    T value{};
    if (rest_.size() < sizeof value) return fail(), value;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto part = number<std::uint8_t>();
      value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
      if ((part & 0x80) == 0) return value;
    }
    fail();
    return 0;
  }

  std::string_view text() {
    const std::uint64_t size = varint();
    if (size > rest_.size()) return fail(), std::string_view{};
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }

 private:
  void fail() {
    ok_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace parley::store::clickhouse
