#include "sources/text_repair.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace parley::sources {
namespace {

constexpr std::size_t kPadding = 64;
constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }
std::uint32_t joined(std::uint32_t high, std::uint32_t low) {
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

char* put_utf8(char* out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0;  // 0: no character starts here
};

// The character at the front, surrogates written as three bytes included.
Decoded decode_generously(std::string_view bytes) {
  const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return {};
  std::uint32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) return {};
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  const bool too_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (too_long || code > 0x10FFFF) return {};
  return {code, length};
}

bool read_hex4(std::string_view text, std::uint32_t& unit) {
  if (text.size() < 4) return false;
  unit = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const char c = text[i];
    unsigned digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<unsigned>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<unsigned>(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<unsigned>(c - 'A') + 10;
    else
      return false;
    unit = (unit << 4) | digit;
  }
  return true;
}

// Takes the four digits (and the second half of a pair) off the front of `rest`, which stands behind `\u`.
std::uint32_t take_unicode_escape(std::string_view& rest) {
  std::uint32_t unit = 0;
  if (!read_hex4(rest, unit)) return kReplacement;
  rest.remove_prefix(4);
  if (is_high_surrogate(unit)) {
    std::uint32_t low = 0;
    if (rest.size() >= 6 && rest[0] == '\\' && rest[1] == 'u' && read_hex4(rest.substr(2), low) &&
        is_low_surrogate(low)) {
      rest.remove_prefix(6);
      return joined(unit, low);
    }
    return kReplacement;
  }
  return unit == 0 || is_low_surrogate(unit) ? kReplacement : unit;
}

}  // namespace

std::string_view repaired_utf8(std::string_view bytes, model::Arena& arena) {
  // A byte that is wrong becomes three.
  char* const start = arena.bytes(bytes.size() * 3 + kPadding);
  char* out = start;
  while (!bytes.empty()) {
    const Decoded one = decode_generously(bytes);
    if (one.length == 0) {
      out = put_utf8(out, kReplacement);
      bytes.remove_prefix(1);
      continue;
    }
    bytes.remove_prefix(one.length);
    std::uint32_t code = one.code;
    if (is_high_surrogate(code)) {
      const Decoded next = bytes.empty() ? Decoded{} : decode_generously(bytes);
      if (next.length == 3 && is_low_surrogate(next.code)) {
        bytes.remove_prefix(next.length);
        code = joined(code, next.code);
      } else {
        code = kReplacement;
      }
    } else if (is_low_surrogate(code)) {
      code = kReplacement;
    }
    out = put_utf8(out, code);
  }
  std::memset(out, 0, kPadding);
  return {start, static_cast<std::size_t>(out - start)};
}

std::string_view unescaped(std::string_view text, model::Arena& arena) {
  const std::size_t first = text.find('\\');
  if (first == std::string_view::npos) return text;
  // Nothing grows but a `\u` without digits: two bytes that become the three of U+FFFD.
  char* const start = arena.bytes(text.size() + text.size() / 2 + 1);
  std::memcpy(start, text.data(), first);
  char* out = start + first;
  std::string_view rest = text.substr(first);
  while (!rest.empty()) {
    const std::size_t plain = std::min(rest.find('\\'), rest.size());
    std::memcpy(out, rest.data(), plain);
    out += plain;
    rest.remove_prefix(plain);
    if (rest.size() < 2) break;  // a backslash never ends a JSON string
    const char kind = rest[1];
    rest.remove_prefix(2);
    switch (kind) {
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case 'u': out = put_utf8(out, take_unicode_escape(rest)); break;
      default: *out++ = kind;
    }
  }
  return {start, static_cast<std::size_t>(out - start)};
}

}  // namespace parley::sources
