#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

/// Writes JSON text into a growing buffer: commas and escapes are its business, nesting is the caller's.
///
///     JsonWriter json;
///     json.begin_object().key("value").number(0.5).key("n").integer(2).end_object();
///     send(json.take());
///
/// Strings must be UTF-8. Numbers are written in the shortest form that reads back the same; NaN and infinities
/// become null. Not safe for several threads at once.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& number(double value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// Appends text that is JSON already, as one value.
  JsonWriter& raw(std::string_view json);

  const std::string& text() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  void before_value();
  std::string out_;
  bool comma_ = false;
};

/// `text` as a JSON string with its quotes, appended to `out`.
void append_json_string(std::string& out, std::string_view text);

}  // namespace parley
