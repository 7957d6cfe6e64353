#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace parley::store::clickhouse {

/// The UTC day of a time as ClickHouse's Date: days since 1970-01-01, times outside of 1970 to 2149 held at the edge.
inline std::uint16_t day_of(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(day, 0, 0xffff));
}

}  // namespace parley::store::clickhouse
