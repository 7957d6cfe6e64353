#include "base/time_zone.h"

#include <gtest/gtest.h>

#include "base/time_text.h"

namespace parley {
namespace {

using namespace std::chrono_literals;

TimeZone zone(const char* name) {
  auto found = TimeZone::find(name);
  EXPECT_TRUE(found.ok());
  return *found;
}

Timestamp at(const char* text) { return *parse_iso8601(text); }

TEST(TimeZone, days_begin_at_local_midnight_on_both_sides_of_a_clock_change) {
  const TimeZone berlin = zone("Europe/Berlin");
  EXPECT_EQ(format_iso8601(berlin.start_of_day(std::chrono::year{2026} / 3 / 29)), "2026-03-28T23:00:00.000Z");
  EXPECT_EQ(format_iso8601(berlin.start_of_day(std::chrono::year{2026} / 3 / 30)), "2026-03-29T22:00:00.000Z");
  EXPECT_EQ(
      berlin.start_of_day(std::chrono::year{2026} / 3 / 30) - berlin.start_of_day(std::chrono::year{2026} / 3 / 29),
      23h);
  EXPECT_EQ(
      berlin.start_of_day(std::chrono::year{2026} / 10 / 26) - berlin.start_of_day(std::chrono::year{2026} / 10 / 25),
      25h);
}

TEST(TimeZone, a_day_without_midnight_begins_after_the_gap) {
  // Clocks in Chile go from 24:00 to 01:00.
  const TimeZone santiago = zone("America/Santiago");
  EXPECT_EQ(format_iso8601(santiago.start_of_day(std::chrono::year{2026} / 9 / 6)), "2026-09-06T04:00:00.000Z");
}

TEST(TimeZone, tells_every_offset_between_two_times) {
  const TimeZone berlin = zone("Europe/Berlin");
  const auto spans = berlin.offsets_between(at("2026-01-01"), at("2027-01-01"));
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[0].offset, 1h);
  EXPECT_EQ(format_iso8601(spans[1].start), "2026-03-29T01:00:00.000Z");
  EXPECT_EQ(spans[1].offset, 2h);
  EXPECT_EQ(format_iso8601(spans[2].start), "2026-10-25T01:00:00.000Z");
  EXPECT_EQ(spans[2].offset, 1h);
  EXPECT_EQ(TimeZone::utc().offsets_between(at("1990-01-01"), at("2090-01-01")).size(), 1u);
}

TEST(TimeZone, local_days_follow_the_clock_on_the_wall) {
  EXPECT_EQ(zone("Asia/Tokyo").local_day(at("2026-01-15T15:30:00Z")), std::chrono::year{2026} / 1 / 16);
  EXPECT_EQ(zone("America/New_York").local_day(at("2026-01-15T03:30:00Z")), std::chrono::year{2026} / 1 / 14);
}

TEST(TimeZone, names_what_it_does_not_know) {
  const auto unknown = TimeZone::find("Mars/Olympus");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, Code::kInvalid);
  EXPECT_NE(unknown.error().message.find("Mars/Olympus"), std::string::npos);
}

}  // namespace
}  // namespace parley
