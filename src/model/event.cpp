#include "model/event.h"

namespace parley::model {

const char* event_type_name(EventType type) {
  switch (type) {
    case EventType::kTrack: return "track";
    case EventType::kIdentify: return "identify";
    case EventType::kPage: return "page";
    case EventType::kScreen: return "screen";
    case EventType::kGroup: return "group";
    case EventType::kAlias: return "alias";
  }
  return "track";
}

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAccepted: return "accepted";
    case Verdict::kViolations: return "violations";
    case Verdict::kQuarantined: return "quarantined";
  }
  return "accepted";
}

const Value* Event::find(std::string_view property) const {
  for (const Property& candidate : properties)
    if (candidate.name == property) return &candidate.value;
  return nullptr;
}

Value* Event::find(std::string_view property) {
  for (Property& candidate : properties)
    if (candidate.name == property) return &candidate.value;
  return nullptr;
}

std::string_view Event::text(std::string_view property) const {
  const Value* value = find(property);
  return value != nullptr && value->is_string() ? value->as_text() : std::string_view{};
}

std::string person_of(const Event& event) {
  if (!event.user_id.empty()) return std::string(event.user_id);
  if (event.anonymous_id.empty()) return {};
  std::string person = "~";
  person += event.anonymous_id;
  return person;
}

}  // namespace parley::model
