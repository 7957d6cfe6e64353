#include "privacy/signs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace parley::privacy {
namespace {

TEST(Signs, count_the_same_as_one_byte_at_a_time_for_every_length) {
  std::mt19937 random(1);
  const std::string_view alphabet = "0129.:@=%abz \xc3\xa4";
  for (std::size_t length = 0; length < 9000; length += length < 100 ? 1 : 997) {
    std::string text;
    while (text.size() < length) text += alphabet[random() % alphabet.size()];
    const auto count = [&](auto test) {
      return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), test));
    };
    const Signs signs = look_at(text);
    EXPECT_EQ(signs.digits, count([](char c) { return c >= '0' && c <= '9'; })) << length;
    EXPECT_EQ(signs.dots, count([](char c) { return c == '.'; })) << length;
    EXPECT_EQ(signs.colons, count([](char c) { return c == ':'; })) << length;
    EXPECT_EQ(signs.at, text.find('@') != std::string::npos) << length;
    EXPECT_EQ(signs.equals, text.find('=') != std::string::npos) << length;
    EXPECT_EQ(signs.percent, text.find('%') != std::string::npos) << length;
    EXPECT_FALSE(signs.disguised) << length;
  }
}

TEST(Signs, see_one_byte_wherever_it_stands) {
  for (std::size_t length = 1; length < 70; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string text(length, 'x');
      text[at] = '7';
      EXPECT_EQ(look_at(text).digits, 1u);
      text[at] = '\xef';
      EXPECT_TRUE(look_at(text).disguised);
      text[at] = '@';
      EXPECT_TRUE(look_at(text).at);
    }
  }
}

TEST(Signs, know_a_uuid) {
  EXPECT_TRUE(is_uuid("2c43c025-7ad3-53f2-abe1-872f9b82037f"));
  EXPECT_TRUE(is_uuid("2C43C025-7AD3-53F2-ABE1-872F9B82037F"));
  EXPECT_FALSE(is_uuid("2c43c025-7ad3-53f2-abe1-872f9b82037"));
  EXPECT_FALSE(is_uuid("2c43c025-7ad3-53f2-abe1-872f9b82037g"));
  EXPECT_FALSE(is_uuid("2c43c025-7ad3-53f2-abe1-87-f9b82037f"));
  EXPECT_FALSE(is_uuid("2c43c02517ad3153f21abe11872f9b82037f"));
  EXPECT_FALSE(is_uuid(""));
}

}  // namespace
}  // namespace parley::privacy
