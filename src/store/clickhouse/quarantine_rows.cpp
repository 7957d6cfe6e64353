#include "store/clickhouse/quarantine_rows.h"

#include "model/event_codec.h"
#include "store/clickhouse/day.h"

namespace parley::store::clickhouse {

template <typename Rows, typename Visit>
void QuarantineRows::visit(Rows& rows, Visit&& column) {
  column("workspace", rows.workspace_);
  column("date", rows.date_);
  column("received", rows.received_);
  column("ts", rows.ts_);
  column("message_id", rows.message_id_);
  column("name", rows.name_);
  column("source", rows.source_);
  column("conversation_id", rows.conversation_id_);
  column("plan_version", rows.plan_version_);
  column("is_test", rows.is_test_);
  column("reason", rows.reason_);
  column("field", rows.field_);
  column("got", rows.got_);
  column("expected", rows.expected_);
  ViolationColumns::visit(rows.violations_, column);
  column("record", rows.record_);
}

void QuarantineRows::add(const model::Event& event) {
  ++rows_;
  workspace_.add(event.workspace);
  date_.add(day_of(event.received_at));
  received_.add(to_ms(event.received_at));
  ts_.add(to_ms(event.timestamp));
  message_id_.add(event.message_id);
  name_.add(event.name);
  source_.add(event.source);
  conversation_id_.add(event.conversation_id);
  plan_version_.add(event.plan_version);
  is_test_.add(event.is_test ? 1 : 0);
  const model::Violation first = event.violations.empty() ? model::Violation{} : event.violations.front();
  reason_.add(first.reason);
  field_.add(first.field);
  got_.add(first.got);
  expected_.add(first.expected);
  violations_.add(event);
  scratch_.clear();
  model::encode_event(event, scratch_);
  record_.add(scratch_);
}

std::string QuarantineRows::native() const {
  return native_block(rows_, [this](auto&& column) { visit(*this, column); });
}

std::string QuarantineRows::column_list() {
  return column_names([rows = QuarantineRows()](auto&& column) { visit(rows, column); });
}

}  // namespace parley::store::clickhouse
