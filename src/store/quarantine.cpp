#include "store/quarantine.h"

#include <charconv>

#include "store/sql.h"

namespace parley::store {
namespace {

std::int64_t number(const std::string& cell) {
  std::int64_t value = 0;
  std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return value;
}

std::string condition(const QuarantineSelection& selection) {
  const std::string workspace = quoted(selection.workspace);
  std::string text = "workspace = " + workspace;
  text += " AND message_id NOT IN (SELECT message_id FROM quarantine_replays WHERE workspace = " + workspace + ")";
  if (!selection.reason.empty()) text += " AND reason = " + quoted(selection.reason);
  if (!selection.message_ids.empty()) text += " AND message_id IN " + quoted_list(selection.message_ids);
  return text;
}

}  // namespace

Result<std::int64_t> count_quarantine(Store& store, const QuarantineSelection& selection) {
  auto table = store.query("SELECT uniqExact(message_id) FROM quarantine WHERE " + condition(selection));
  if (!table.ok()) return table.error();
  return table->rows.empty() ? 0 : number(table->rows[0][0]);
}

Result<std::vector<QuarantinedRecord>> list_quarantine(Store& store, const QuarantineSelection& selection, int limit,
                                                       int offset) {
  auto table = store.query("SELECT message_id, record FROM quarantine WHERE " + condition(selection) +
                           " ORDER BY received DESC, message_id, record LIMIT 1 BY message_id LIMIT " +
                           std::to_string(offset) + ", " + std::to_string(limit));
  if (!table.ok()) return table.error();
  std::vector<QuarantinedRecord> records;
  records.reserve(table->rows.size());
  for (auto& row : table->rows) records.push_back({std::move(row[0]), std::move(row[1])});
  return records;
}

Result<std::vector<QuarantineReason>> quarantine_reasons(Store& store, std::string_view workspace) {
  auto table =
      store.query("SELECT reason, uniqExact(message_id) AS events, max(received) FROM quarantine WHERE " +
                  condition({std::string(workspace), "", {}}) + " GROUP BY reason ORDER BY events DESC, reason");
  if (!table.ok()) return table.error();
  std::vector<QuarantineReason> reasons;
  reasons.reserve(table->rows.size());
  for (auto& row : table->rows)
    reasons.push_back({std::move(row[0]), number(row[1]), timestamp_from_ms(number(row[2]))});
  return reasons;
}

Status mark_replayed(Store& store, std::string_view workspace, const std::vector<std::string>& message_ids,
                     Timestamp at) {
  if (message_ids.empty()) return {};
  std::string text = "INSERT INTO quarantine_replays (workspace, message_id, at) VALUES ";
  for (std::size_t i = 0; i < message_ids.size(); ++i) {
    if (i > 0) text += ", ";
    text += "(" + quoted(workspace) + ", " + quoted(message_ids[i]) + ", " + std::to_string(to_ms(at)) + ")";
  }
  return store.execute(text);
}

}  // namespace parley::store
