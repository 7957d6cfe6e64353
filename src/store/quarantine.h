#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace parley::store {

/// Which quarantined events are meant: those of a workspace, of one reason where given, of these ids where given.
/// Events that were replayed with success are no longer among them; one that was sent twice counts once.
struct QuarantineSelection {
  std::string workspace;
  std::string reason;
  std::vector<std::string> message_ids;
};

struct QuarantineReason {
  std::string reason;
  std::int64_t count = 0;
  Timestamp last_at{};
};

struct QuarantinedRecord {
  std::string message_id;
  std::string record;  ///< as model::encode_event wrote it
};

Result<std::int64_t> count_quarantine(Store& store, const QuarantineSelection& selection);
/// Newest first.
Result<std::vector<QuarantinedRecord>> list_quarantine(Store& store, const QuarantineSelection& selection, int limit,
                                                       int offset);
/// Every reason of the workspace, most frequent first.
Result<std::vector<QuarantineReason>> quarantine_reasons(Store& store, std::string_view workspace);
/// Takes events out of quarantine. Doing it twice changes nothing.
Status mark_replayed(Store& store, std::string_view workspace, const std::vector<std::string>& message_ids,
                     Timestamp at);

}  // namespace parley::store
