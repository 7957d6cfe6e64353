#include "metrics/metric_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "metrics/buckets.h"
#include "metrics/dimensions.h"
#include "metrics/tally.h"
#include "store/sql.h"

namespace parley::metrics {
namespace {

// One metric asked of the store, window by window.
class Answering {
 public:
  Answering(const Context& context, const MetricDefinition& definition) : context_(context), definition_(definition) {}

  Result<Tally> total(const Scope& scope) const {
    auto with_parts = total_and_parts(scope, {});
    if (!with_parts.ok()) return with_parts.error();
    return std::move(with_parts->first);
  }

  // The parts of the number are counted along with it.
  Result<std::pair<Tally, std::vector<Part>>> total_and_parts(const Scope& scope,
                                                              const std::vector<PartDefinition>& definitions) const {
    const Question question(scope, context_.now);
    std::string columns = select(question, "");
    for (const PartDefinition& part : definitions) columns += ", countIf(" + part.where.sql(question) + ")";
    auto table = context_.store.query(columns + " FROM " + question.conversations());
    if (!table.ok()) return table.error();
    if (table->rows.size() != 1) return internal("metrics: expected one row of totals from the store");
    const auto& row = table->rows.front();
    std::pair<Tally, std::vector<Part>> answer{tally_of(row, 0), {}};
    for (std::size_t i = 0; i < definitions.size(); ++i)
      answer.second.push_back({definitions[i].name, whole_cell(row[answer.first.size() + i])});
    return answer;
  }

  Result<std::vector<Point>> series(const Scope& scope, Interval interval) const {
    auto buckets = buckets_of(scope, interval);
    if (!buckets.ok()) return buckets.error();
    const Question question(scope, context_.now);
    auto table = context_.store.query(select(question, bucket_sql(interval, question) + " AS bucket") + " FROM " +
                                      question.conversations() + " GROUP BY bucket ORDER BY bucket");
    if (!table.ok()) return table.error();
    std::unordered_map<std::int64_t, Tally> tallies;
    for (const auto& row : table->rows) tallies[whole_cell(row[0])] = tally_of(row, 1);
    std::vector<Point> points;
    points.reserve(buckets->size());
    for (const Bucket& bucket : *buckets) {
      const auto found = tallies.find(bucket.key);
      points.push_back(
          {bucket.start, read_tally(definition_, found == tallies.end() ? empty_tally(definition_) : found->second)});
    }
    return points;
  }

  Result<std::vector<Group>> groups(const Scope& scope, const Dimension& dimension, int top) const {
    const Question question(scope, context_.now);
    const std::string key = group_sql(dimension, question);
    auto table = context_.store.query(
        fmt::format("{} FROM {} GROUP BY group_key HAVING tally_0 > 0 ORDER BY tally_0 DESC, group_key LIMIT {}",
                    select(question, key + " AS group_key"), question.conversations(), top + 1));
    if (!table.ok()) return table.error();
    const bool more = table->rows.size() > static_cast<std::size_t>(top);
    if (more) table->rows.pop_back();

    std::vector<Group> groups;
    std::vector<std::string> named;
    for (const auto& row : table->rows) {
      groups.push_back({group_key(row[0]), read_tally(definition_, tally_of(row, 1))});
      named.push_back(row[0]);
    }
    if (!more) return groups;
    // Not what is left of the total: distinct persons and percentiles do not subtract.
    auto rest = context_.store.query(fmt::format("{} FROM {} AND {} NOT IN {}", select(question, ""),
                                                 question.conversations(), key, store::quoted_list(named)));
    if (!rest.ok()) return rest.error();
    if (!rest->rows.empty())
      groups.push_back({std::string(kOtherKey), read_tally(definition_, tally_of(rest->rows.front(), 0))});
    return groups;
  }

 private:
  std::string select(const Question& question, const std::string& key) const {
    std::string sql = "SELECT " + key;
    const auto columns = tally_sql(definition_, question);
    for (std::size_t i = 0; i < columns.size(); ++i)
      sql += fmt::format("{}{} AS tally_{}", i == 0 && key.empty() ? "" : ", ", columns[i], i);
    return sql;
  }

  Tally tally_of(const std::vector<std::string>& row, std::size_t first) const {
    Tally tally = empty_tally(definition_);
    for (std::size_t i = 0; i < tally.size() && first + i < row.size(); ++i) tally[i] = whole_cell(row[first + i]);
    return tally;
  }

  const Context& context_;
  const MetricDefinition& definition_;
};

Comparison compare(const Reading& now, const Scope& before_scope, const Reading& before,
                   const std::optional<Bounds>& interval) {
  Comparison comparison;
  comparison.from = before_scope.from;
  comparison.to = before_scope.to;
  comparison.reading = before;
  comparison.verdict = "not_enough_data";
  if (!now.value || !before.value) return comparison;
  comparison.difference = *now.value - *before.value;
  comparison.difference_interval = interval;
  if (now.insufficient || before.insufficient) return comparison;
  comparison.verdict = "no_clear_change";
  if (interval && interval->low > 0) comparison.verdict = "up";
  if (interval && interval->high < 0) comparison.verdict = "down";
  return comparison;
}

// One metric by another, reading by reading.
class Quotient {
 public:
  Quotient(const MetricInfo& info, MetricAnswer dividend, MetricAnswer divisor)
      : info_(info), dividend_(std::move(dividend)), divisor_(std::move(divisor)) {}

