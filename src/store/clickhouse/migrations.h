#pragma once

#include "base/result.h"
#include "store/store.h"

namespace parley::store::clickhouse {

/// Runs the schema files that the store has not had yet, in order of their numbers, and records each. A file that a
/// crash cut short is run again from its start, so its statements say IF NOT EXISTS. Fails with `conflict` where the
/// store has a number that this binary does not know.
Status migrate(Store& store);

}  // namespace parley::store::clickhouse
