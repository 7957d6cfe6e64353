#pragma once

#include "base/secret.h"
#include "model/arena.h"
#include "model/event.h"

namespace parley::ingest {

/// Takes out of the properties what the event's own fields are for, whatever protocol it came by:
/// - conversation: `conversation_id`, else `conversationId`, `chat_id`, `thread_id`, `$ai_session_id`,
///   `gen_ai.conversation.id`; a chatbot event without any of them is of the conversation that its session is;
/// - session: `session_id`, else `sessionId`; channel: `channel`. Both before what the protocol's context said;
/// - person: `user_id` and `anonymous_id`, where the protocol's own members are empty.
/// Only text and whole numbers are ids; whatever else stands under these names stays a property.
void settle_ids(model::Event& event, model::Arena& arena);

/// True where the event itself says that it is no real traffic: `is_test` or `isTest` is true.
bool says_it_is_test(const model::Event& event);

/// Gives an event without a message id one: made of its content (keyed, since content may be guessed), so that the same
/// event sent again is the same. An event without a time of its own gets a new one each time: nothing tells a repeated
/// request from a second event, and one too many is better than one lost.
void settle_message_id(model::Event& event, bool has_own_time, const Secret& key, model::Arena& arena);

}  // namespace parley::ingest
