#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "metrics/metrics.h"
#include "model/arena.h"
#include "model/event.h"
#include "store/store.h"

namespace parley::metrics {

/// Events of tests, with the memory that they point into.
struct EventSet {
  model::Arena arena;
  std::deque<model::Event> events;

  model::Event& add(std::string_view workspace, std::string_view name, std::string_view conversation, Timestamp at);
  void set(model::Event& event, std::string_view property, std::string_view text);
};

/// One embedded store for all tests of this program, each in a workspace of its own, asked through Metrics as shipped.
class Scenario {
 public:
  /// Opened at first use, closed before the program ends.
  static Scenario& shared();

  ~Scenario();

  /// Stores the events and the facts that they make.
  Status keep(const EventSet& set);
  /// Events as text, a line each: `10:00 c1 chatbot_conversation_start key=value`. Times are on Monday 2026-03-02 in
  /// UTC, or on the n-th day from it (`6/10:00`). The keys user, anonymous, channel, id and test are the event's own.
  static Status read(std::string_view workspace, std::string_view text, EventSet& into);
  static Result<Timestamp> time_of(std::string_view text);

  Metrics& metrics() { return *metrics_; }
  store::Store& store() { return *store_; }
  ManualClock& clock() { return clock_; }
  /// A week from the first day, in UTC, of the workspace.
  static Scope week(std::string_view workspace);

 private:
  Scenario();

  std::string directory_;
  ManualClock clock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Metrics> metrics_;
  std::uint64_t batches_ = 0;
};

}  // namespace parley::metrics
