#include "base/counters.h"

#include <fmt/format.h>

#include <bit>

namespace parley {
namespace {

std::string label_text(const Counters::Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += text.empty() ? "{" : ",";
    text += name;
    text += "=\"";
    for (char c : value) {
      if (c == '\\' || c == '"') text += '\\';
      if (c == '\n')
        text += "\\n";
      else
        text += c;
    }
    text += '"';
  }
  if (!text.empty()) text += '}';
  return text;
}

// `{a="b"}` and one more label.
std::string with_label(const std::string& labels, std::string_view extra) {
  if (labels.empty()) return fmt::format("{{{}}}", extra);
  return fmt::format("{},{}}}", labels.substr(0, labels.size() - 1), extra);
}

template <typename T>
T& found_or_made(std::map<std::string, std::unique_ptr<T>>& members, const Counters::Labels& labels) {
  auto& member = members[label_text(labels)];
  if (!member) member = std::make_unique<T>();
  return *member;
}

}  // namespace

void DurationHistogram::observe(std::chrono::nanoseconds took) {
  const auto ns = static_cast<std::uint64_t>(took.count() < 0 ? 0 : took.count());
  const std::uint64_t us = ns / 1000;
  // Bucket i holds durations up to 2^i microseconds.
  const auto index = static_cast<std::size_t>(us <= 1 ? 0 : std::bit_width(us - 1));
  if (index < kBuckets)
    buckets_[index].fetch_add(1, std::memory_order_relaxed);
  else
    buckets_[kBuckets - 1].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(ns, std::memory_order_relaxed);
}

std::uint64_t DurationHistogram::count() const {
  std::uint64_t total = 0;
  for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
  return total;
}

double DurationHistogram::sum_seconds() const {
  return static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) / 1e9;
}

double DurationHistogram::upper_bound(std::size_t index) { return static_cast<double>(1ull << index) / 1e6; }

Counters::Family& Counters::family(std::string_view name, std::string_view help, const char* type) {
  auto found = families_.find(name);
  if (found == families_.end()) {
    found = families_.emplace(std::string(name), Family{}).first;
    found->second.help = help;
    found->second.type = type;
  }
  return found->second;
}

Counter& Counters::counter(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  return found_or_made(family(name, help, "counter").counters, labels);
}

Gauge& Counters::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  return found_or_made(family(name, help, "gauge").gauges, labels);
}

DurationHistogram& Counters::histogram(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  return found_or_made(family(name, help, "histogram").histograms, labels);
}

std::string Counters::prometheus_text() const {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, family.type);
    for (const auto& [labels, counter] : family.counters)
      out += fmt::format("{}{} {}\n", name, labels, counter->value());
    for (const auto& [labels, gauge] : family.gauges) out += fmt::format("{}{} {}\n", name, labels, gauge->value());
    for (const auto& [labels, histogram] : family.histograms) {
      std::uint64_t total = 0;
      for (std::size_t i = 0; i < DurationHistogram::kBuckets; ++i) {
        total += histogram->bucket(i);
        const std::string bound = fmt::format("le=\"{}\"", DurationHistogram::upper_bound(i));
        out += fmt::format("{}_bucket{} {}\n", name, with_label(labels, bound), total);
      }
      out += fmt::format("{}_bucket{} {}\n", name, with_label(labels, "le=\"+Inf\""), total);
      out += fmt::format("{}_sum{} {}\n", name, labels, histogram->sum_seconds());
      out += fmt::format("{}_count{} {}\n", name, labels, total);
    }
  }
  return out;
}

}  // namespace parley
