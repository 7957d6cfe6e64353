#include "store/clickhouse/table_text.h"

#include <gtest/gtest.h>

namespace parley::store::clickhouse {
namespace {

using Row = std::vector<std::string>;

TEST(ReadTable, unescapes_texts_and_leaves_arrays_as_they_are) {
  const Table table = read_table("name\tlist\nString\tArray(String)\na\\tb\t['x\\'y','\\\\']\n\t[]\n");
  EXPECT_EQ(table.columns, (Row{"name", "list"}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0], (Row{"a\tb", R"(['x\'y','\\'])"}));
  EXPECT_EQ(table.rows[1], (Row{"", "[]"}));
}

TEST(ReadTable, keeps_a_row_whose_only_cell_is_empty) {
  const Table table = read_table("name\nString\n\n");
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0], Row{""});
}

TEST(ReadTable, has_columns_but_no_rows_where_nothing_was_found) {
  const Table table = read_table("a\tb\nUInt8\tUInt8\n");
  EXPECT_EQ(table.columns.size(), 2u);
  EXPECT_TRUE(table.rows.empty());
}

}  // namespace
}  // namespace parley::store::clickhouse
