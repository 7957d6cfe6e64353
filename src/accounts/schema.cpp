#include "accounts/schema.h"

#include <array>
#include <string>

namespace parley::accounts {
namespace {

// One script a version; PRAGMA user_version says how many were run. A released script is never edited.
constexpr std::array<const char*, 1> kVersions = {R"sql(
CREATE TABLE workspaces (
  id                    TEXT PRIMARY KEY,
  name                  TEXT NOT NULL,
  time_zone             TEXT NOT NULL,
  message_text          TEXT NOT NULL,
  business_start_minute INTEGER NOT NULL,
  business_end_minute   INTEGER NOT NULL,
  business_days         INTEGER NOT NULL,
  hash_key              TEXT NOT NULL,
  created_at_ms         INTEGER NOT NULL,
  is_demo               INTEGER NOT NULL
) STRICT;
CREATE TABLE members (
  email         TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE memberships (
  email     TEXT NOT NULL REFERENCES members (email),
  workspace TEXT NOT NULL REFERENCES workspaces (id),
  role      TEXT NOT NULL,
  PRIMARY KEY (email, workspace)
) STRICT;
CREATE TABLE write_keys (
  number        INTEGER PRIMARY KEY,
  write_key     TEXT NOT NULL UNIQUE,
  workspace     TEXT NOT NULL REFERENCES workspaces (id),
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE api_tokens (
  token_sha256  TEXT PRIMARY KEY,
  workspace     TEXT NOT NULL REFERENCES workspaces (id),
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions (
  token_sha256  TEXT PRIMARY KEY,
  email         TEXT NOT NULL REFERENCES members (email),
  expires_at_ms INTEGER NOT NULL
) STRICT;
)sql"};

Result<std::int64_t> version_of(Database& database) {
  auto rows = database.query("PRAGMA user_version");
  if (!rows.ok()) return rows.error();
  auto row = rows->next();
  if (!row.ok()) return row.error();
  return rows->integer(0);
}

}  // namespace

Status migrate(Database& database) {
  auto version = version_of(database);
  if (!version.ok()) return version.error();
  const auto newest = static_cast<std::int64_t>(kVersions.size());
  if (*version > newest)
    return Error{Code::kConflict, "accounts: the file has schema version " + std::to_string(*version) +
                                      ", written by a newer Parley; this one knows versions up to " +
                                      std::to_string(newest)};
  for (std::int64_t next = *version; next < newest; ++next) {
    auto transaction = Transaction::begin(database);
    if (!transaction.ok()) return transaction.error();
    PARLEY_TRY(database.run_script(kVersions[static_cast<std::size_t>(next)]));
    PARLEY_TRY(database.run_script(("PRAGMA user_version=" + std::to_string(next + 1)).c_str()));
    PARLEY_TRY(transaction->commit());
  }
  return {};
}

}  // namespace parley::accounts