  MetricAnswer answer() {
    MetricAnswer answer;
    answer.id = info_.id;
    answer.unit = info_.unit;
    answer.version = info_.version;
    for (const auto* missing : {&dividend_.missing, &divisor_.missing})
      for (const std::string& event : *missing)
        if (std::find(answer.missing.begin(), answer.missing.end(), event) == answer.missing.end())
          answer.missing.push_back(event);
    if (!answer.missing.empty()) return answer;
    answer.reading = divide(dividend_.reading, divisor_.reading);
    answer.series = divide(dividend_.series, divisor_.series);
    answer.previous_series = divide(dividend_.previous_series, divisor_.previous_series);
    for (const Group& group : divisor_.groups) {
      const auto same = std::find_if(dividend_.groups.begin(), dividend_.groups.end(),
                                     [&](const Group& other) { return other.key == group.key; });
      if (same != dividend_.groups.end()) answer.groups.push_back({group.key, divide(same->reading, group.reading)});
    }
    if (dividend_.previous && divisor_.previous) {
      Scope before;
      before.from = divisor_.previous->from;
      before.to = divisor_.previous->to;
      answer.previous =
          compare(answer.reading, before, divide(dividend_.previous->reading, divisor_.previous->reading), {});
    }
    return answer;
  }

 private:
  Reading divide(const Reading& dividend, const Reading& divisor) const {
    Reading reading;
    reading.n = divisor.n;
    if (dividend.value && divisor.value && *divisor.value != 0) reading.value = *dividend.value / *divisor.value;
    reading.insufficient = reading.n < info_.minimum_n;
    return reading;
  }

  std::vector<Point> divide(const std::vector<Point>& dividend, const std::vector<Point>& divisor) const {
    std::vector<Point> points;
    for (std::size_t i = 0; i < std::min(dividend.size(), divisor.size()); ++i)
      points.push_back({divisor[i].start, divide(dividend[i].reading, divisor[i].reading)});
    return points;
  }

  const MetricInfo& info_;
  MetricAnswer dividend_, divisor_;
};

Result<MetricAnswer> answer_composed(const Context& context, const MetricDefinition& definition,
                                     const MetricQuery& query) {
  MetricQuery part = query;
  part.id = definition.dividend[0];
  auto dividend = answer_metric(context, part);
  if (!dividend.ok()) return dividend.error();
  part.id = definition.dividend[1];
  auto divisor = answer_metric(context, part);
  if (!divisor.ok()) return divisor.error();
  return Quotient(definition.info, std::move(*dividend), std::move(*divisor)).answer();
}

// Each step of an answer is its own question; `into` takes the value or the first error ends it.
template <typename T>
Status take(Result<T> result, T& into) {
  if (!result.ok()) return result.error();
  into = std::move(*result);
  return {};
}

Status add_previous(const Answering& answering, const MetricDefinition& definition, const MetricQuery& query,
                    const Tally& now, MetricAnswer& answer) {
  const Scope before = previous_scope(query.scope);
  Tally tally;
  PARLEY_TRY(take(answering.total(before), tally));
  answer.previous =
      compare(answer.reading, before, read_tally(definition, tally), tally_difference(definition, now, tally));
  if (query.interval == Interval::kNone) return {};
  return take(answering.series(before, query.interval), answer.previous_series);
}

}  // namespace

Result<MetricAnswer> answer_metric(const Context& context, const MetricQuery& query) {
  auto found = context.definition(query.id);
  if (!found.ok()) return found.error();
  const MetricDefinition& definition = **found;
  const Dimension* dimension = nullptr;
  if (!query.by.empty()) PARLEY_TRY(take(grouping_dimension(query.by), dimension));
  if (definition.kind == MetricKind::kComposed) return answer_composed(context, definition, query);

  MetricAnswer answer;
  answer.id = definition.info.id;
  answer.unit = definition.info.unit;
  answer.version = definition.info.version;
  PARLEY_TRY(take(context.seen.missing(query.scope.workspace.id, definition.needs, context.now), answer.missing));
  if (!answer.missing.empty()) return answer;

  const Answering answering(context, definition);
  auto total = answering.total_and_parts(query.scope, definition.parts);
  if (!total.ok()) return total.error();
  const Tally& tally = total->first;
  answer.reading = read_tally(definition, tally);
  answer.parts = std::move(total->second);
  if (query.interval != Interval::kNone) PARLEY_TRY(take(answering.series(query.scope, query.interval), answer.series));
  if (dimension != nullptr)
    PARLEY_TRY(take(answering.groups(query.scope, *dimension, std::max(1, query.top)), answer.groups));
  if (query.compare == Compare::kPrevious) PARLEY_TRY(add_previous(answering, definition, query, tally, answer));
  return answer;
}

}  // namespace parley::metrics
