#include "sources/json_reader.h"

#include <charconv>
#include <cmath>

#include "base/json_writer.h"

namespace parley::sources {
namespace {

using model::Value;
namespace ondemand = simdjson::ondemand;

// The scalar or opening bracket that a value starts with, without the white space behind it.
std::string_view token_of(ondemand::value& from) {
  std::string_view token = from.raw_json_token();
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  return token;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The grammar of RFC 8259. `whole` tells numbers without fraction and exponent.
bool is_number(std::string_view token, bool& whole) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < token.size() && is_digit(token[i])) ++i;
    return i > start;
  };
  if (i < token.size() && token[i] == '-') ++i;
  const std::size_t first = i;
  if (!digits() || (token[first] == '0' && i > first + 1)) return false;
  whole = i == token.size();
  if (i < token.size() && token[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    ++i;
    if (i < token.size() && (token[i] == '+' || token[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == token.size();
}

bool read_number(std::string_view token, Value& into) {
  bool whole = false;
  if (!is_number(token, whole)) return false;
  const char* const end = token.data() + token.size();
  if (whole) {
    std::int64_t integer = 0;
    const bool fits = std::from_chars(token.data(), end, integer).ec == std::errc{};
    into = fits ? Value::integer(integer) : Value::string(token);
    return true;
  }
  double number = 0;
  const bool fits = std::from_chars(token.data(), end, number).ec == std::errc{} && std::isfinite(number);
  into = fits ? Value::number(number) : Value::string(token);
  return true;
}

bool is_literal(std::string_view token) { return token == "true" || token == "false" || token == "null"; }

}  // namespace

char JsonReader::first_char(ondemand::value& from) {
  const std::string_view token = from.raw_json_token();
  return token.empty() ? '\0' : token.front();
}

bool JsonReader::string(std::string_view token, std::string_view& into) {
  if (token.size() < 2 || token.back() != '"') return false;
  into = plain(token.substr(1, token.size() - 2));
  return true;
}

std::string_view JsonReader::key(ondemand::field& member) {
  const char* const start = member.key().raw();
  // simdjson has seen the quote, the colon and the value: back from the value it is a step or two to the quote, where
  // forward it would be every letter.
  const char* end = member.value().raw_json_token().data() - 1;
  while (*end != ':') --end;
  while (*end != '"') --end;
  return plain({start, static_cast<std::size_t>(end - start)});
}

Read JsonReader::value(ondemand::value& from, Value& into) {
  const std::string_view token = token_of(from);
  if (token.empty()) return Read::kSyntax;
  switch (token.front()) {
    case '"': {
      std::string_view text;
      if (!string(token, text)) return Read::kSyntax;
      into = Value::string(text);
      return Read::kOk;
    }
    case '{':
    case '[': {
      std::string_view json;
      const Read read = minified(from, json);
      if (read == Read::kOk) into = Value::json(json);
      return read;
    }
    case 't':
    case 'f':
      if (!is_literal(token)) return Read::kSyntax;
      into = Value::boolean(token.front() == 't');
      return Read::kOk;
    case 'n':
      if (!is_literal(token)) return Read::kSyntax;
      into = Value();
      return Read::kOk;
    default: return read_number(token, into) ? Read::kOk : Read::kSyntax;
  }
}

Read JsonReader::text(ondemand::value& from, std::string_view& into) {
  into = {};
  const std::string_view token = token_of(from);
  if (token.empty()) return Read::kSyntax;
  if (token.front() == '"') return string(token, into) ? Read::kOk : Read::kSyntax;
  if (token.front() == '-' || is_digit(token.front())) {
    bool whole = false;
    if (!is_number(token, whole)) return Read::kSyntax;
    into = token;
    return Read::kOk;
  }
  return token.front() == '{' || token.front() == '[' || is_literal(token) ? Read::kOk : Read::kSyntax;
}

Read JsonReader::minified(ondemand::value& from, std::string_view& into) {
  thread_local std::string out;
  out.clear();
  const Read read = append_minified(from, out, 1);
  if (read == Read::kOk) into = arena_.copy(out);
  return read;
}

Read JsonReader::append_minified(ondemand::value& from, std::string& out, int depth) {
  if (depth > kMaxDepth) return Read::kTooDeep;
  const std::string_view token = token_of(from);
  if (token.empty()) return Read::kSyntax;
  switch (token.front()) {
    case '"': {
      if (token.size() < 2 || token.back() != '"') return Read::kSyntax;
      const std::string_view raw = token.substr(1, token.size() - 2);
      const std::string_view text = plain(raw);
      if (text.data() == raw.data())
        out += token;
      else
        append_json_string(out, text);
      return Read::kOk;
    }
    case '{': {
      ondemand::object object;
      if (from.get_object().get(object) != simdjson::SUCCESS) return Read::kSyntax;
      out += '{';
      bool first = true;
      for (auto member_or_error : object) {
        if (member_or_error.error() != simdjson::SUCCESS) return Read::kSyntax;
        ondemand::field& member = member_or_error.value_unsafe();
        if (!first) out += ',';
        first = false;
        append_json_string(out, key(member));
        out += ':';
        const Read read = append_minified(member.value(), out, depth + 1);
        if (read != Read::kOk) return read;
      }
      out += '}';
      return Read::kOk;
    }
    case '[': {
      ondemand::array array;
      if (from.get_array().get(array) != simdjson::SUCCESS) return Read::kSyntax;
      out += '[';
      bool first = true;
      for (auto element_or_error : array) {
        if (element_or_error.error() != simdjson::SUCCESS) return Read::kSyntax;
        if (!first) out += ',';
        first = false;
        const Read read = append_minified(element_or_error.value_unsafe(), out, depth + 1);
        if (read != Read::kOk) return read;
      }
      out += ']';
      return Read::kOk;
    }
    default: {
      bool whole = false;
      if (!is_literal(token) && !is_number(token, whole)) return Read::kSyntax;
      out += token;
      return Read::kOk;
    }
  }
}

}  // namespace parley::sources
