#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "simulator/event_lines.h"
#include "simulator/world.h"

namespace parley::simulator {

/// What the simulator tells. The same settings give the same events with the same message ids, byte for byte, so that
/// sending them again doubles nothing; `from` and `to` only choose a part of the story.
struct Settings {
  std::uint64_t seed = 1;
  Day anchor;  ///< the day on which the story ends (see World): "today" for a demo
  /// Conversations that start in [from, to) are told, each to its end. `from` is taken at the start of its day and at
  /// most World::kPastDays before the anchor.
  Day from;
  Timestamp to = Timestamp::max();  ///< without it, the story goes on for ever
  double conversations_per_day = 150;
};

/// The shop assistant of an outdoor shop, "Northwind": a stream of believable conversations (nine flows, six languages,
/// five channels, handoffs, ratings, leads, releases, an outage, a bad release, some wrong and some test events) as
/// Segment track objects in order of time. Pulled, so that memory stays small however long the story is; live traffic
/// is the same stream, read up to now.
///
///     Simulator simulator({.anchor = today, .from = today - days{90}});
///     while (simulator.next_time() <= now) simulator.next(body);
///
/// For one thread at a time.
class Simulator {
 public:
  explicit Simulator(const Settings& settings);

  /// When the next event happens; Timestamp::max() after the last.
  Timestamp next_time();
  /// Appends the next event as one JSON object and goes on to the one after it. False after the last.
  bool next(std::string& out);

 private:
  struct Playing {
    EventLines lines;
    std::size_t position = 0;
    std::uint64_t number = 0;
  };
  void refill();
  bool open_next_day();
  static bool later(const Playing* a, const Playing* b);

  Settings settings_;
  World world_;
  Day day_;
  std::vector<Timestamp> starts_;  // of the day
  std::size_t next_start_ = 0;
  std::vector<Playing*> playing_;  // a heap: the next event first
  std::vector<Playing*> idle_;
  std::deque<Playing> slots_;
};

/// Appends a body for /v1/batch with the next events: at most `max_events`, at most about `max_bytes`, none after
/// `until`. Gives their number; with 0, nothing is appended.
std::size_t append_batch(Simulator& simulator, std::size_t max_events, std::size_t max_bytes, Timestamp until,
                         std::string& body);

/// `events` events of a busy shop (a hundred thousand conversations a day) in bodies of `batch_size`, for load tests.
/// `sink` gets each body; it is valid during the call.
void write_batches(std::uint64_t seed, Day anchor, std::size_t events, std::size_t batch_size,
                   const std::function<void(std::string_view body, std::size_t events)>& sink);

}  // namespace parley::simulator
