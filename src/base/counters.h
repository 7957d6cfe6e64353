#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley {

/// A number that only grows. Any thread may add.
class Counter {
 public:
  void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down.
class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// How long something took: counts in buckets of powers of two from 1 microsecond to 67 seconds.
class DurationHistogram {
 public:
  static constexpr std::size_t kBuckets = 27;
  void observe(std::chrono::nanoseconds took);
  std::uint64_t count() const;
  double sum_seconds() const;
  std::uint64_t bucket(std::size_t index) const { return buckets_[index].load(std::memory_order_relaxed); }
  /// Upper bound of a bucket in seconds.
  static double upper_bound(std::size_t index);

 private:
  std::array<std::atomic<std::uint64_t>, kBuckets> buckets_{};
  std::atomic<std::uint64_t> sum_ns_{0};
};

/// Every number that Parley tells about itself, by name and labels, in Prometheus' text form.
/// Asking twice for the same name and labels gives the same object, which lives as long as the registry. Asking
/// takes a lock: ask once, keep the reference. Safe for any number of threads.
class Counters {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;
  Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  DurationHistogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {});

  /// Prometheus exposition format 0.0.4.
  std::string prometheus_text() const;

 private:
  struct Family {
    std::string help;
    std::string type;
    std::map<std::string, std::unique_ptr<Counter>> counters;
    std::map<std::string, std::unique_ptr<Gauge>> gauges;
    std::map<std::string, std::unique_ptr<DurationHistogram>> histograms;
  };
  Family& family(std::string_view name, std::string_view help, const char* type);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace parley
