#pragma once

#include <string_view>

#include "store/store.h"

namespace parley::store::clickhouse {

/// Reads an answer in the format TabSeparatedWithNamesAndTypes. Cells are unescaped but for arrays and tuples, which
/// keep ClickHouse's text form: see array_cell.
Table read_table(std::string_view text);

}  // namespace parley::store::clickhouse
