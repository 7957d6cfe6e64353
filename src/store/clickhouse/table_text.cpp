#include "store/clickhouse/table_text.h"

#include "store/sql.h"

namespace parley::store::clickhouse {
namespace {

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

template <typename Each>
void for_each_cell(std::string_view line, Each&& each) {
  for (std::size_t index = 0;; ++index) {
    const std::size_t end = line.find('\t');
    each(index, line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

}  // namespace

Table read_table(std::string_view text) {
  Table table;
  if (text.empty()) return table;
  for_each_cell(take_line(text), [&](std::size_t, std::string_view name) { table.columns.push_back(unescaped(name)); });
  std::vector<bool> nested;
  for_each_cell(take_line(text), [&](std::size_t, std::string_view type) {
    nested.push_back(type.starts_with("Array(") || type.starts_with("Tuple("));
  });
  while (!text.empty()) {
    std::vector<std::string>& row = table.rows.emplace_back();
    row.reserve(table.columns.size());
    for_each_cell(take_line(text), [&](std::size_t index, std::string_view cell) {
      row.push_back(index < nested.size() && nested[index] ? std::string(cell) : unescaped(cell));
    });
  }
  return table;
}

}  // namespace parley::store::clickhouse
