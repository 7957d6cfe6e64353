#pragma once

#include "metrics/context.h"
#include "metrics/metrics.h"

namespace parley::metrics {

/// The page of conversations that the query asks for. `total` counts exactly the rows that all pages together have.
Result<ConversationList> list_conversations(const Context& context, const ConversationQuery& query);
/// One conversation's row, whenever it was. `not_found` where there is none.
Result<ConversationRow> find_conversation(const Context& context, const WorkspaceView& workspace,
                                          std::string_view conversation_id);
/// The values of a dimension in scope and how many conversations have each, most frequent first.
Result<std::vector<Group>> list_dimension_values(const Context& context, const Scope& scope, std::string_view dimension,
                                                 int limit);

}  // namespace parley::metrics
