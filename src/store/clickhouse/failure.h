#pragma once

#include <string_view>

#include "base/result.h"

namespace parley::store::clickhouse {

/// An Error made of what ClickHouse said ("Code: 47. DB::Exception: …"). `what` says what was being done. Its own words
/// are kept only where they speak of names and types, and without any literal, since a literal may be a person's data.
Error failure(std::string_view what, std::string_view said);

/// The number after "Code: ", 0 where there is none.
int error_code(std::string_view said);

}  // namespace parley::store::clickhouse
