#pragma once

#include <memory>
#include <string>

#include "accounts/accounts.h"
#include "app/serve_command.h"
#include "base/result.h"

namespace parley::app {

/// The whole running product: builds every part from the options, in order, and ends them in reverse. The only place
/// that names concrete classes. Its threads: one a processor for the server, a pool for questions, one that commits
/// the journal, one that feeds the store.
class House {
 public:
  /// Opens the data directory: makes what is missing, recovers what a crash left.
  static Result<std::unique_ptr<House>> open(const ServeOptions& options);
  virtual ~House() = default;

  /// Listens and begins to serve.
  virtual Status begin() = 0;

  virtual accounts::Accounts& accounts() = 0;
  /// "127.0.0.1:8400".
  virtual std::string address() const = 0;
  /// Stops accepting, finishes requests, flushes the journal, stores what is in it, closes the store.
  virtual void close() = 0;
};

/// The version of this binary.
const char* version();

}  // namespace parley::app
