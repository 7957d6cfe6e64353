#include "net/inflater.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "base/file.h"

namespace parley::net {
namespace {

constexpr int kGzip = MAX_WBITS + 16;

std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string numbered_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

TEST(Inflater, reads_gzip_zlib_and_bare_deflate) {
  const std::string text = numbered_lines(5000);
  Inflater inflater;
  for (const int form : {kGzip, MAX_WBITS, -MAX_WBITS}) {
    const auto out = inflater.inflate(deflated(text, form), text.size());
    ASSERT_TRUE(out.ok()) << out.error().message;
    EXPECT_EQ(out->text(), text);
    EXPECT_GE(out->block.capacity(), text.size());
  }
}

TEST(Inflater, reads_gzip_of_several_members) {
  Inflater inflater;
  const auto out = inflater.inflate(deflated("one ", kGzip) + deflated("two", kGzip), 100);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->text(), "one two");
}

TEST(Inflater, reads_nothing_as_nothing) {
  Inflater inflater;
  EXPECT_EQ(inflater.inflate("", 10)->text(), "");
  EXPECT_EQ(inflater.inflate(deflated("", kGzip), 10)->text(), "");
}

TEST(Inflater, takes_a_body_that_just_fits_and_no_more) {
  const std::string text(1000, 'x');
  Inflater inflater;
  EXPECT_TRUE(inflater.inflate(deflated(text, kGzip), 1000).ok());
  const auto refused = inflater.inflate(deflated(text, kGzip), 999);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kTooLarge);
}

TEST(Inflater, stops_inflating_a_bomb_at_the_limit) {
  // 20 MB of zeroes: the output would not fit, and is never made.
  const std::string bomb = deflated(std::string(20'000'000, '\0'), kGzip);
  ASSERT_LT(bomb.size(), 30'000u);
  Inflater inflater;
  const auto refused = inflater.inflate(bomb, 100'000);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kTooLarge);
}

TEST(Inflater, does_not_believe_the_size_that_gzip_tells) {
  std::string lying = deflated(numbered_lines(1000), kGzip);
  for (const char byte : {'\0', '\xff'}) {
    std::fill(lying.end() - 4, lying.end(), byte);
    Inflater inflater;
    const auto refused = inflater.inflate(lying, 1'000'000);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kInvalid);
  }
}

TEST(Inflater, refuses_what_is_cut_short_anywhere) {
  const std::string whole = deflated(numbered_lines(200), kGzip);
  Inflater inflater;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto refused = inflater.inflate(std::string_view(whole).substr(0, size), 100'000);
    ASSERT_FALSE(refused.ok()) << size;
    EXPECT_EQ(refused.error().code, Code::kInvalid);
  }
}

TEST(Inflater, refuses_noise_and_is_still_good_afterwards) {
  Inflater inflater;
  EXPECT_FALSE(inflater.inflate("\x1f\x8bnot gzip at all", 100).ok());
  EXPECT_FALSE(inflater.inflate("{\"plain\":true}", 100).ok());
  EXPECT_EQ(inflater.inflate(parley::gzip("fine"), 100)->text(), "fine");
}

TEST(LooksLikeGzip, knows_the_magic_bytes) {
  EXPECT_TRUE(looks_like_gzip(parley::gzip("x")));
  EXPECT_FALSE(looks_like_gzip("\x1f"));
  EXPECT_FALSE(looks_like_gzip("{\"a\":1}"));
}

}  // namespace
}  // namespace parley::net
