#include "metrics/tally.h"

#include "metrics/percentile.h"
#include "metrics/statistics.h"

namespace parley::metrics {
namespace {

// Places in a Tally, by kind.
enum CountPlace { kCount };
enum SumPlace { kSum, kSumSquares };
enum MeanPlace { kMeanN, kMeanX, kMeanY, kMeanXX, kMeanXY, kMeanYY };
enum RatioPlace { kWhole, kPart, kOtherwiseWhole, kOtherwisePart };
enum PercentilePlace { kPercentileN, kMedianLow, kMedianHigh, kP90Low, kP90High };

std::string condition_sql(const std::optional<Expression>& condition, const Question& question) {
  return condition ? condition->sql(question) : "1";
}

std::string counted(const MetricDefinition& definition, const std::string& condition) {
  if (!definition.counts_persons) return "countIf(" + condition + ")";
  return "uniqExactIf(person_key, person_key != 0 AND " + condition + ")";
}

std::string sum_if(const std::string& amount, const std::string& condition) {
  return "sumIf(toInt64(" + amount + "), " + condition + ")";
}

// Stored amounts to the metric's unit.
double in_unit(ValueType type, double amount) {
  if (type == ValueType::kMilliseconds) return amount / 1000;
  if (type == ValueType::kMillionths) return amount / 1'000'000;
  return amount;
}

MeanSums mean_sums(const Tally& tally) {
  const auto at = [&](MeanPlace place) { return static_cast<double>(tally[place]); };
  return MeanSums{
      .n = tally[kMeanN], .x = at(kMeanX), .y = at(kMeanY), .xx = at(kMeanXX), .xy = at(kMeanXY), .yy = at(kMeanYY)};
}

struct Share {
  std::int64_t part = 0, whole = 0;
};
Share share_of(const Tally& tally) {
  if (tally[kWhole] == 0 && tally.size() > kOtherwisePart) return {tally[kOtherwisePart], tally[kOtherwiseWhole]};
  return {tally[kPart], tally[kWhole]};
}

void add_mean(std::vector<std::string>& columns, const MetricDefinition& definition, const Question& question) {
  const std::string of = condition_sql(definition.of, question);
  const std::string x = definition.per ? "toInt64(" + definition.per->sql(question) + ")" : "1";
  const std::string y = "toInt64(" + definition.value->sql(question) + ")";
  columns.push_back(definition.per ? "countIf(" + of + " AND " + x + " != 0)" : "countIf(" + of + ")");
  for (const std::string& amount : {x, y, x + " * " + x, x + " * " + y, y + " * " + y})
    columns.push_back(sum_if(amount, of));
}

void add_ratio(std::vector<std::string>& columns, const MetricDefinition& definition, const Question& question) {
  const std::string of = definition.of->sql(question);
  if (definition.value) {
    // A part is never more than its whole, conversation by conversation: no rate can pass 100 %.
    columns.push_back("sum(toInt64(" + of + "))");
    columns.push_back("sum(least(toInt64(" + definition.value->sql(question) + "), toInt64(" + of + ")))");
    return;
  }
  const std::string where = definition.where->sql(question);
  columns.push_back(counted(definition, of));
  columns.push_back(counted(definition, of + " AND " + where));
  if (!definition.otherwise) return;
  const std::string otherwise = definition.otherwise->sql(question);
  columns.push_back(counted(definition, otherwise));
  columns.push_back(counted(definition, otherwise + " AND " + where));
}

}  // namespace

std::vector<std::string> tally_sql(const MetricDefinition& definition, const Question& question) {
  std::vector<std::string> columns;
  switch (definition.kind) {
    case MetricKind::kCount: columns.push_back(counted(definition, condition_sql(definition.where, question))); break;
    case MetricKind::kSum: {
      const std::string value = definition.value->sql(question), where = condition_sql(definition.where, question);
      columns.push_back(sum_if(value, where));
      columns.push_back(sum_if(value + " * " + value, where));
      break;
    }
    case MetricKind::kMean: add_mean(columns, definition, question); break;
    case MetricKind::kRatio: add_ratio(columns, definition, question); break;
    case MetricKind::kPercentile: {
      const std::string of = condition_sql(definition.of, question);
      const std::string sorted =
          "arraySort(groupArrayIf(toInt64(" + definition.value->sql(question) + "), " + of + "))";
      columns.push_back("countIf(" + of + ")");
      add_percentile_sql(columns, sorted, 50);
      add_percentile_sql(columns, sorted, 90);
      break;
    }
    case MetricKind::kComposed: break;
  }
  return columns;
}

Tally empty_tally(const MetricDefinition& definition) {
  switch (definition.kind) {
    case MetricKind::kCount: return Tally(kCount + 1);
    case MetricKind::kSum: return Tally(kSumSquares + 1);
    case MetricKind::kMean: return Tally(kMeanYY + 1);
    case MetricKind::kRatio: return Tally(definition.otherwise ? kOtherwisePart + 1 : kPart + 1);
    case MetricKind::kPercentile: return Tally(kP90High + 1);
    case MetricKind::kComposed: break;
  }
  return {};
}

Reading read_tally(const MetricDefinition& definition, const Tally& tally) {
  Reading reading;
  switch (definition.kind) {
    case MetricKind::kCount:
    case MetricKind::kSum:
      reading.n = tally[0];
      reading.value = static_cast<double>(tally[0]);
      break;
    case MetricKind::kMean: {
      const MeanSums sums = mean_sums(tally);
      reading.n = tally[kMeanX];
      reading.value = sums.mean();
      reading.interval = mean_interval(sums);
      break;
    }
    case MetricKind::kRatio: {
      const Share share = share_of(tally);
      reading.n = share.whole;
      if (share.whole > 0) reading.value = static_cast<double>(share.part) / static_cast<double>(share.whole);
      reading.interval = wilson_interval(share.part, share.whole);
      break;
    }
    case MetricKind::kPercentile: {
      reading.n = tally[kPercentileN];
      if (reading.n == 0) break;
      const ValueType type = definition.value->type();
      reading.value = in_unit(type, percentile_between(reading.n, 50, tally[kMedianLow], tally[kMedianHigh]));
      reading.p90 = in_unit(type, percentile_between(reading.n, 90, tally[kP90Low], tally[kP90High]));
      break;
    }
    case MetricKind::kComposed: break;
  }
  reading.insufficient = reading.n < definition.info.minimum_n;
  return reading;
}

std::optional<Bounds> tally_difference(const MetricDefinition& definition, const Tally& now, const Tally& before) {
  switch (definition.kind) {
    case MetricKind::kCount: return count_difference(now[kCount], before[kCount]);
    case MetricKind::kSum:
      return sum_difference(static_cast<double>(now[kSum]), static_cast<double>(now[kSumSquares]),
                            static_cast<double>(before[kSum]), static_cast<double>(before[kSumSquares]));
    case MetricKind::kMean: return mean_difference(mean_sums(now), mean_sums(before));
    case MetricKind::kRatio: {
      const Share a = share_of(now), b = share_of(before);
      return rate_difference(a.part, a.whole, b.part, b.whole);
    }
    case MetricKind::kPercentile:
    case MetricKind::kComposed: break;
  }
  return std::nullopt;
}

}  // namespace parley::metrics
