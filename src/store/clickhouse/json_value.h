#pragma once

#include <string_view>

#include "model/arena.h"
#include "model/value.h"

namespace parley::store::clickhouse {

/// Reads what Value::append_json wrote: a cell of property_values. Texts live in `arena` or in `json`.
/// Anything else than a scalar is kept as JSON text.
model::Value value_from_json(std::string_view json, model::Arena& arena);

}  // namespace parley::store::clickhouse
