#pragma once

#include <random>
#include <string>
#include <vector>

#include "model/arena.h"
#include "model/event.h"

namespace parley::store::embedded {

/// Events with every kind of value in every kind of place, the awkward ones more often than life has them.
class RandomEvents {
 public:
  RandomEvents(unsigned seed, model::Arena& arena) : random_(seed), arena_(arena) {}

  model::Event next(std::string_view workspace);

 private:
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
  std::string_view text();
  std::string_view property_name();
  model::Value value();

  std::mt19937 random_;
  model::Arena& arena_;
  unsigned made_ = 0;
};

/// The event's journal record with its properties in order of their names, so that equal events have equal bytes.
std::string comparable(const model::Event& event);

}  // namespace parley::store::embedded
