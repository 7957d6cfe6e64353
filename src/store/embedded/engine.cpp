#include "store/embedded/engine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "store/clickhouse/failure.h"

namespace parley::store::embedded {
namespace {

std::atomic<bool> engine_is_open{false};

// Puts back every signal's handling as it was: chDB resets some whenever it connects.
class KeepSignals {
 public:
  KeepSignals() {
    for (int number = 1; number < kSignals; ++number) sigaction(number, nullptr, &before_[index(number)]);
  }
  ~KeepSignals() {
    for (int number = 1; number < kSignals; ++number)
      if (number != SIGKILL && number != SIGSTOP) sigaction(number, &before_[index(number)], nullptr);
  }
  KeepSignals(const KeepSignals&) = delete;
  KeepSignals& operator=(const KeepSignals&) = delete;

 private:
  static constexpr int kSignals = 32;
  static std::size_t index(int number) { return static_cast<std::size_t>(number); }
  std::array<struct sigaction, kSignals> before_{};
};

// An answer that gives itself back.
class Answer {
 public:
  Answer(const Chdb& chdb, Chdb::Answer* answer) : chdb_(chdb), answer_(answer) {}
  ~Answer() {
    if (answer_ != nullptr) chdb_.destroy(answer_);
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  Chdb::Answer* get() const { return answer_; }
  Status status(std::string_view what) const {
    if (answer_ == nullptr) return internal(fmt::format("store: {}: the engine gave no answer", what));
    if (const char* said = chdb_.error(answer_); said != nullptr && *said != '\0')
      return clickhouse::failure(what, said);
    return {};
  }
  std::string_view text() const {
    const std::size_t size = chdb_.length(answer_);
    return size == 0 ? std::string_view() : std::string_view(chdb_.buffer(answer_), size);
  }

 private:
  const Chdb& chdb_;
  Chdb::Answer* answer_;
};

Result<int> lock_directory(const std::string& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return unavailable(fmt::format("store: cannot make directory {}: {}", directory, failed.message()));
  const std::string path = directory + "/parley.lock";
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return unavailable(fmt::format("store: cannot open {}: {}", path, std::strerror(errno)));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return Error{Code::kConflict,
                 fmt::format("store: {} is in use already, by another process or by this one", directory)};
  }
  return lock;
}

}  // namespace

Handle::~Handle() { chdb_.close(connection_); }

Result<std::string> Handle::ask(std::string_view what, std::string_view sql, std::string_view format) {
  const Answer answer(chdb_, chdb_.query(*connection_, sql.data(), sql.size(), format.data(), format.size()));
  PARLEY_TRY(answer.status(what));
  return std::string(answer.text());
}

Status Handle::run(std::string_view what, std::string_view sql) {
  auto answer = ask(what, sql, "Null");
  if (!answer.ok()) return answer.error();
  return {};
}

Status Handle::stream(std::string_view what, std::string_view sql, std::string_view format,
                      const std::function<bool(std::string_view)>& piece) {
  const Answer rows(chdb_, chdb_.stream(*connection_, sql.data(), sql.size(), format.data(), format.size()));
  PARLEY_TRY(rows.status(what));
  while (true) {
    const Answer next(chdb_, chdb_.fetch(*connection_, rows.get()));
    PARLEY_TRY(next.status(what));
    if (next.text().empty()) return {};
    if (!piece(next.text())) {
      chdb_.cancel(*connection_, rows.get());
      return {};
    }
  }
}

Result<std::unique_ptr<Engine>> Engine::open(const std::string& directory, std::uint64_t max_memory_bytes) {
  auto chdb = load_chdb();
  if (!chdb.ok()) return chdb.error();
  // A relative path makes every insert with fsync fail.
  std::error_code failed;
  const std::string path = std::filesystem::absolute(directory, failed).lexically_normal().string();
  if (failed) return unavailable(fmt::format("store: no absolute path for {}: {}", directory, failed.message()));
  auto lock = lock_directory(path);
  if (!lock.ok()) return lock.error();
  if (engine_is_open.exchange(true)) {
    ::close(*lock);
    return Error{Code::kConflict, "store: this process has an embedded store open already"};
  }
  std::unique_ptr<Engine> engine(new Engine(**chdb, path, max_memory_bytes, *lock));
  const KeepSignals keep;
  engine->chdb_.set_signal_handlers_enabled(0);
  return engine;
}

Engine::~Engine() {
  ::close(lock_);
  engine_is_open.store(false);
}

Result<std::unique_ptr<Handle>> Engine::connect() {
  // The caches' defaults are made for large servers.
  std::vector<std::string> arguments = {
      "clickhouse",
      "--path=" + directory_,
      fmt::format("--max_server_memory_usage={}", max_memory_bytes_),
      "--mark_cache_size=33554432",
      "--primary_index_cache_size=33554432",
      "--index_mark_cache_size=8388608",
      "--query_condition_cache_size=16777216",
      "--compiled_expression_cache_size=8388608",
  };
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  const KeepSignals keep;
  Chdb::Connection** const connection = chdb_.connect(static_cast<int>(argv.size()), argv.data());
  if (connection == nullptr) return unavailable(fmt::format("store: the engine cannot open {}", directory_));
  return std::make_unique<Handle>(chdb_, connection);
}

}  // namespace parley::store::embedded
