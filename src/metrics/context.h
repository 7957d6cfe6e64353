#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/definition.h"
#include "metrics/seen_events.h"
#include "store/store.h"

namespace parley::metrics {

/// What an answer is made with. Borrowed, for one answer; `now` is one moment for all of it.
struct Context {
  store::Store& store;
  const std::vector<MetricDefinition>& definitions;
  SeenEvents& seen;
  Timestamp now{};

  /// `not_found` where the catalogue has no such metric.
  Result<const MetricDefinition*> definition(std::string_view id) const;
};

/// A cell as a whole number; 0 where it is none.
inline std::int64_t whole_cell(std::string_view cell) {
  std::int64_t number = 0;
  std::from_chars(cell.data(), cell.data() + cell.size(), number);
  return number;
}

}  // namespace parley::metrics
