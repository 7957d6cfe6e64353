#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/definition.h"

namespace parley::metrics {

/// The whole numbers that the store counts for a metric and from which everything it says is worked out here: the
/// value, n, its interval, and how it differs from another tally.
using Tally = std::vector<std::int64_t>;

/// The aggregates in SQL, in the order of a Tally's numbers. The first is always n, by which groups are ordered.
std::vector<std::string> tally_sql(const MetricDefinition& definition, const Question& question);

/// What a metric says where nothing was counted.
Tally empty_tally(const MetricDefinition& definition);

Reading read_tally(const MetricDefinition& definition, const Tally& tally);
/// now - before at 95 %, nothing where the kind has no test or there is too little.
std::optional<Bounds> tally_difference(const MetricDefinition& definition, const Tally& now, const Tally& before);

}  // namespace parley::metrics
