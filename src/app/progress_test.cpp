#include "app/progress.h"

#include <gtest/gtest.h>

namespace parley::app {
namespace {

TEST(Progress, tells_share_rate_and_what_is_left) {
  EXPECT_EQ(progress_text(0.5, 120'345, 10), " 50 %  120,345 events  12,034/s  10 s left");
  EXPECT_EQ(progress_text(0.1, 1'000, 60), " 10 %  1,000 events  16/s  9 min left");
  EXPECT_EQ(progress_text(1.0, 10, 1), "100 %  10 events  10/s");
}

TEST(Progress, tells_no_share_where_the_whole_is_not_known) {
  EXPECT_EQ(progress_text(-1, 999, 2), "999 events  499/s");
}

TEST(Progress, writes_numbers_in_groups_of_three) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(123), "123");
  EXPECT_EQ(with_commas(1'234), "1,234");
  EXPECT_EQ(with_commas(12'345'678), "12,345,678");
}

}  // namespace
}  // namespace parley::app
