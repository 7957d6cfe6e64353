#include "model/value.h"

#include <charconv>
#include <cmath>

#include "base/json_writer.h"

namespace parley::model {
namespace {

constexpr double kMicros = 1e6;
// The largest whole double below 2^63.
constexpr double kInt64Limit = 9223372036854774784.0;

std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<std::int64_t> rounded(double value) {
  if (!(std::fabs(value) <= kInt64Limit)) return std::nullopt;
  return std::llround(value);
}

}  // namespace

const char* value_kind_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNull: return "null";
    case ValueKind::kBool: return "boolean";
    case ValueKind::kInteger: return "integer";
    case ValueKind::kNumber: return "number";
    case ValueKind::kString: return "string";
    case ValueKind::kJson: return "array or object";
  }
  return "null";
}

std::optional<std::int64_t> Value::micros() const {
  switch (kind_) {
    case ValueKind::kInteger: {
      std::int64_t micros = 0;
      if (__builtin_mul_overflow(integer_, std::int64_t{1'000'000}, &micros)) return std::nullopt;
      return micros;
    }
    case ValueKind::kNumber: return rounded(number_ * kMicros);
    case ValueKind::kString:
      if (const auto number = plain_number(text_)) return rounded(*number * kMicros);
      return std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<std::int64_t> Value::whole() const {
  switch (kind_) {
    case ValueKind::kInteger: return integer_;
    case ValueKind::kNumber:
      if (std::floor(number_) != number_) return std::nullopt;
      return rounded(number_);
    case ValueKind::kString: {
      std::int64_t value = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
      if (error != std::errc{} || end != text_.data() + text_.size() || text_.empty()) return std::nullopt;
      return value;
    }
    default: return std::nullopt;
  }
}

std::optional<bool> Value::truth() const {
  switch (kind_) {
    case ValueKind::kBool: return as_bool();
    case ValueKind::kInteger:
      if (integer_ == 0 || integer_ == 1) return integer_ == 1;
      return std::nullopt;
    case ValueKind::kString:
      if (text_ == "true" || text_ == "yes" || text_ == "1") return true;
      if (text_ == "false" || text_ == "no" || text_ == "0") return false;
      return std::nullopt;
    default: return std::nullopt;
  }
}

void Value::append_json(std::string& out) const {
  switch (kind_) {
    case ValueKind::kNull: out += "null"; return;
    case ValueKind::kBool: out += as_bool() ? "true" : "false"; return;
    case ValueKind::kInteger: {
      char digits[24];
      out.append(digits, std::to_chars(digits, digits + sizeof digits, integer_).ptr);
      return;
    }
    case ValueKind::kNumber: {
      if (!std::isfinite(number_)) {
        out += "null";
        return;
      }
      char digits[40];
      const auto end = std::to_chars(digits, digits + sizeof digits, number_).ptr;
      out.append(digits, end);
      // A number keeps its kind when it is read again: 2.0, not 2.
      if (std::string_view(digits, static_cast<std::size_t>(end - digits)).find_first_of(".e") ==
          std::string_view::npos)
        out += ".0";
      return;
    }
    case ValueKind::kString: append_json_string(out, text_); return;
    case ValueKind::kJson: out += text_; return;
  }
}

bool operator==(const Value& a, const Value& b) {
  if (a.kind_ != b.kind_) return false;
  switch (a.kind_) {
    case ValueKind::kNull: return true;
    case ValueKind::kBool:
    case ValueKind::kInteger: return a.integer_ == b.integer_;
    case ValueKind::kNumber: return a.number_ == b.number_;
    case ValueKind::kString:
    case ValueKind::kJson: return a.text_ == b.text_;
  }
  return false;
}

}  // namespace parley::model
