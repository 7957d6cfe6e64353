#include "store/clickhouse/migrations.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "parley_store_schema.h"
#include "store/sql.h"

namespace parley::store::clickhouse {
namespace {

unsigned number_of(std::string_view text) {
  unsigned number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The statements of a file: each ends with a semicolon at a line's end; lines that begin with -- are for people.
std::vector<std::string> statements_of(std::string_view file) {
  std::vector<std::string> statements(1);
  while (!file.empty()) {
    const std::string_view line = file.substr(0, file.find('\n'));
    file.remove_prefix(std::min(file.size(), line.size() + 1));
    if (line.starts_with("--") || line.empty()) continue;
    const bool ends = line.ends_with(';');
    statements.back() += line.substr(0, line.size() - (ends ? 1 : 0));
    statements.back() += '\n';
    if (ends) statements.emplace_back();
  }
  statements.pop_back();
  return statements;
}

}  // namespace

Status migrate(Store& store) {
  PARLEY_TRY(
      store.execute("CREATE TABLE IF NOT EXISTS store_schema (version UInt32, name String, applied_at UInt64) "
                    "ENGINE = MergeTree ORDER BY version SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"));
  auto recorded = store.query("SELECT max(version) FROM store_schema");
  if (!recorded.ok()) return recorded.error();
  const unsigned have = number_of(recorded->rows.at(0).at(0));

  const auto files = ::parley::embedded::parley_store_schema();
  const unsigned newest = files.empty() ? 0 : number_of(files.back().name);
  if (have > newest)
    return Error{Code::kConflict, fmt::format("store: the data has schema {}, this binary knows up to {}: expected a "
                                              "newer binary or a backup made before the upgrade",
                                              have, newest)};
  for (const ::parley::embedded::File& file : files) {
    const unsigned version = number_of(file.name);
    if (version <= have) continue;
    for (const std::string& statement : statements_of(file.bytes)) PARLEY_TRY(store.execute(statement));
    PARLEY_TRY(
        store.execute(fmt::format("INSERT INTO store_schema SELECT {}, {}, toUInt64(toUnixTimestamp(now())) * 1000",
                                  version, quoted(file.name))));
  }
  return {};
}

}  // namespace parley::store::clickhouse
