#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "model/arena.h"
#include "model/event.h"

namespace parley::privacy {

/// What protection needs to know of a property: how its class is to be treated.
enum class Treatment : unsigned char {
  kKeep,         ///< public and internal: kept; text is still scanned and masked
  kHash,         ///< personal and sensitive: keyed hash, "h_" and 32 hexadecimal digits
  kDrop,         ///< secret: removed
  kMessageText,  ///< a person's words: dropped or masked, as the workspace says
  kUnknown,      ///< not declared: judged by its name and by what it holds
};

enum class MessageText { kDrop, kMask };

/// How one workspace wants to be protected. The key never leaves the process and is never printed.
struct Policy {
  Secret hash_key;
  MessageText message_text = MessageText::kDrop;
};

/// Takes everything personal out of the event, before it is written anywhere. Values of personal classes become keyed
/// hashes (the same value gives the same hash within a workspace); message text is dropped, leaving its length as
/// `message_length`, or masked; every other text, nested JSON and ids included, is scanned and masked (ids that are
/// personal data themselves, such as an e-mail address used as user id, are hashed); undeclared properties with telling
/// names (email, phone, name, address, password …) are hashed or dropped. Doing it twice changes nothing more.
/// `treatment_of` tells the class of a property by name. New text goes to `arena`. Any number of threads.
void protect(model::Event& event, const Policy& policy,
             const std::function<Treatment(std::string_view property)>& treatment_of, model::Arena& arena);

}  // namespace parley::privacy
