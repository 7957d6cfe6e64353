#include "base/time_zone.h"

#include <date/tz.h>

#include <exception>

namespace parley {
namespace {

const date::time_zone& zone_of(const void* zone) { return *static_cast<const date::time_zone*>(zone); }

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
  try {
    TimeZone zone;
    zone.name_ = name;
    zone.zone_ = date::locate_zone(std::string(name));
    return zone;
  } catch (const std::exception&) {
    return invalid("time zone \"" + std::string(name.substr(0, 64)) +
                   "\": expected a name of the IANA data base, such as Europe/Berlin or UTC");
  }
}

TimeZone TimeZone::utc() {
  auto zone = find("UTC");
  return zone.ok() ? *zone : TimeZone();
}

std::chrono::milliseconds TimeZone::offset_at(Timestamp time) const {
  if (zone_ == nullptr) return std::chrono::milliseconds{0};
  return zone_of(zone_).get_info(std::chrono::floor<std::chrono::seconds>(time)).offset;
}

std::vector<TimeZone::OffsetSpan> TimeZone::offsets_between(Timestamp from, Timestamp to) const {
  if (zone_ == nullptr) return {{from, std::chrono::milliseconds{0}}};
  std::vector<OffsetSpan> spans;
  Timestamp at = from;
  while (spans.empty() || at < to) {
    const auto info = zone_of(zone_).get_info(std::chrono::floor<std::chrono::seconds>(at));
    const std::chrono::milliseconds offset = info.offset;
    // A zone may rename itself without moving its clock: that is no new span.
    if (spans.empty() || spans.back().offset != offset) spans.push_back({at, offset});
    if (info.end >= date::sys_days{date::year::max() / 1 / 1}) break;
    at = info.end;
  }
  return spans;
}

Timestamp TimeZone::start_of_day(std::chrono::year_month_day day) const {
  const std::chrono::sys_days midnight{day};
  if (zone_ == nullptr) return midnight;
  const date::local_seconds local{midnight.time_since_epoch()};
  // Where midnight does not exist, `earliest` is the moment of the change; where it comes twice, the first.
  return zone_of(zone_).to_sys(local, date::choose::earliest);
}

std::chrono::year_month_day TimeZone::local_day(Timestamp time) const {
  return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time + offset_at(time))};
}

}  // namespace parley
