#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "simulator/phrasebook.h"
#include "simulator/random.h"

namespace parley::simulator {

using Day = std::chrono::sys_days;

/// One person, the same in every conversation.
struct Visitor {
  std::uint64_t number = 0;
  Language language = Language::kEnglish;
  bool signed_in = false;  ///< known by a user id, not only by the browser
  bool is_staff = false;   ///< test traffic
  std::size_t name = 0;    ///< of the phrasebook's names
};

/// The shop and its year: how many people come when, who they are, which release of the bot runs, when agents are at
/// work, and what goes wrong. It is a function of the seed and the anchor (the day on which the told story ends) alone,
/// so that the same day comes out the same however often and from wherever it is told.
///
/// The story: the bot gets better with releases 2.11, 2.12 and 2.13. Five weeks before the anchor the order system is
/// down for an afternoon. Nine days before it, release 2.14 starts to read "return item" as "cancel order".
class World {
 public:
  /// No more days than this are told before the anchor.
  static constexpr int kPastDays = 365;

  /// `visits_per_day` is the mean of the ninety days before the anchor, at least 1.
  World(std::uint64_t seed, Day anchor, double visits_per_day);

  Day anchor() const { return anchor_; }
  Day first_day() const { return anchor_ - std::chrono::days{kPastDays}; }

  /// Starts of visits on that day, in order. `day` from first_day() on.
  void arrivals(Day day, std::vector<Timestamp>& out) const;
  /// Seed of the day's n-th visit and its number since the first day; numbers tell who comes back.
  std::uint64_t visit_seed(Day day, std::size_t index) const;
  std::uint64_t visit_number(Day day, std::size_t index);
  /// Who pays the visit of that number. People come back, and those who came often come more often.
  Visitor visitor(std::uint64_t visit_number) const;

  std::string_view bot_version(Timestamp time) const;
  bool misreads_returns(Timestamp time) const { return time >= bad_release_; }
  bool order_system_down(Timestamp time) const { return time >= outage_from_ && time < outage_until_; }
  /// 8 to 20 o'clock UTC on weekdays, 9 to 15 on Saturdays.
  static bool agents_at_work(Timestamp time);

 private:
  std::size_t arrivals_on(Day day) const;
  Timestamp before_anchor(int days, std::chrono::minutes time_of_day) const;

  std::uint64_t seed_;
  Day anchor_;
  double visits_per_day_;
  Timestamp bad_release_, outage_from_, outage_until_;
  std::vector<std::uint64_t> started_before_;  // per day since first_day()
};

}  // namespace parley::simulator
