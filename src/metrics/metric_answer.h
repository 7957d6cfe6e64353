#pragma once

#include <span>
#include <string>
#include <vector>

#include "metrics/context.h"
#include "metrics/metrics.h"

namespace parley::metrics {

/// Answers one metric: the number, its course, its groups, its parts, and the period before.
Result<MetricAnswer> answer_metric(const Context& context, const MetricQuery& query);

/// Several metrics of one window, counted in one pass over its conversations. `query` says all but their ids; groups
/// are not among what it may ask.
Result<std::vector<MetricAnswer>> answer_metrics(const Context& context, std::span<const std::string> ids,
                                                 const MetricQuery& query);

}  // namespace parley::metrics
