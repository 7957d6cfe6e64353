#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::model {

/// The kind of a property's value. Arrays and objects are kept as their JSON text.
enum class ValueKind : std::uint8_t { kNull, kBool, kInteger, kNumber, kString, kJson };

/// The plain word for a kind: "null", "boolean", "integer", "number", "string", "array or object".
const char* value_kind_name(ValueKind kind);

/// A property's value: a small view, copied freely. Text (strings and JSON) points into memory that somebody else
/// owns: the request body, an Arena or a journal record.
class Value {
 public:
  Value() = default;
  static Value boolean(bool value) { return Value(ValueKind::kBool, value ? 1 : 0, {}); }
  static Value integer(std::int64_t value) { return Value(ValueKind::kInteger, value, {}); }
  static Value number(double value) {
    Value made(ValueKind::kNumber, 0, {});
    made.number_ = value;
    return made;
  }
  static Value string(std::string_view text) { return Value(ValueKind::kString, 0, text); }
  static Value json(std::string_view text) { return Value(ValueKind::kJson, 0, text); }

  ValueKind kind() const { return kind_; }
  bool is_null() const { return kind_ == ValueKind::kNull; }
  bool is_string() const { return kind_ == ValueKind::kString; }

  /// Each is meant for its own kind only.
  bool as_bool() const { return integer_ != 0; }
  std::int64_t as_integer() const { return integer_; }
  std::string_view as_text() const { return text_; }
  /// An integer or a number.
  double as_number() const { return kind_ == ValueKind::kInteger ? static_cast<double>(integer_) : number_; }

  /// The number in millionths, rounded to nearest, for integers, numbers and strings that are a plain number.
  /// Nothing for other values and past the range of an Int64.
  std::optional<std::int64_t> micros() const;
  /// The value as a whole number, where it is one (2, 2.0 and "2" are).
  std::optional<std::int64_t> whole() const;
  /// true, false, "true", "yes", 1 and so on. Nothing for anything else.
  std::optional<bool> truth() const;

  /// The value as JSON, appended. What the store keeps and the API shows.
  void append_json(std::string& out) const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  Value(ValueKind kind, std::int64_t integer, std::string_view text) : kind_(kind), integer_(integer), text_(text) {}

  ValueKind kind_ = ValueKind::kNull;
  union {
    std::int64_t integer_ = 0;
    double number_;
  };
  std::string_view text_;
};

struct Property {
  std::string_view name;
  Value value;
};

}  // namespace parley::model
