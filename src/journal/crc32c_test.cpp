#include "journal/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace parley::journal {
namespace {

// RFC 3720, appendix B.4.
TEST(Crc32c, gives_the_values_of_the_rfc) {
  std::string ascending, descending;
  for (int i = 0; i < 32; ++i) ascending += static_cast<char>(i);
  for (int i = 31; i >= 0; --i) descending += static_cast<char>(i);
  for (auto* crc : {crc32c, crc32c_by_table}) {
    EXPECT_EQ(crc(std::string(32, '\0'), 0), 0x8a9136aau);
    EXPECT_EQ(crc(std::string(32, '\xff'), 0), 0x62a8ab43u);
    EXPECT_EQ(crc(ascending, 0), 0x46dd794eu);
    EXPECT_EQ(crc(descending, 0), 0x113fdb5cu);
    EXPECT_EQ(crc("123456789", 0), 0xe3069283u);
    EXPECT_EQ(crc("", 0), 0u);
  }
}

TEST(Crc32c, is_the_same_by_instruction_and_by_table_at_every_length_and_cut) {
  std::mt19937 random(7);
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(random());
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::string_view whole = std::string_view(bytes).substr(0, size);
    const std::size_t cut = size == 0 ? 0 : random() % size;
    const std::uint32_t expected = crc32c_by_table(whole);
    EXPECT_EQ(crc32c(whole), expected);
    EXPECT_EQ(crc32c(whole.substr(cut), crc32c(whole.substr(0, cut))), expected);
    EXPECT_EQ(crc32c_by_table(whole.substr(cut), crc32c_by_table(whole.substr(0, cut))), expected);
  }
}

}  // namespace
}  // namespace parley::journal
