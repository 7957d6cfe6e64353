#include "model/event_codec.h"

#include <bit>
#include <cstring>

#include "base/json_writer.h"
#include "base/time_text.h"

namespace parley::model {
namespace {

constexpr char kVersion = 1;

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(static_cast<unsigned char>(value) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

// Takes values off the front of a record; after the first failure everything is empty and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

  unsigned char byte() {
    if (rest_.empty()) return fail();
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const unsigned char part = byte();
      if (!ok_) return 0;
      value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
      if ((part & 0x80) == 0) return value;
    }
    return fail();
  }

  std::string_view text() {
    const std::uint64_t size = varint();
    if (!ok_ || size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }

  double number() {
    if (rest_.size() < 8) return fail();
    std::uint64_t bits = 0;
    std::memcpy(&bits, rest_.data(), 8);
    rest_.remove_prefix(8);
    return std::bit_cast<double>(bits);
  }

 private:
  unsigned char fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

void put_value(std::string& out, const Value& value) {
  out += static_cast<char>(value.kind());
  switch (value.kind()) {
    case ValueKind::kNull: return;
    case ValueKind::kBool: out += static_cast<char>(value.as_bool()); return;
    case ValueKind::kInteger: put_varint(out, zigzag(value.as_integer())); return;
    case ValueKind::kNumber: {
      const auto bits = std::bit_cast<std::uint64_t>(value.as_number());
      char bytes[8];
      std::memcpy(bytes, &bits, 8);
      out.append(bytes, 8);
      return;
    }
    case ValueKind::kString:
    case ValueKind::kJson: put_text(out, value.as_text()); return;
  }
}

bool read_value(Reader& reader, Value& value) {
  switch (static_cast<ValueKind>(reader.byte())) {
    case ValueKind::kNull: value = Value(); break;
    case ValueKind::kBool: value = Value::boolean(reader.byte() != 0); break;
    case ValueKind::kInteger: value = Value::integer(unzigzag(reader.varint())); break;
    case ValueKind::kNumber: value = Value::number(reader.number()); break;
    case ValueKind::kString: value = Value::string(reader.text()); break;
    case ValueKind::kJson: value = Value::json(reader.text()); break;
    default: return false;
  }
  return reader.ok();
}

}  // namespace

void encode_event(const Event& event, std::string& out) {
  out += kVersion;
  out += static_cast<char>(static_cast<unsigned>(event.type) | (static_cast<unsigned>(event.verdict) << 4) |
                           (event.is_test ? 0x40u : 0u));
  put_varint(out, zigzag(to_ms(event.timestamp)));
  put_varint(out, zigzag(to_ms(event.received_at) - to_ms(event.timestamp)));
  put_varint(out, event.plan_version);
  for (const std::string_view text :
       {event.workspace, event.source, event.name, event.message_id, event.conversation_id, event.session_id,
        event.user_id, event.anonymous_id, event.channel})
    put_text(out, text);
  put_varint(out, event.properties.size());
  for (const Property& property : event.properties) {
    put_text(out, property.name);
    put_value(out, property.value);
  }
  put_varint(out, event.violations.size());
  for (const Violation& violation : event.violations)
    for (const std::string_view text : {violation.reason, violation.field, violation.got, violation.expected})
      put_text(out, text);
}

Result<Event> decode_event(std::string_view record, std::pmr::memory_resource* memory) {
  Reader reader(record);
  if (reader.byte() != kVersion) return corrupt("event record: unknown version");
  Event event(memory);
  const unsigned flags = reader.byte();
  const unsigned type = flags & 0x0fu;
  const unsigned verdict = (flags >> 4) & 0x03u;
  if (type > static_cast<unsigned>(EventType::kAlias) || verdict > static_cast<unsigned>(Verdict::kQuarantined))
    return corrupt("event record: unknown type or verdict");
  event.type = static_cast<EventType>(type);
  event.verdict = static_cast<Verdict>(verdict);
  event.is_test = (flags & 0x40u) != 0;
  const auto timestamp = static_cast<std::uint64_t>(unzigzag(reader.varint()));
  const auto delay = static_cast<std::uint64_t>(unzigzag(reader.varint()));
  event.timestamp = timestamp_from_ms(static_cast<std::int64_t>(timestamp));
  event.received_at = timestamp_from_ms(static_cast<std::int64_t>(timestamp + delay));
  event.plan_version = static_cast<std::uint32_t>(reader.varint());
  for (std::string_view* text :
       {&event.workspace, &event.source, &event.name, &event.message_id, &event.conversation_id, &event.session_id,
        &event.user_id, &event.anonymous_id, &event.channel})
    *text = reader.text();
  const std::uint64_t properties = reader.varint();
  // Each property takes two bytes or more: a count beyond that is damage, and must not reserve memory.
  if (properties > reader.left()) return corrupt("event record: damaged property count");
  event.properties.reserve(properties);
  for (std::uint64_t i = 0; i < properties; ++i) {
    Property property;
    property.name = reader.text();
    if (!read_value(reader, property.value)) return corrupt("event record: damaged property");
    event.properties.push_back(property);
  }
  const std::uint64_t violations = reader.varint();
  if (violations > reader.left()) return corrupt("event record: damaged violation count");
  event.violations.reserve(violations);
  for (std::uint64_t i = 0; i < violations; ++i) {
    Violation violation;
    violation.reason = reader.text();
    violation.field = reader.text();
    violation.got = reader.text();
    violation.expected = reader.text();
    event.violations.push_back(violation);
  }
  if (!reader.ok() || !reader.at_end()) return corrupt("event record: cut short or followed by stray bytes");
  return event;
}

void append_event_json(const Event& event, std::string& out) {
  JsonWriter json;
  json.begin_object();
  json.key("message_id").string(event.message_id);
  json.key("name").string(event.name);
  json.key("type").string(event_type_name(event.type));
  json.key("timestamp").string(format_iso8601(event.timestamp));
  json.key("received_at").string(format_iso8601(event.received_at));
  json.key("source").string(event.source);
  const auto optional_text = [&json](std::string_view key, std::string_view text) {
    json.key(key);
    if (text.empty())
      json.null();
    else
      json.string(text);
  };
  optional_text("conversation_id", event.conversation_id);
  optional_text("session_id", event.session_id);
  optional_text("user_id", event.user_id);
  optional_text("anonymous_id", event.anonymous_id);
  optional_text("channel", event.channel);
  json.key("is_test").boolean(event.is_test);
  json.key("properties").begin_object();
  for (const Property& property : event.properties) {
    std::string value;
    property.value.append_json(value);
    json.key(property.name).raw(value);
  }
  json.end_object();
  json.key("verdict").string(verdict_name(event.verdict));
  json.key("plan_version").integer(event.plan_version);
  json.key("violations").begin_array();
  for (const Violation& violation : event.violations) {
    json.begin_object();
    json.key("reason").string(violation.reason);
    json.key("field").string(violation.field);
    json.key("got").string(violation.got);
    json.key("expected").string(violation.expected);
    json.end_object();
  }
  json.end_array().end_object();
  out += json.text();
}

}  // namespace parley::model
