#include "store/clickhouse/json_value.h"

#include <charconv>
#include <cstdint>

namespace parley::store::clickhouse {
namespace {

using model::Value;

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

// Undoes exactly what append_json_string does.
std::string_view unescape(std::string_view text, model::Arena& arena) {
  if (text.find('\\') == std::string_view::npos) return text;
  char* const start = arena.bytes(text.size());
  char* out = start;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      *out++ = text[i];
      continue;
    }
    switch (const char letter = text[++i]) {
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case 'u':
        if (i + 4 < text.size()) {
          *out++ = static_cast<char>(hex_digit(text[i + 3]) << 4 | hex_digit(text[i + 4]));
          i += 4;
        }
        break;
      default: *out++ = letter;
    }
  }
  return {start, static_cast<std::size_t>(out - start)};
}

}  // namespace

Value value_from_json(std::string_view json, model::Arena& arena) {
  if (json == "null" || json.empty()) return Value();
  if (json == "true") return Value::boolean(true);
  if (json == "false") return Value::boolean(false);
  if (json.front() == '"') return Value::string(unescape(json.substr(1, json.size() - 2), arena));
  if (json.front() == '{' || json.front() == '[') return Value::json(json);

  const char* const end = json.data() + json.size();
  if (json.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t integer = 0;
    const auto [stop, error] = std::from_chars(json.data(), end, integer);
    if (error == std::errc{} && stop == end) return Value::integer(integer);
  } else {
    double number = 0;
    const auto [stop, error] = std::from_chars(json.data(), end, number);
    if (error == std::errc{} && stop == end) return Value::number(number);
  }
  return Value::json(json);
}

}  // namespace parley::store::clickhouse
