#include "store/sql.h"

#include <gtest/gtest.h>

namespace parley::store {
namespace {

TEST(Quoted, escapes_what_would_end_or_change_a_literal) {
  EXPECT_EQ(quoted("plain ü"), "'plain ü'");
  EXPECT_EQ(quoted("it's \\ a\ttab\n"), R"('it\'s \\ a\ttab\n')");
  EXPECT_EQ(quoted(std::string_view("\0x", 2)), R"('\0x')");
  EXPECT_EQ(quoted(""), "''");
}

TEST(QuotedList, joins_literals_and_is_never_empty) {
  EXPECT_EQ(quoted_list({"a", "b'c"}), R"(('a','b\'c'))");
  EXPECT_EQ(quoted_list({}), "(NULL)");
}

TEST(Unescaped, undoes_the_escapes_of_a_cell) {
  EXPECT_EQ(unescaped(R"(a\tb\nc\\d\'e)"), "a\tb\nc\\d'e");
  EXPECT_EQ(unescaped(R"(\0)"), std::string(1, '\0'));
  EXPECT_EQ(unescaped("ends in \\"), "ends in \\");
}

TEST(ArrayCell, reads_texts_with_separators_and_escapes_inside) {
  using Members = std::vector<std::string>;
  EXPECT_EQ(array_cell("[]"), Members{});
  EXPECT_EQ(array_cell("['']"), Members{""});
  EXPECT_EQ(array_cell(R"(['a,b','c\'d','[e]','f\\'])"), (Members{"a,b", "c'd", "[e]", "f\\"}));
  EXPECT_EQ(array_cell("[1,-2,30]"), (Members{"1", "-2", "30"}));
  EXPECT_EQ(array_cell("no array"), Members{});
}

}  // namespace
}  // namespace parley::store
