#pragma once

#include <atomic>
#include <chrono>

namespace parley {

/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z. The only form in which times are stored.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

inline Timestamp timestamp_from_ms(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }
inline std::int64_t to_ms(Timestamp time) { return time.time_since_epoch().count(); }

/// Where the time comes from, so that tests can hold it. Safe for any number of threads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

/// The machine's own clock.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

/// A clock that stands still until it is moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_ms_(to_ms(start)) {}
  Timestamp now() const override { return timestamp_from_ms(now_ms_.load()); }
  void set(Timestamp time) { now_ms_.store(to_ms(time)); }
  void advance(std::chrono::milliseconds by) { now_ms_.fetch_add(by.count()); }

 private:
  std::atomic<std::int64_t> now_ms_;
};

}  // namespace parley
