#include "delivery/recent_ids.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace parley::delivery {
namespace {

TEST(RecentIds, remembers_the_last_ones_and_forgets_the_older) {
  std::mt19937_64 random(3);
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 10'000; ++i) ids.push_back(random());
  RecentIds recent(1000);
  for (const std::uint64_t id : ids) EXPECT_FALSE(recent.seen_before(id));
  for (std::size_t i = ids.size() - 1000; i < ids.size(); ++i) EXPECT_TRUE(recent.seen_before(ids[i]));
  EXPECT_FALSE(recent.seen_before(ids[0]));
}

TEST(RecentIds, tells_ids_apart_that_share_a_slot) {
  RecentIds recent(4);
  EXPECT_FALSE(recent.seen_before(0));
  EXPECT_FALSE(recent.seen_before(8));
  EXPECT_FALSE(recent.seen_before(16));
  EXPECT_TRUE(recent.seen_before(8));
  EXPECT_TRUE(recent.seen_before(16));
  EXPECT_TRUE(recent.seen_before(0));
}

}  // namespace
}  // namespace parley::delivery
