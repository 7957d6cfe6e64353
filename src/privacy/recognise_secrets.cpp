#include <algorithm>
#include <array>

#include "privacy/characters.h"
#include "privacy/recognisers.h"
#include "privacy/telling_names.h"

namespace parley::privacy {
namespace {

bool is_name_part(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }
bool ends_value(char c) { return is_space(c) || std::string_view("&#;\"'<>,)}").find(c) != std::string_view::npos; }

// Left by an earlier masking.
bool is_token(std::string_view value) { return value.size() >= 4 && value.front() == '[' && value.back() == ']'; }

// Query parameters that are secret though their names alone would not tell; only long values are.
bool is_secret_when_long(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames = {"key",     "sig",       "signature", "sid",
                                                      "session", "sessionid", "auth",      "code"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view known) { return equal_ignoring_case(known, name); });
}

bool is_password_word(std::string_view word) {
  constexpr std::array<std::string_view, 6> kWords = {"password", "passwort", "passwd", "pwd", "passcode", "pin"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view known) { return equal_ignoring_case(known, word); });
}

// name=value, in a URL or anywhere else.
void find_named(std::string_view text, Findings& found) {
  constexpr std::size_t kLongestName = 48;
  constexpr std::size_t kLongValue = 16;
  for (std::size_t equals = text.find('='); equals != std::string_view::npos; equals = text.find('=', equals + 1)) {
    std::size_t start = equals;
    while (start > 0 && equals - start < kLongestName && is_name_part(text[start - 1])) --start;
    const std::string_view name = text.substr(start, equals - start);
    if (name.empty()) continue;
    const Telling telling = judge_name(name);
    const bool parameter = start > 0 && (text[start - 1] == '?' || text[start - 1] == '&');
    const bool certain = telling == Telling::kSecret || (parameter && telling == Telling::kPersonal && name != "name");
    if (!certain && !is_secret_when_long(name)) continue;
    std::size_t end = equals + 1;
    while (end < text.size() && !ends_value(text[end])) ++end;
    const std::string_view value = text.substr(equals + 1, end - equals - 1);
    if (value.size() < (certain ? 1 : kLongValue) || is_token(value)) continue;
    found.push_back({Kind::kUrlSecret, equals + 1, value.size()});
    equals = end - 1;
  }
}

// password: value
void find_told_passwords(std::string_view text, Findings& found) {
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
    std::size_t start = colon;
    while (start > 0 && is_letter(text[start - 1])) --start;
    if (!is_password_word(text.substr(start, colon - start))) continue;
    std::size_t value = colon + 1;
    while (value < text.size() && text[value] == ' ') ++value;
    std::size_t end = value;
    while (end < text.size() && !is_space(text[end])) ++end;
    if (end > value && !is_token(text.substr(value, end - value)))
      found.push_back({Kind::kUrlSecret, value, end - value});
  }
}

// scheme://user:password@host
void find_userinfo(std::string_view text, Findings& found) {
  for (std::size_t scheme = text.find("://"); scheme != std::string_view::npos; scheme = text.find("://", scheme + 3)) {
    const std::size_t start = scheme + 3;
    std::size_t end = start;
    while (end < text.size() && !is_space(text[end]) &&
           std::string_view("/?#\"'<>").find(text[end]) == std::string_view::npos)
      ++end;
    const std::size_t at = text.substr(start, end - start).rfind('@');
    if (at == std::string_view::npos || at == 0 || is_token(text.substr(start, at))) continue;
    found.push_back({Kind::kUrlSecret, start, at});
  }
}

bool is_key_part(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '~' || c == '+' || c == '/'; }

// Keys that carry their maker's mark, JSON web tokens, and what follows "Bearer".
void find_marked_keys(std::string_view text, Findings& found) {
  constexpr std::array<std::string_view, 11> kMarks = {"eyJ",   "sk-",   "sk_",  "rk_",  "ghp_",       "gho_",
                                                       "xoxb-", "xoxp-", "AKIA", "AIza", "github_pat_"};
  constexpr std::size_t kShortest = 20;
  for (std::size_t i = 0; i + kShortest <= text.size(); ++i) {
    if (i > 0 && is_alnum(text[i - 1])) continue;
    std::size_t start = i;
    if (equal_ignoring_case(text.substr(i, 7), "bearer ")) {
      start = i + 7;
    } else if (std::none_of(kMarks.begin(), kMarks.end(),
                            [&](std::string_view mark) { return text.substr(i).starts_with(mark); })) {
      continue;
    }
    std::size_t end = start;
    while (end < text.size() && is_key_part(text[end])) ++end;
    if (end - start < kShortest || std::none_of(text.begin() + static_cast<std::ptrdiff_t>(start),
                                                text.begin() + static_cast<std::ptrdiff_t>(end), is_digit))
      continue;
    found.push_back({Kind::kUrlSecret, start, end - start});
    i = end;
  }
}

}  // namespace

void find_secrets(std::string_view text, Findings& found) {
  find_named(text, found);
  find_told_passwords(text, found);
  find_userinfo(text, found);
  find_marked_keys(text, found);
}

}  // namespace parley::privacy
