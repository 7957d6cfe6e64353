#pragma once

#include "metrics/context.h"
#include "metrics/metrics.h"

namespace parley::metrics {

/// Answers one metric: the number, its course, its groups, its parts, and the period before.
Result<MetricAnswer> answer_metric(const Context& context, const MetricQuery& query);

}  // namespace parley::metrics
