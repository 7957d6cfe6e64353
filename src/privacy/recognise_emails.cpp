#include <algorithm>
#include <array>

#include "privacy/characters.h"
#include "privacy/recognisers.h"

namespace parley::privacy {
namespace {

constexpr std::size_t kLongestLocalPart = 64;
constexpr std::size_t kLongestDomain = 253;

bool is_local(char c) {
  return is_alnum(c) || is_foreign(c) || std::string_view("._%+-'~!#$*/={|}^`").find(c) != std::string_view::npos;
}
// What an address seldom holds and the text around it often does: query strings, paths, code.
bool is_doubtful(char c) { return std::string_view("!#$*/={|}^`'").find(c) != std::string_view::npos; }

bool is_domain(char c) { return is_alnum(c) || is_foreign(c) || c == '-' || c == '.'; }

// In https://user:password@host/ the sign parts a secret from a host.
bool in_url_authority(std::string_view text, std::size_t at) {
  constexpr std::size_t kFar = 128;
  for (std::size_t i = at; i-- > 0 && at - i < kFar;) {
    if (text[i] == '/') return i >= 2 && text[i - 1] == '/' && text[i - 2] == ':';
    if (is_space(text[i])) return false;
  }
  return false;
}

// logo@2x.png and the like.
bool is_file_ending(std::string_view label) {
  constexpr std::array<std::string_view, 9> kEndings = {"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "map"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return equal_ignoring_case(ending, label); });
}

// The end of the domain that starts at `start`, or `start` where there is none.
std::size_t domain_end(std::string_view text, std::size_t start) {
  std::size_t end = start;
  while (end < text.size() && end - start < kLongestDomain && is_domain(text[end])) ++end;
  while (end > start && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const std::string_view domain = text.substr(start, end - start);
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.find("..") != std::string_view::npos) return start;
  const std::string_view last = domain.substr(dot + 1);
  const bool letters = std::all_of(last.begin(), last.end(), [](char c) { return is_letter(c) || is_foreign(c); });
  const bool international = last.starts_with("xn--");
  return last.size() >= 2 && (letters || international) && !is_file_ending(last) ? end : start;
}

}  // namespace

void find_emails(std::string_view text, Findings& found) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t start = at;
    while (start > 0 && at - start < kLongestLocalPart && is_local(text[start - 1])) --start;
    // Of name=zoe@example.com only the address, of o'neil@example.com all of it.
    for (std::size_t i = at; i-- > start;) {
      if (!is_doubtful(text[i]) || (text[i] == '\'' && i > start && is_letter(text[i - 1]))) continue;
      start = i + 1;
      break;
    }
    while (start < at && text[start] == '.') ++start;
    if (start == at || in_url_authority(text, at)) continue;
    const std::size_t end = domain_end(text, at + 1);
    if (end == at + 1) continue;
    found.push_back({Kind::kEmail, start, end - start});
  }
}

}  // namespace parley::privacy
