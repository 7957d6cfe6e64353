#pragma once

#include "accounts/database.h"
#include "base/result.h"

namespace parley::accounts {

/// Brings the file to the newest schema, one recorded version after the other. `conflict` for a file that a newer
/// Parley has written.
Status migrate(Database& database);

}  // namespace parley::accounts
