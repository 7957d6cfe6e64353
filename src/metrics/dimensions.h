#pragma once

#include <span>
#include <string>
#include <string_view>

#include "metrics/fields.h"
#include "metrics/metrics.h"

namespace parley::metrics {

/// Something that numbers can be grouped and filtered by: a fact under the name that people know it by.
struct Dimension {
  DimensionInfo info;
  const Field* field = nullptr;
  bool groupable = true;
};

std::span<const Dimension> all_dimensions();
/// By its id or another name it goes by; null where there is none.
const Dimension* find_dimension(std::string_view id);
/// The dimension that shows this fact, or null.
const Dimension* dimension_of_field(std::string_view field);
/// A dimension that can be grouped by, or `invalid` naming those that can.
Result<const Dimension*> grouping_dimension(std::string_view id);

/// The condition in SQL. The filter is one that parse_filter has passed.
std::string filter_sql(const Filter& filter, const Question& question);

/// The key under which conversations come that do not have the dimension; a filter for it finds them again.
inline constexpr std::string_view kNoneKey = "(none)";
inline constexpr std::string_view kOtherKey = "(other)";

/// The group's key in SQL, as a text or a number, and how a cell of it reads.
std::string group_sql(const Dimension& dimension, const Question& question);
std::string group_key(std::string_view cell);

}  // namespace parley::metrics
