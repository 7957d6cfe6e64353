#include "privacy/reading.h"

#include "privacy/characters.h"

namespace parley::privacy {
namespace {

constexpr int kAsItIs = -1;
constexpr int kInvisible = -2;

struct Sign {
  std::size_t length;  // bytes in the text
  int plain;           // its ASCII twin, or one of the above
};

// The character of two or three UTF-8 bytes that stands there, where it has a twin.
Sign sign_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(byte_at(text, i)); };
  const unsigned a = byte(0), b = byte(1), c = byte(2);
  switch (a) {
    case '%': {
      const int high = hex_value(byte_at(text, 1)), low = hex_value(byte_at(text, 2));
      if (high >= 0 && low >= 0) return {3, high * 16 + low};
      break;
    }
    case 0xc2:
      if (b == 0xa0) return {2, ' '};
      if (b == 0xad) return {2, kInvisible};
      break;
    case 0xd9:
      if (b >= 0xa0 && b <= 0xa9) return {2, static_cast<int>('0' + b - 0xa0)};
      break;
    case 0xdb:
      if (b >= 0xb0 && b <= 0xb9) return {2, static_cast<int>('0' + b - 0xb0)};
      break;
    case 0xe0:
      if ((b == 0xa5 || b == 0xa7) && c >= 0xa6 && c <= 0xaf) return {3, static_cast<int>('0' + c - 0xa6)};
      break;
    case 0xe2:
      if (b == 0x80) {
        if (c <= 0x8a || c == 0xaf) return {3, ' '};
        if (c <= 0x8f || (c >= 0xaa && c <= 0xae)) return {3, kInvisible};
        if (c <= 0x95) return {3, '-'};
      }
      if (b == 0x81 && c >= 0xa0 && c <= 0xa9) return {3, kInvisible};
      if (b == 0x88 && c == 0x92) return {3, '-'};
      break;
    case 0xe3:
      if (b == 0x80 && c == 0x80) return {3, ' '};
      break;
    case 0xef:
      if (b == 0xbc && c >= 0x81) return {3, static_cast<int>(c - 0x81 + 0x21)};
      if (b == 0xbd && c >= 0x80 && c <= 0x9e) return {3, static_cast<int>(c - 0x80 + 0x60)};
      if (b == 0xbb && c == 0xbf) return {3, kInvisible};
      break;
    default: break;
  }
  return {1, kAsItIs};
}

}  // namespace

bool read_plainly(std::string_view text, Reading& reading) {
  reading.text.clear();
  reading.origin.clear();
  bool different = false;
  for (std::size_t i = 0; i < text.size();) {
    const Sign sign = sign_at(text.substr(i, 3));
    if (sign.plain != kInvisible) {
      reading.text += sign.plain == kAsItIs ? text[i] : static_cast<char>(sign.plain);
      reading.origin.push_back(static_cast<std::uint32_t>(i));
    }
    different |= sign.plain != kAsItIs;
    i += sign.length;
  }
  reading.origin.push_back(static_cast<std::uint32_t>(text.size()));
  return different;
}

}  // namespace parley::privacy
