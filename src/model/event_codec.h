#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/event.h"

namespace parley::model {

/// Appends the event's journal record: docs/specs/event_record.md is its byte format.
void encode_event(const Event& event, std::string& out);

/// Reads a journal record. The event's text points into `record`; its vectors come from `memory`.
/// Fails with `corrupt` for bytes that are no record of a known version.
Result<Event> decode_event(std::string_view record, std::pmr::memory_resource* memory);

/// The event as one JSON object, the form in which the API and the live view show it:
/// {"message_id","name","type","timestamp",…,"properties":{…},"verdict","violations":[…]}.
void append_event_json(const Event& event, std::string& out);

}  // namespace parley::model
