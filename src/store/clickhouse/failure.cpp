#include "store/clickhouse/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace parley::store::clickhouse {
namespace {

// Of the codes in ClickHouse's ErrorCodes.cpp, those after which a caller would do something else than give up.
// The query is wrong. The words of these name columns, functions and types.
constexpr std::array kNaming = {10, 16, 42, 43, 44, 46, 47, 60, 63, 81, 115, 179, 184, 207, 215, 386};
// The query is wrong, and the words may repeat parts of it.
constexpr std::array kWrong = {6,  8,   20,  27,  36,  38,  41,  53,  57,  62,  69,  70,  72, 73,
                               80, 117, 125, 130, 153, 164, 190, 206, 258, 349, 352, 403, 407};
// Past a limit of rows, bytes, time or memory, or too many at once.
constexpr std::array kPastLimit = {158, 159, 160, 161, 162, 202, 241, 307, 396, 394};
// The disk or a server does not do its part for now.
constexpr std::array kAway = {32, 74, 75, 76, 196, 209, 210, 225, 242, 243, 252, 279, 285, 286, 319, 999};

template <typename Codes>
bool among(int code, const Codes& codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// ClickHouse ends with the code's name in brackets: "… (UNKNOWN_TABLE) (version 26.5.1.1)".
std::string_view name_of(std::string_view said) {
  for (std::size_t open = said.find('('); open != std::string_view::npos; open = said.find('(', open + 1)) {
    const std::size_t close = said.find(')', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = said.substr(open + 1, close - open - 1);
    if (name.size() > 3 && name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos &&
        name.find('_') != std::string_view::npos)
      return name;
  }
  return {};
}

// The first sentence, every literal in it replaced.
std::string without_literals(std::string_view said) {
  constexpr std::string_view kMark = "DB::Exception: ";
  constexpr std::size_t kLongest = 200;
  if (const std::size_t mark = said.rfind(kMark); mark != std::string_view::npos)
    said.remove_prefix(mark + kMark.size());
  std::string text;
  for (std::size_t i = 0; i < said.size() && text.size() < kLongest; ++i) {
    if (said[i] == '\'' || said[i] == '"') {
      const char quote = said[i];
      for (++i; i < said.size() && said[i] != quote; ++i)
        if (said[i] == '\\') ++i;
      text += "'…'";
    } else if (said.substr(i).starts_with(". ") || said.substr(i).starts_with(" in scope ") ||
               said.substr(i).starts_with(": While") || said[i] == '\n') {
      break;
    } else {
      text += said[i];
    }
  }
  return text;
}

}  // namespace

int error_code(std::string_view said) {
  constexpr std::string_view kMark = "Code: ";
  const std::size_t mark = said.find(kMark);
  if (mark == std::string_view::npos) return 0;
  int code = 0;
  std::from_chars(said.data() + mark + kMark.size(), said.data() + said.size(), code);
  return code;
}

Error failure(std::string_view what, std::string_view said) {
  const int code = error_code(said);
  std::string message = fmt::format("store: {}: ClickHouse code {}", what, code);
  if (const std::string_view name = name_of(said); !name.empty()) message += fmt::format(" {}", name);
  if (among(code, kNaming)) message += ": " + without_literals(said);
  if (among(code, kNaming) || among(code, kWrong)) return {Code::kInvalid, std::move(message)};
  if (among(code, kPastLimit)) return {Code::kExhausted, std::move(message)};
  if (among(code, kAway)) return {Code::kUnavailable, std::move(message)};
  return {Code::kInternal, std::move(message)};
}

}  // namespace parley::store::clickhouse
