#pragma once

#include "model/event.h"
#include "sources/property_list.h"

namespace parley::sources {

/// Gives the events of Twilio Segment's AI Copilot specification ("Conversation Started", "Message Sent" …) their
/// canonical names, and the properties that have another name there theirs. Other events stay as they are.
/// Who spoke is told by `role` where it is set: "customer" (or "user") to the bot, "agent" (or "assistant", "bot") to
/// the visitor.
void translate_copilot_names(model::Event& event, PropertyList& properties);

}  // namespace parley::sources
