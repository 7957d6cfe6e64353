#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "privacy/characters.h"
#include "privacy/recognisers.h"

namespace parley::privacy {
namespace {

// "v1.2.3.4", "version 1.2.3.4", "Chrome/156.0.0.0".
bool follows_a_version_word(std::string_view before) {
  if (!before.empty() && before.back() == '/') return before.size() >= 2 && is_letter(before[before.size() - 2]);
  std::size_t end = before.size();
  while (end > 0 && (is_space(before[end - 1]) || before[end - 1] == ':' || before[end - 1] == '=')) --end;
  std::size_t start = end;
  while (start > 0 && is_letter(before[start - 1])) --start;
  const std::string_view word = before.substr(start, end - start);
  return std::any_of(word.begin(), word.end(), is_letter) &&
         (equal_ignoring_case(word, "v") || equal_ignoring_case(word, "version") ||
          equal_ignoring_case(word, "build") || equal_ignoring_case(word, "release"));
}

// The end of the four numbers at `start`, or `start`.
std::size_t ipv4_end(std::string_view text, std::size_t start) {
  std::size_t i = start;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (byte_at(text, i) != '.') return start;
      ++i;
    }
    const std::size_t digits = i;
    int value = 0;
    while (i < text.size() && is_digit(text[i]) && i - digits < 4) value = value * 10 + (text[i++] - '0');
    if (i == digits || value > 255 || (text[digits] == '0' && i - digits > 1)) return start;
  }
  return i;
}

void find_ipv4(std::string_view text, Findings& found) {
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
    std::size_t start = dot;
    while (start > 0 && dot - start < 3 && is_digit(text[start - 1])) --start;
    const std::size_t end = start == dot ? start : ipv4_end(text, start);
    if (end == start) continue;
    dot = end - 1;
    const char before = start > 0 ? text[start - 1] : ' ';
    const char after = byte_at(text, end);
    const bool parted = !is_alnum(before) && before != '.' && before != '_' && !is_alnum(after) && after != '_' &&
                        !(after == '.' && is_digit(byte_at(text, end + 1)));
    const std::string_view address = text.substr(start, end - start);
    // The machine itself and "any address" are nobody's.
    const bool nobody = address.starts_with("127.") || address == "0.0.0.0";
    if (parted && !nobody && !follows_a_version_word(text.substr(0, start)))
      found.push_back({Kind::kIpAddress, start, end - start});
  }
}

bool is_ipv6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.size() >= copy.size()) return false;
  std::memcpy(copy.data(), text.data(), text.size());
  in6_addr address{};
  if (inet_pton(AF_INET6, copy.data(), &address) != 1) return false;
  // "::" and "::1" are nobody's; "a::b" is more often code than an address.
  const auto longest = [&] {
    std::size_t run = 0, best = 0;
    for (const char c : text) best = std::max(best, run = hex_value(c) >= 0 ? run + 1 : 0);
    return best;
  };
  return std::any_of(text.begin(), text.end(), is_digit) && longest() >= 3;
}

void find_ipv6(std::string_view text, Findings& found) {
  const auto part = [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; };
  for (std::size_t i = 0; i < text.size();) {
    if (!part(text[i])) {
      // Past the whole word: "cafe" inside of "decaffeinated::x" begins nothing.
      while (i < text.size() && !part(text[i])) ++i;
      if (i > 0 && (is_alnum(text[i - 1]) || text[i - 1] == '_')) {
        while (i < text.size() && (part(text[i]) || is_alnum(text[i]))) ++i;
      }
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && part(text[end])) ++end;
    const std::size_t next = end;
    while (end > i && (text[end - 1] == '.' || (text[end - 1] == ':' && byte_at(text, end - 2) != ':'))) --end;
    const std::string_view candidate = text.substr(i, end - i);
    if (!is_alnum(byte_at(text, next)) && std::count(candidate.begin(), candidate.end(), ':') >= 2 &&
        is_ipv6(candidate))
      found.push_back({Kind::kIpAddress, i, candidate.size()});
    i = next;
  }
}

}  // namespace

void find_ip_addresses(std::string_view text, Findings& found) {
  find_ipv4(text, found);
  if (std::count(text.begin(), text.end(), ':') >= 2) find_ipv6(text, found);
}

}  // namespace parley::privacy
