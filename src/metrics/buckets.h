#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/question.h"

namespace parley::metrics {

/// One bar of a series: the key under which the store groups its conversations, and when it begins.
struct Bucket {
  std::int64_t key = 0;
  Timestamp start{};
};

/// The hours, days, ISO weeks or months of the zone that the window touches, in order and without gaps; the first may
/// begin before it. `invalid` past 10,000 of them. Every local day is one bucket, however many hours its clock has.
Result<std::vector<Bucket>> buckets_of(const Scope& scope, Interval interval);

/// The SQL that gives a conversation its bucket's key.
std::string bucket_sql(Interval interval, const Question& question);

/// The window of the same length that comparison is with: a whole number of weeks back, the fewest that keep both
/// apart, on the zone's calendar, so that weekdays and hours of day stand beside their like.
Scope previous_scope(const Scope& scope);

}  // namespace parley::metrics
