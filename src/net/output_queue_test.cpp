#include "net/output_queue.h"

#include <gtest/gtest.h>

#include <array>

namespace parley::net {
namespace {

std::string gathered(const OutputQueue& queue) {
  std::array<iovec, 8> pieces;
  const std::size_t count = queue.gather(pieces);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  return text;
}

std::size_t pieces_of(const OutputQueue& queue) {
  std::array<iovec, 8> pieces;
  return queue.gather(pieces);
}

TEST(OutputQueue, gathers_short_texts_into_one_piece) {
  OutputQueue queue;
  queue.append("head ");
  queue.keep("body");
  queue.append_static(" tail");
  EXPECT_EQ(pieces_of(queue), 1u);
  EXPECT_EQ(gathered(queue), "head body tail");
  EXPECT_EQ(queue.size(), 14u);
}

TEST(OutputQueue, does_not_copy_long_texts) {
  static const std::string fixed(OutputQueue::kLong, 'f');
  std::string owned(OutputQueue::kLong, 'o');
  const char* const memory = owned.data();
  OutputQueue queue;
  queue.append("a");
  queue.keep(std::move(owned));
  queue.append("b");
  queue.append_static(fixed);
  std::array<iovec, 8> pieces;
  ASSERT_EQ(queue.gather(pieces), 4u);
  EXPECT_EQ(pieces[1].iov_base, memory);
  EXPECT_EQ(pieces[3].iov_base, fixed.data());
}

TEST(OutputQueue, goes_on_wherever_a_write_stopped) {
  const std::string whole = "12" + std::string(OutputQueue::kLong, 'x') + "34";
  for (const std::size_t step : {1u, 2u, 3u, 1000u, 4097u}) {
    OutputQueue queue;
    queue.append("12");
    queue.keep(std::string(OutputQueue::kLong, 'x'));
    queue.append("34");
    std::string written;
    while (!queue.empty()) {
      const std::string next = gathered(queue).substr(0, step);
      written += next;
      queue.consume(next.size());
    }
    EXPECT_TRUE(written == whole) << step;
  }
}

TEST(OutputQueue, is_as_new_after_it_was_emptied) {
  OutputQueue queue;
  queue.append("first");
  queue.consume(5);
  EXPECT_TRUE(queue.empty());
  queue.append("second");
  EXPECT_EQ(gathered(queue), "second");
  queue.clear();
  EXPECT_EQ(gathered(queue), "");
}

}  // namespace
}  // namespace parley::net
