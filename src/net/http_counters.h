#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/counters.h"

namespace parley::net {

/// The server's own numbers. Any thread.
class HttpCounters {
 public:
  explicit HttpCounters(Counters& counters);

  void answered(int status, std::chrono::nanoseconds took);
  /// False where the connection would be one more than `most`; then it is not counted as open.
  bool opened(std::size_t most);
  void closed();

  Counter& bytes_in;
  Counter& bytes_out;
  Counter& refused_connections;
  Counter& dropped_stream_events;

 private:
  std::array<Counter*, 5> by_class_;  // 1xx to 5xx
  DurationHistogram& duration_;
  Gauge& open_;
  std::atomic<std::size_t> connections_{0};
};

}  // namespace parley::net
