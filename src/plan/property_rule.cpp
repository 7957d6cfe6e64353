#include "plan/property_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/time_text.h"

namespace parley::plan {
namespace {

using model::Value;
using model::ValueKind;

std::string range_text(const PropertySpec& spec) {
  if (spec.minimum && spec.maximum) return fmt::format("{} to {}", *spec.minimum, *spec.maximum);
  if (spec.minimum) return fmt::format("at least {}", *spec.minimum);
  if (spec.maximum) return fmt::format("at most {}", *spec.maximum);
  return {};
}

bool starts_with(const Value& value, char bracket) {
  const std::size_t at = value.as_text().find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && value.as_text()[at] == bracket;
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

// Seconds since 1970 have ten digits in our time, milliseconds thirteen.
std::optional<Timestamp> time_in(std::int64_t epoch) {
  if (epoch >= 1'000'000'000 && epoch < 10'000'000'000) return timestamp_from_ms(epoch * 1000);
  if (epoch >= 1'000'000'000'000 && epoch < 10'000'000'000'000) return timestamp_from_ms(epoch);
  return std::nullopt;
}

// What protection puts in place of a personal value.
bool is_keyed_hash(std::string_view text) {
  return text.size() == 34 && text.starts_with("h_") && std::all_of(text.begin() + 2, text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// A word or two of code, not a person's words or number.
bool is_plain(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  constexpr int kDigits = 6;
  if (text.size() > kLongest) return false;
  int digits = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      if (++digits > kDigits) return false;
    } else if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.' || c == ' ')) {
      return false;
    }
  }
  return true;
}

}  // namespace

PropertyRule::PropertyRule(const PropertySpec& spec)
    : spec_(&spec),
      checked_text_(!spec.enumeration.empty() || !spec.pattern.empty()),
      expected_range_(range_text(spec)) {
  std::vector<std::pair<std::string_view, std::uint32_t>> words;
  for (const std::string& word : spec.enumeration) words.emplace_back(word, words.size());
  for (const auto& [word, meaning] : spec.synonyms) words.emplace_back(word, words.size());
  words_ = NameTable(words);
  if (!spec.enumeration.empty()) expected_enumeration_ = fmt::format("one of {}", fmt::join(spec.enumeration, ", "));
  if (!spec.pattern.empty()) {
    pattern_ = std::make_unique<re2::RE2>(spec.pattern);
    expected_pattern_ = fmt::format("text that matches {}", spec.pattern);
  }
}

PropertyRule::PropertyRule(PropertyRule&&) noexcept = default;
PropertyRule& PropertyRule::operator=(PropertyRule&&) noexcept = default;
PropertyRule::~PropertyRule() = default;

const char* PropertyRule::judge(Value& value, model::Arena& arena) const {
  const ValueKind kind = value.kind();
  bool fits = false;
  switch (spec_->type) {
    case PropertyType::kString: fits = kind == ValueKind::kString; break;
    case PropertyType::kInteger: fits = kind == ValueKind::kInteger; break;
    case PropertyType::kNumber: fits = kind == ValueKind::kNumber || kind == ValueKind::kInteger; break;
    case PropertyType::kBoolean: fits = kind == ValueKind::kBool; break;
    case PropertyType::kTimestamp: fits = kind == ValueKind::kString && parse_iso8601(value.as_text()); break;
    case PropertyType::kArray: fits = kind == ValueKind::kJson && starts_with(value, '['); break;
    case PropertyType::kObject: fits = kind == ValueKind::kJson && starts_with(value, '{'); break;
    case PropertyType::kAny: fits = true; break;
  }
  const char* wrong = nullptr;
  if (!fits && !convert(value, arena)) {
    wrong = "wrong_type";
  } else if (checked_text_) {
    wrong = judge_text(value, arena);
  } else if (!expected_range_.empty()) {
    const double number = value.as_number();
    const bool inside =
        (!spec_->minimum || number >= *spec_->minimum) && (!spec_->maximum || number <= *spec_->maximum);
    if (!inside) wrong = "out_of_range";
  }
  if (wrong == nullptr) return nullptr;
  const bool personal = spec_->privacy == PrivacyClass::kPersonal || spec_->privacy == PrivacyClass::kSensitive;
  return personal && value.is_string() && is_keyed_hash(value.as_text()) ? nullptr : wrong;
}

const char* PropertyRule::judge_text(Value& value, model::Arena& arena) const {
  if (!spec_->enumeration.empty()) {
    const std::uint32_t word = words_.find(value.as_text());
    if (word == NameTable::kMissing) return "not_in_enumeration";
    const std::size_t values = spec_->enumeration.size();
    if (word >= values) value = Value::string(arena.copy(spec_->synonyms[word - values].second));
  }
  if (pattern_ && !re2::RE2::FullMatch(value.as_text(), *pattern_)) return "pattern_mismatch";
  return nullptr;
}

bool PropertyRule::convert(Value& value, model::Arena& arena) const {
  switch (spec_->type) {
    case PropertyType::kString: {
      if (value.kind() != ValueKind::kInteger && value.kind() != ValueKind::kNumber) return false;
      std::string text;
      value.append_json(text);
      value = Value::string(arena.copy(text));
      return true;
    }
    case PropertyType::kInteger: {
      auto whole = value.whole();
      if (!whole && value.is_string()) {
        if (const auto number = number_in(value.as_text())) whole = Value::number(*number).whole();
      }
      if (!whole) return false;
      value = Value::integer(*whole);
      return true;
    }
    case PropertyType::kNumber: {
      if (!value.is_string()) return false;
      if (const auto whole = value.whole()) {
        value = Value::integer(*whole);
        return true;
      }
      const auto number = number_in(value.as_text());
      if (!number) return false;
      value = Value::number(*number);
      return true;
    }
    case PropertyType::kBoolean: {
      const auto truth = value.truth();
      if (!truth) return false;
      value = Value::boolean(*truth);
      return true;
    }
    case PropertyType::kTimestamp: {
      if (value.kind() != ValueKind::kInteger && value.kind() != ValueKind::kNumber) return false;
      const auto epoch = value.micros();
      const auto time = value.whole() ? time_in(*value.whole()) : epoch ? time_in(*epoch / 1'000'000) : std::nullopt;
      if (!time) return false;
      value = Value::string(arena.copy(format_iso8601(*time)));
      return true;
    }
    default: return false;
  }
}

std::string_view PropertyRule::expected(std::string_view reason) const {
  if (reason == "not_in_enumeration") return expected_enumeration_;
  if (reason == "out_of_range") return expected_range_;
  if (reason == "pattern_mismatch") return expected_pattern_;
  switch (spec_->type) {
    case PropertyType::kString: return "string";
    case PropertyType::kInteger: return "integer";
    case PropertyType::kNumber: return "number";
    case PropertyType::kBoolean: return "boolean";
    case PropertyType::kTimestamp: return "time in ISO 8601, such as 2026-01-15T10:00:00Z";
    case PropertyType::kArray: return "array";
    case PropertyType::kObject: return "object";
    case PropertyType::kAny: return "a value";
  }
  return {};
}

std::string describe(const Value& value, PrivacyClass privacy) {
  const bool shown = privacy == PrivacyClass::kPublic || privacy == PrivacyClass::kInternal;
  switch (value.kind()) {
    case ValueKind::kString:
      if (shown && is_plain(value.as_text())) return fmt::format("\"{}\"", value.as_text());
      return fmt::format("string of {} bytes", value.as_text().size());
    case ValueKind::kInteger:
    case ValueKind::kNumber: {
      std::string text;
      value.append_json(text);
      if (shown && text.size() <= 8) return text;
      break;
    }
    case ValueKind::kBool:
      if (shown) return value.as_bool() ? "true" : "false";
      break;
    default: break;
  }
  return model::value_kind_name(value.kind());
}

}  // namespace parley::plan
