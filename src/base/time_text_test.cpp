#include "base/time_text.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

std::int64_t ms(std::string_view text) {
  const auto time = parse_iso8601(text);
  return time ? to_ms(*time) : -1;
}

TEST(TimeText, reads_the_forms_that_clients_send) {
  EXPECT_EQ(ms("2026-01-15T10:00:00.005Z"), 1768471200005);
  EXPECT_EQ(ms("2026-01-15T10:00:00Z"), 1768471200000);
  EXPECT_EQ(ms("2026-01-15 10:00:00"), 1768471200000);
  EXPECT_EQ(ms("2026-01-15T10:00Z"), 1768471200000);
  EXPECT_EQ(ms("2026-01-15T12:00:00+02:00"), 1768471200000);
  EXPECT_EQ(ms("2026-01-15T12:00:00+0200"), 1768471200000);
  EXPECT_EQ(ms("2026-01-15T05:30:00-04:30"), 1768471200000);
  EXPECT_EQ(ms("2026-01-15T10:00:00.1234567Z"), 1768471200123);
  EXPECT_EQ(ms("2026-01-15T10:00:00.1Z"), 1768471200100);
  EXPECT_EQ(ms("2026-01-15"), 1768435200000);
  EXPECT_EQ(ms("2024-02-29T00:00:00Z"), 1709164800000);
}

TEST(TimeText, refuses_what_is_no_time) {
  for (const char* text : {"", "soon", "2026", "2026-13-01", "2026-02-29", "2026-01-15T", "2026-01-15T25:00:00Z",
                           "2026-01-15T10:61:00Z", "2026-01-15T10:00:00.Z", "2026-01-15T10:00:00+",
                           "2026-01-15T10:00:00Zjunk", "2026-01-15T10:00:00+99:00", "1768471200"})
    EXPECT_FALSE(parse_iso8601(text).has_value()) << text;
}

TEST(TimeText, writes_what_it_reads) {
  for (const std::int64_t value : {0LL, 1768471200005LL, 951782400000LL, -86400000LL, 4102444799999LL})
    EXPECT_EQ(ms(format_iso8601(timestamp_from_ms(value))), value) << value;
  EXPECT_EQ(format_iso8601(timestamp_from_ms(1768471200005)), "2026-01-15T10:00:00.005Z");
}

}  // namespace
}  // namespace parley
