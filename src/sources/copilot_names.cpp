#include "sources/copilot_names.h"

#include "model/names.h"

namespace parley::sources {
namespace {

namespace event_name = model::event_name;

struct Translation {
  std::string_view copilot;
  std::string_view name;
  std::string_view renamed_property;  // empty: none
  std::string_view to;
};

constexpr Translation kTranslations[] = {
    {"Conversation Started", event_name::kConversationStart, "", ""},
    {"Message Sent", event_name::kMessageReceived, "message_body", "message_text"},
    {"Message Received", event_name::kMessageSent, "message_body", "message_text"},
    {"Conversation Ended", event_name::kConversationEnd, "", ""},
    {"Action Invoked", event_name::kStepCompleted, "action", "step_id"},
    {"Media Generated", event_name::kMessageSent, "type", "media_type"},
    {"Component Loaded", event_name::kStepCompleted, "type", "step_id"},
    {"Feedback Submitted", event_name::kFeedbackSubmitted, "", ""},
};

std::string_view name_by_role(std::string_view role, std::string_view name) {
  if (role == "customer" || role == "user") return event_name::kMessageReceived;
  if (role == "agent" || role == "assistant" || role == "bot") return event_name::kMessageSent;
  return name;
}

}  // namespace

void translate_copilot_names(model::Event& event, PropertyList& properties) {
  // Ours are in lower case: nearly every event is done with here.
  if (event.name.empty() || event.name.front() < 'A' || event.name.front() > 'Z') return;
  for (const Translation& translation : kTranslations) {
    if (event.name != translation.copilot) continue;
    event.name = translation.name;
    if (event.name == event_name::kMessageReceived || event.name == event_name::kMessageSent)
      event.name = name_by_role(event.text("role"), event.name);
    if (!translation.renamed_property.empty()) properties.rename(translation.renamed_property, translation.to);
    return;
  }
}

}  // namespace parley::sources
