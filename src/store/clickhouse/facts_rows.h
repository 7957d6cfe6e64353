#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "model/conversation_facts.h"

namespace parley::store::clickhouse {

/// Rows of `conversations` as one Native block. `moved` are the places that conversations have left: of these only
/// workspace, conversation_key and started_at count, and their rows hide the older ones there.
std::string facts_native(std::span<const model::ConversationFacts> facts,
                         std::span<const model::ConversationFacts> moved, std::uint64_t version);
/// The names of its columns, with commas between.
std::string facts_column_list();

}  // namespace parley::store::clickhouse
