#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace parley {

/// A time zone of the IANA data base, for turning local calendar days into points in time and back.
/// Immutable and safe for any number of threads.
class TimeZone {
 public:
  /// `Europe/Berlin`, `UTC` and so on. Fails with `invalid` for a name that the machine's data base does not hold.
  static Result<TimeZone> find(std::string_view name);
  static TimeZone utc();

  const std::string& name() const { return name_; }

  /// Local wall-clock time minus UTC at `time`.
  std::chrono::milliseconds offset_at(Timestamp time) const;

  /// One stretch with one offset: from `start` (inclusive) until the next one's start.
  struct OffsetSpan {
    Timestamp start;
    std::chrono::milliseconds offset;
  };
  /// The offsets in force between `from` and `to`, in order; the first starts at or before `from`.
  std::vector<OffsetSpan> offsets_between(Timestamp from, Timestamp to) const;

  /// The first moment of the local day: where a clock change skips midnight, the first moment after it.
  Timestamp start_of_day(std::chrono::year_month_day day) const;
  std::chrono::year_month_day local_day(Timestamp time) const;

 private:
  TimeZone() = default;
  std::string name_;
  const void* zone_ = nullptr;  // date::time_zone, owned by the date library for the life of the process
};

}  // namespace parley
