#include "net/input_buffer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace parley::net {
namespace {

void receive(InputBuffer& buffer, std::string_view bytes, std::size_t expected = 0) {
  while (!bytes.empty()) {
    const std::span<char> space = buffer.space(expected);
    ASSERT_FALSE(space.empty());
    const std::size_t step = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), step);
    buffer.received(step);
    bytes.remove_prefix(step);
  }
}

std::string_view text(InputBuffer& buffer) { return {buffer.data(), buffer.size()}; }
std::string_view text(OwnedBytes& bytes) { return {bytes.data(), bytes.size}; }

TEST(InputBuffer, lets_connections_take_turns_in_one_block) {
  ScratchBlock scratch;
  InputBuffer first(scratch);
  InputBuffer second(scratch);
  receive(first, "half of a req");
  first.settle();
  receive(second, "other");
  EXPECT_EQ(text(first), "half of a req");
  EXPECT_EQ(text(second), "other");
  second.settle();
  receive(first, "uest");
  EXPECT_EQ(text(first), "half of a request");
}

TEST(InputBuffer, gives_short_and_long_requests_memory_of_their_own) {
  for (const std::size_t size : {100u, 10'000u, 200'000u}) {
    ScratchBlock scratch;
    InputBuffer buffer(scratch);
    const std::string request(size, 'r');
    receive(buffer, request + "next");
    OwnedBytes taken = buffer.take(size);
    EXPECT_EQ(text(buffer), "next");
    buffer.settle();
    InputBuffer other(scratch);
    receive(other, std::string(60'000, 'o'));
    EXPECT_TRUE(text(taken) == request) << size;
    EXPECT_EQ(text(buffer), "next");
  }
}

TEST(InputBuffer, keeps_what_follows_a_long_request_even_where_it_is_long_too) {
  ScratchBlock scratch;
  InputBuffer buffer(scratch);
  const std::string rest(150'000, 's');
  receive(buffer, std::string(50'000, 'r') + rest);
  OwnedBytes taken = buffer.take(50'000);
  EXPECT_TRUE(text(buffer) == rest);
  EXPECT_EQ(taken.size, 50'000u);
}

TEST(InputBuffer, makes_room_for_what_is_expected_but_not_for_any_promise) {
  ScratchBlock scratch;
  InputBuffer buffer(scratch);
  receive(buffer, std::string(60'000, 'x'));
  buffer.settle();
  EXPECT_GE(buffer.space(100'000).size(), 100'000u);
  EXPECT_LT(buffer.space(1ull << 40).size(), 1'000'000u);
}

TEST(BlockPool, uses_blocks_again_newest_first) {
  const auto pool = std::make_shared<BlockPool>();
  const char* oldest = nullptr;
  const char* newest = nullptr;
  {
    PaddedBlock first = pool->take();
    PaddedBlock second = pool->take();
    newest = first.data();
    oldest = second.data();
  }  // the second goes back first
  PaddedBlock again = pool->take();
  EXPECT_EQ(again.data(), newest);
  PaddedBlock once_more = pool->take();
  EXPECT_EQ(once_more.data(), oldest);
}

TEST(BlockPool, keeps_only_what_was_needed_since_it_was_trimmed_last) {
  const auto pool = std::make_shared<BlockPool>();
  {
    PaddedBlock first = pool->take();
    PaddedBlock second = pool->take();
  }
  pool->trim();  // both were in use since the beginning
  EXPECT_FALSE(pool->empty());
  { PaddedBlock one = pool->take(); }
  pool->trim();
  EXPECT_FALSE(pool->empty());
  pool->trim();
  EXPECT_TRUE(pool->empty());
}

TEST(BlockPool, outlives_nobody_who_holds_a_block) {
  auto pool = std::make_shared<BlockPool>();
  PaddedBlock block = pool->take();
  pool.reset();
  std::memset(block.data(), 'x', block.capacity() + PaddedBlock::kPadding);
  EXPECT_EQ(block.data()[block.capacity()], 'x');
}

}  // namespace
}  // namespace parley::net
