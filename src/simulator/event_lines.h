#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "simulator/random.h"

namespace parley::simulator {

/// The events of one conversation as Segment track objects: one JSON text, and where each event stands in it.
struct EventLines {
  struct Line {
    Timestamp at;
    std::size_t offset;
    std::size_t size;
  };
  std::string json;
  std::vector<Line> lines;

  std::string_view text(std::size_t index) const {
    return std::string_view(json).substr(lines[index].offset, lines[index].size);
  }
};

/// Writes one event after the other into EventLines. Nothing is escaped: names and texts are our own and need none,
/// which a test checks; this is what makes millions of events a second possible.
///
///     LineWriter line(lines, random);
///     line.begin("chatbot_fallback", at, identity).text("conversation_id", id).integer("turn_index", 2).end();
class LineWriter {
 public:
  LineWriter(EventLines& lines, Random& random) : lines_(lines), random_(random) {}

  /// `identity` is JSON that goes into the event as it is: `"anonymousId":"…"`. The message id is a UUID of version 7
  /// made of the time and the next random bits.
  LineWriter& begin(std::string_view event, Timestamp at, std::string_view identity);
  LineWriter& text(std::string_view name, std::string_view value);
  LineWriter& integer(std::string_view name, std::int64_t value);
  /// `value` rounded to that many digits after the point, at most 6.
  LineWriter& decimal(std::string_view name, double value, int digits);
  LineWriter& boolean(std::string_view name, bool value);
  /// Opens a text property that the caller appends to json() and closes with `close_text`.
  LineWriter& open_text(std::string_view name);
  LineWriter& close_text();
  std::string& json() { return lines_.json; }
  void end();

 private:
  void name(std::string_view name);

  EventLines& lines_;
  Random& random_;
  bool first_property_ = true;
};

void append_integer(std::string& out, std::int64_t value);
/// `digits` lower-case hexadecimal digits of `bits`, the lowest last.
void append_hex(std::string& out, std::uint64_t bits, int digits);

}  // namespace parley::simulator
