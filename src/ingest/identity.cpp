#include "ingest/identity.h"

#include <array>
#include <string>

#include "base/hash.h"
#include "base/ids.h"
#include "model/event_codec.h"

namespace parley::ingest {
namespace {

using model::Event;
using model::Property;
using model::ValueKind;

// The fields that properties may hold, and their names, best first.
enum Field : std::size_t { kConversation, kSession, kChannel, kUser, kAnonymous, kFields };
constexpr std::size_t kNone = ~std::size_t{0};

struct Name {
  std::string_view name;
  Field field;
  std::size_t rank;
};
constexpr std::array kNames = {
    Name{"conversation_id", kConversation, 0},
    Name{"conversationId", kConversation, 1},
    Name{"chat_id", kConversation, 2},
    Name{"thread_id", kConversation, 3},
    Name{"$ai_session_id", kConversation, 4},
    Name{"gen_ai.conversation.id", kConversation, 5},
    Name{"session_id", kSession, 0},
    Name{"sessionId", kSession, 1},
    Name{"channel", kChannel, 0},
    Name{"user_id", kUser, 0},
    Name{"anonymous_id", kAnonymous, 0},
};

// One bit for each length that a name of the table has: most properties are done with by it.
constexpr std::uint64_t kLengths = [] {
  std::uint64_t lengths = 0;
  for (const Name& name : kNames) lengths |= std::uint64_t{1} << name.name.size();
  return lengths;
}();

const Name* name_of(std::string_view property) {
  if (property.size() >= 64 || ((kLengths >> property.size()) & 1) == 0) return nullptr;
  for (const Name& name : kNames)
    if (name.name == property) return &name;
  return nullptr;
}

// The value as an id; empty where it is none.
std::string_view id_of(const model::Value& value, model::Arena& arena) {
  if (value.is_string()) return value.as_text();
  if (value.kind() == ValueKind::kInteger) return arena.copy(std::to_string(value.as_integer()));
  return {};
}

}  // namespace

void settle_ids(Event& event, model::Arena& arena) {
  std::array<std::size_t, kFields> at;
  std::array<std::size_t, kFields> rank;
  at.fill(kNone);
  rank.fill(kNone);
  for (std::size_t i = 0; i < event.properties.size(); ++i) {
    const Name* const name = name_of(event.properties[i].name);
    if (name == nullptr || name->rank >= rank[name->field]) continue;
    const model::Value& value = event.properties[i].value;
    if (value.kind() != ValueKind::kInteger && (!value.is_string() || value.as_text().empty())) continue;
    at[name->field] = i;
    rank[name->field] = name->rank;
  }

  const std::array<std::string_view*, kFields> targets = {&event.conversation_id, &event.session_id, &event.channel,
                                                          &event.user_id, &event.anonymous_id};
  bool taken = false;
  for (std::size_t field = 0; field < kFields; ++field) {
    if (at[field] == kNone) continue;
    const bool is_person = field == kUser || field == kAnonymous;
    const std::string_view id = id_of(event.properties[at[field]].value, arena);
    // A person other than the one of the envelope is something else, and stays.
    if (is_person && !targets[field]->empty() && *targets[field] != id) {
      at[field] = kNone;
      continue;
    }
    *targets[field] = id;
    taken = true;
  }
  if (taken) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < event.properties.size(); ++i) {
      bool goes = false;
      for (const std::size_t place : at) goes |= place == i;
      if (!goes) event.properties[kept++] = event.properties[i];
    }
    event.properties.resize(kept);
  }
  if (event.conversation_id.empty() && event.name.starts_with("chatbot_")) event.conversation_id = event.session_id;
}

bool says_it_is_test(const Event& event) {
  for (const Property& property : event.properties)
    if (property.name == "is_test" || property.name == "isTest") return property.value.truth().value_or(false);
  return false;
}

void settle_message_id(Event& event, bool has_own_time, const Secret& key, model::Arena& arena) {
  if (!event.message_id.empty()) return;
  if (!has_own_time) {
    // Nothing tells a repeated request from a second event: better one too many than one lost.
    event.message_id = arena.copy("c_" + uuid_v7(event.received_at));
    return;
  }
  const Timestamp received_at = event.received_at;
  std::string content;
  event.received_at = event.timestamp;
  model::encode_event(event, content);
  event.received_at = received_at;
  constexpr std::size_t kDigits = 32;
  event.message_id = arena.copy("c_" + hmac_sha256_hex(key.reveal(), content).substr(0, kDigits));
}

}  // namespace parley::ingest
