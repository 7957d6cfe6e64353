#include "simulator/event_lines.h"

#include <array>
#include <charconv>
#include <cmath>

namespace parley::simulator {
namespace {

void put_digits(char* to, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

// format_iso8601 without an allocation: this runs for every event.
void append_time(std::string& out, Timestamp at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const auto ms = static_cast<unsigned>((at - Timestamp{day}).count());
  char text[] = "0000-00-00T00:00:00.000Z";
  put_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(text + 5, static_cast<unsigned>(date.month()), 2);
  put_digits(text + 8, static_cast<unsigned>(date.day()), 2);
  put_digits(text + 11, ms / 3'600'000, 2);
  put_digits(text + 14, ms / 60'000 % 60, 2);
  put_digits(text + 17, ms / 1'000 % 60, 2);
  put_digits(text + 20, ms % 1'000, 3);
  out.append(text, 24);
}

void append_uuid_v7(std::string& out, Timestamp at, Random& random) {
  const auto ms = static_cast<std::uint64_t>(to_ms(at));
  const std::uint64_t high = random.bits(), low = random.bits();
  append_hex(out, ms >> 16, 8);
  out += '-';
  append_hex(out, ms, 4);
  out += "-7";
  append_hex(out, high, 3);
  out += '-';
  append_hex(out, 0x8000 | ((high >> 12) & 0x3fff), 4);
  out += '-';
  append_hex(out, low, 12);
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
  out.append(digits.begin(), end);
}

void append_hex(std::string& out, std::uint64_t bits, int digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; --i) out += kDigits[(bits >> (4 * i)) & 15];
}

LineWriter& LineWriter::begin(std::string_view event, Timestamp at, std::string_view identity) {
  lines_.lines.push_back({at, lines_.json.size(), 0});
  std::string& out = lines_.json;
  out += R"({"type":"track","event":")";
  out += event;
  out += R"(","messageId":")";
  append_uuid_v7(out, at, random_);
  out += R"(","timestamp":")";
  append_time(out, at);
  out += R"(",)";
  out += identity;
  out += R"(,"properties":{)";
  first_property_ = true;
  return *this;
}

void LineWriter::name(std::string_view name) {
  std::string& out = lines_.json;
  out.append(first_property_ ? "\"" : ",\"");
  first_property_ = false;
  out += name;
  out += "\":";
}

LineWriter& LineWriter::text(std::string_view property, std::string_view value) {
  name(property);
  std::string& out = lines_.json;
  out += '"';
  out += value;
  out += '"';
  return *this;
}

LineWriter& LineWriter::integer(std::string_view property, std::int64_t value) {
  name(property);
  append_integer(lines_.json, value);
  return *this;
}

LineWriter& LineWriter::decimal(std::string_view property, double value, int digits) {
  name(property);
  std::string& out = lines_.json;
  std::int64_t scale = 1;
  for (int i = 0; i < digits; ++i) scale *= 10;
  std::int64_t scaled = std::llround(value * static_cast<double>(scale));
  if (scaled < 0) {
    out += '-';
    scaled = -scaled;
  }
  append_integer(out, scaled / scale);
  if (scaled % scale == 0) return *this;
  char fraction[] = ".000000";
  put_digits(fraction + 1, static_cast<unsigned>(scaled % scale), digits);
  out.append(fraction, static_cast<std::size_t>(digits) + 1);
  return *this;
}

LineWriter& LineWriter::boolean(std::string_view property, bool value) {
  name(property);
  lines_.json += value ? "true" : "false";
  return *this;
}

LineWriter& LineWriter::open_text(std::string_view property) {
  name(property);
  lines_.json += '"';
  return *this;
}

LineWriter& LineWriter::close_text() {
  lines_.json += '"';
  return *this;
}

void LineWriter::end() {
  lines_.json += "}}";
  EventLines::Line& line = lines_.lines.back();
  line.size = lines_.json.size() - line.offset;
}

}  // namespace parley::simulator
