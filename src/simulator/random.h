#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

namespace parley::simulator {

/// Mixes two numbers into one, well enough to seed a Random from a place in the story (SplitMix64's finaliser).
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a + 0x9e3779b97f4a7c15ULL * (b + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// A small, fast source of chance (SplitMix64) that gives the same sequence on every machine, which the standard
/// distributions do not promise. Not for secrets. One thread at a time.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  /// In [0, 1).
  double unit() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  /// In [low, high).
  double between(double low, double high) { return low + (high - low) * unit(); }
  /// A whole number in [0, bound); `bound` at least 1.
  std::size_t below(std::size_t bound) {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(bits()) * bound) >> 64);
  }
  bool chance(double probability) { return unit() < probability; }

  /// Normal, by Box and Muller.
  double normal(double mean, double deviation) {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return mean + deviation * radius * std::cos(2.0 * std::numbers::pi * unit());
  }
  /// Skewed to the right, as waits and typing times are. `spread` is the deviation of the logarithm.
  double skewed(double median, double spread) { return median * std::exp(normal(0.0, spread)); }

  /// An index into `weights`, each with the chance of its share of their sum.
  template <typename Weights>
  std::size_t weighted(const Weights& weights) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    double left = unit() * sum;
    std::size_t index = 0;
    for (const double weight : weights) {
      left -= weight;
      if (left < 0) return index;
      ++index;
    }
    return index - 1;
  }

  template <typename List>
  const auto& one_of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace parley::simulator
