#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "metrics/buckets.h"
#include "metrics/reports/reports.h"
#include "metrics/tally.h"
#include "store/sql.h"

namespace parley::metrics {

ReportInfo describe_intents() {
  return {"intents", "Intents",
          "Each intent's detections and conversations, its share of all detections, and what became of the "
          "conversations in which it was detected."};
}

namespace {

// The rates beside each intent are the catalogue's own, over the conversations in which it was detected.
constexpr const char* kOutcomes[] = {"resolution_rate", "escalation_rate", "csat"};
constexpr std::size_t kFirstOutcome = 3;  // columns before them

class IntentQuestions {
 public:
  IntentQuestions(const Context& context, const Scope& scope)
      : context_(context), workspace_(scope.workspace.id), question_(scope, context.now) {}

  // Counts by intent. The facts hold each detection once, however often its event arrived.
  std::string counts_sql() const {
    return fmt::format(
        "SELECT toString(arrayJoin(intents)) AS intent, count() AS detections_of FROM {} GROUP BY intent ORDER BY "
        "intent",
        question_.conversations());
  }

  Result<std::vector<IntentRow>> rows(int limit) const {
    std::string sql =
        "SELECT toString(arrayJoin(arrayDistinct(intents))) AS intent, sum(countEqual(intents, intent)) AS of_it, "
        "count()";
    for (const char* id : kOutcomes) {
      auto definition = context_.definition(id);
      if (!definition.ok()) return definition.error();
      for (const std::string& column : tally_sql(**definition, question_)) sql += ", " + column;
    }
    auto table = context_.store.query(
        fmt::format("{} FROM {} GROUP BY intent ORDER BY of_it DESC, intent", sql, question_.conversations()));
    if (!table.ok()) return table.error();

    std::int64_t all = 0;
    for (const auto& cells : table->rows) all += whole_cell(cells[1]);
    std::vector<IntentRow> rows;
    for (const auto& cells : table->rows) {
      if (rows.size() == static_cast<std::size_t>(std::max(1, limit))) break;
      auto row = row_of(cells);
      if (!row.ok()) return row.error();
      row->share = static_cast<double>(row->count) / static_cast<double>(all);
      rows.push_back(std::move(*row));
    }
    return rows;
  }

  // Confidence stands on the events alone. Those of one message id count once.
  Status add_confidence(std::vector<IntentRow>& rows) const {
    if (rows.empty()) return {};
    auto extent = context_.store.query("SELECT max(last_at) FROM " + question_.conversations());
    if (!extent.ok()) return extent.error();
    std::vector<std::string> names;
    for (const IntentRow& row : rows) names.push_back(row.intent);
    const Scope& scope = question_.scope();
    auto table = context_.store.query(fmt::format(
        "SELECT intent, count(), sum(confidence) FROM (SELECT conversation_key, message_id, min(toString(intent_name)) "
        "AS intent, min(intent_confidence_micros) AS confidence FROM events WHERE workspace = {} AND date >= {} AND "
        "date <= {} AND name = 'chatbot_intent_detected' AND intent_confidence_micros >= 0 AND "
        "intent_confidence_micros <= 1000000 AND intent_name IN {} AND "
        "conversation_key IN (SELECT conversation_key FROM {}) GROUP BY conversation_key, message_id) GROUP BY intent "
        "ORDER BY intent",
        store::quoted(scope.workspace.id), utc_day_literal(scope.from),
        utc_day_literal(timestamp_from_ms(extent->rows.empty() ? 0 : whole_cell(extent->rows.front()[0]))),
        store::quoted_list(names), question_.conversations()));
    if (!table.ok()) return table.error();
    std::unordered_map<std::string, double> means;
    for (const auto& cells : table->rows)
      means[cells[0]] =
          static_cast<double>(whole_cell(cells[2])) / static_cast<double>(whole_cell(cells[1])) / 1'000'000;
    for (IntentRow& row : rows)
      if (const auto found = means.find(row.intent); found != means.end()) row.mean_confidence = found->second;
    return {};
  }

 private:
  Result<IntentRow> row_of(const std::vector<std::string>& cells) const {
    IntentRow row;
    row.intent = cells[0];
    row.count = whole_cell(cells[1]);
    row.conversations = whole_cell(cells[2]);
    std::optional<double>* rates[] = {&row.resolution_rate, &row.escalation_rate, &row.csat};
    std::size_t at = kFirstOutcome;
    for (std::size_t i = 0; i < std::size(kOutcomes); ++i) {
      auto definition = context_.definition(kOutcomes[i]);
      if (!definition.ok()) return definition.error();
      Tally tally = empty_tally(**definition);
      for (std::int64_t& number : tally) number = whole_cell(cells[at++]);
      auto missing = context_.seen.missing(workspace_, (*definition)->needs, context_.now);
      if (!missing.ok()) return missing.error();
      // What waits for its events is not known rather than nought.
      if (missing->empty()) *rates[i] = read_tally(**definition, tally).value;
    }
    return row;
  }

  const Context& context_;
  const std::string workspace_;
  Question question_;
};

}  // namespace

Result<std::vector<IntentRow>> answer_intents(const Context& context, const Scope& scope, int limit,
                                              bool compare_previous) {
  const IntentQuestions questions(context, scope);
  auto rows = questions.rows(limit);
  if (!rows.ok()) return rows;
  PARLEY_TRY(questions.add_confidence(*rows));
  if (!compare_previous) return rows;
  const Scope before = previous_scope(scope);
  auto table = context.store.query(IntentQuestions(context, before).counts_sql());
  if (!table.ok()) return table.error();
  std::unordered_map<std::string, std::int64_t> counts;
  for (const auto& cells : table->rows) counts[cells[0]] = whole_cell(cells[1]);
  for (IntentRow& row : *rows) {
    const auto found = counts.find(row.intent);
    row.previous_count = found == counts.end() ? 0 : found->second;
  }
  return rows;
}

}  // namespace parley::metrics
