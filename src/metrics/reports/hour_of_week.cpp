#include "metrics/reports/reports.h"

namespace parley::metrics {

ReportInfo describe_hour_of_week() {
  return {"hour_of_week", "Hour of week",
          "Conversations by the weekday and hour at which they started, in the workspace's time zone, and how many of "
          "them were handed off."};
}

Result<std::vector<HourOfWeek>> answer_hour_of_week(const Context& context, const Scope& scope) {
  const Question question(scope, context.now);
  auto table = context.store.query("SELECT " + question.weekday() + " AS weekday, " + question.hour() +
                                   " AS hour, count(), countIf(handoffs > 0) FROM " + question.conversations() +
                                   " GROUP BY weekday, hour ORDER BY weekday, hour");
  if (!table.ok()) return table.error();
  std::vector<HourOfWeek> hours;
  hours.reserve(table->rows.size());
  for (const auto& row : table->rows)
    hours.push_back({static_cast<int>(whole_cell(row[0])), static_cast<int>(whole_cell(row[1])), whole_cell(row[2]),
                     whole_cell(row[3])});
  return hours;
}

}  // namespace parley::metrics
