#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/embedded/chdb.h"

namespace parley::store::embedded {

/// One connection to the engine: runs one statement at a time, for one thread at a time. Closes itself.
class Handle {
 public:
  Handle(const Chdb& chdb, Chdb::Connection** connection) : chdb_(chdb), connection_(connection) {}
  ~Handle();
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  /// Runs a statement; `what` names it in errors. The answer's bytes are in `format`.
  Result<std::string> ask(std::string_view what, std::string_view sql, std::string_view format);
  Status run(std::string_view what, std::string_view sql);
  /// Gives the answer piece by piece, each of whole rows, until it ends or `piece` returns false.
  Status stream(std::string_view what, std::string_view sql, std::string_view format,
                const std::function<bool(std::string_view)>& piece);

 private:
  const Chdb& chdb_;
  Chdb::Connection** connection_;
};

/// The ClickHouse engine of this process, on one directory. There is one at a time in a process, and one process at a
/// time on a directory: a lock file sees to that, and `conflict` is the answer to a second. Leaves the process' signal
/// handlers as they were. Must outlive its handles, and must be destroyed before the process leaves main.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> open(const std::string& directory, std::uint64_t max_memory_bytes);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Result<std::unique_ptr<Handle>> connect();

 private:
  Engine(const Chdb& chdb, std::string directory, std::uint64_t max_memory_bytes, int lock)
      : chdb_(chdb), directory_(std::move(directory)), max_memory_bytes_(max_memory_bytes), lock_(lock) {}

  const Chdb& chdb_;
  std::string directory_;
  std::uint64_t max_memory_bytes_;
  int lock_;
};

}  // namespace parley::store::embedded
