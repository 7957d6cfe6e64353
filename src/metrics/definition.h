#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/event_pattern.h"
#include "metrics/expression.h"
#include "metrics/metrics.h"

namespace parley::metrics {

enum class MetricKind { kCount, kSum, kMean, kPercentile, kRatio, kComposed };

/// A named share of a metric's count, reported beside it.
struct PartDefinition {
  std::string name;
  Expression where;
};

/// A metric as catalog/metrics/<id>.yaml states it, read and checked: docs/specs/metric_definition.md. The fields that
/// a kind does not use are empty.
struct MetricDefinition {
  MetricInfo info;
  MetricKind kind = MetricKind::kCount;
  bool counts_persons = false;          ///< grain person: distinct known persons instead of conversations
  std::optional<Expression> of;         ///< what it is a share, mean or percentile of: a condition, or an amount
  std::optional<Expression> otherwise;  ///< takes the place of `of` where that holds for nothing
  std::optional<Expression> where;      ///< what is counted
  std::optional<Expression> value;      ///< what is summed or averaged, or the part of an amount `of`
  std::optional<Expression> per;        ///< weight of a mean: the answers that a conversation's value sums up
  std::vector<std::string> dividend;    ///< composed: the metrics divided, [dividend, divisor]
  std::vector<EventPattern> needs;
  std::vector<PartDefinition> parts;
};

/// Reads one definition. `invalid` names the origin, its line where it is known, and what is wrong.
Result<MetricDefinition> parse_definition(std::string_view yaml, std::string_view origin);
/// The definitions that are compiled in, in the order of their ids.
Result<std::vector<MetricDefinition>> shipped_definitions();

}  // namespace parley::metrics
