#include "simulator/world.h"

#include <algorithm>
#include <array>

namespace parley::simulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// Share of the day's visits by hour: one peak before lunch, one after dinner.
constexpr std::array<double, 24> kWeekday = {1.2, 0.7, 0.5, 0.4, 0.5, 0.9, 2.0, 4.0, 6.5, 8.5, 10.4, 10.2,
                                             8.0, 7.0, 6.8, 6.6, 6.3, 6.2, 6.9, 9.0, 8.8, 5.6, 3.4,  2.1};
constexpr std::array<double, 24> kWeekend = {1.8, 1.2, 0.8, 0.6, 0.5, 0.7, 1.2, 2.4, 4.6, 7.2, 9.2, 9.4,
                                             8.4, 7.4, 7.0, 6.8, 6.6, 6.6, 7.2, 8.8, 8.6, 6.0, 3.8, 2.4};
// Monday to Sunday.
constexpr std::array<double, 7> kDayOfWeek = {1.18, 1.12, 1.06, 1.02, 1.0, 0.80, 0.74};

constexpr std::array<double, kLanguages> kLanguageShares = {46, 22, 12, 9, 6, 5};

struct Release {
  int days_before_anchor;
  minutes time_of_day;
  std::string_view version;
};
constexpr Release kBadRelease{9, hours{9}, "2.14.0"};
constexpr std::array kReleases = {
    Release{World::kPastDays, hours{0}, "2.10.2"},
    Release{72, hours{10}, "2.11.0"},
    Release{47, hours{9} + minutes{30}, "2.12.0"},
    Release{24, hours{10}, "2.13.1"},
    kBadRelease,
};
constexpr int kOutageDaysBeforeAnchor = 35;

// Streams of chance that must not touch each other.
enum Stream : std::uint64_t { kDayVolume = 1, kDayStarts, kVisit, kReturning, kPerson };

int weekday_index(Day day) { return static_cast<int>(std::chrono::weekday{day}.iso_encoding()) - 1; }

std::uint64_t number_of(Day day) { return static_cast<std::uint64_t>(day.time_since_epoch().count()); }

}  // namespace

World::World(std::uint64_t seed, Day anchor, double visits_per_day)
    : seed_(mix(seed, number_of(anchor))),
      anchor_(anchor),
      visits_per_day_(std::max(1.0, visits_per_day)),
      bad_release_(before_anchor(kBadRelease.days_before_anchor, kBadRelease.time_of_day)),
      outage_from_(before_anchor(kOutageDaysBeforeAnchor, hours{13} + minutes{20})),
      outage_until_(before_anchor(kOutageDaysBeforeAnchor, hours{17} + minutes{5})) {}

Timestamp World::before_anchor(int count, minutes time_of_day) const { return anchor_ - days{count} + time_of_day; }

std::size_t World::arrivals_on(Day day) const {
  Random random(mix(mix(seed_, kDayVolume), number_of(day)));
  // A third more at the end of ninety days than at their start, whose mean is visits_per_day.
  const double growth = std::max(0.4, 1.0 + 0.33 * (45.0 - static_cast<double>((anchor_ - day).count())) / 90.0);
  const double expected =
      visits_per_day_ * std::min(growth, 1.4) * kDayOfWeek[static_cast<std::size_t>(weekday_index(day))];
  const double count = random.normal(expected, std::sqrt(expected) + 0.03 * expected);
  return static_cast<std::size_t>(std::max(0.0, std::round(count)));
}

void World::arrivals(Day day, std::vector<Timestamp>& out) const {
  out.resize(arrivals_on(day));
  Random random(mix(mix(seed_, kDayStarts), number_of(day)));
  const auto& shares = weekday_index(day) < 5 ? kWeekday : kWeekend;
  for (Timestamp& start : out) {
    const auto hour = static_cast<int>(random.weighted(shares));
    const auto within = static_cast<std::int64_t>(random.below(3'600'000));
    start = Timestamp{day} + hours{hour} + std::chrono::milliseconds{within};
  }
  std::sort(out.begin(), out.end());
}

std::uint64_t World::visit_seed(Day day, std::size_t index) const {
  return mix(mix(mix(seed_, kVisit), number_of(day)), index);
}

std::uint64_t World::visit_number(Day day, std::size_t index) {
  const auto since_first = static_cast<std::size_t>((day - first_day()).count());
  if (started_before_.empty()) started_before_.push_back(0);
  while (started_before_.size() <= since_first) {
    const Day last = first_day() + days{static_cast<int>(started_before_.size()) - 1};
    started_before_.push_back(started_before_.back() + arrivals_on(last));
  }
  return started_before_[since_first] + index;
}

Visitor World::visitor(std::uint64_t visit_number) const {
  // Each visit is either somebody's first or paid by whoever paid an earlier one. Following these links back
  // gives the few who come often and the many who come once (Yule's process), without a list of people.
  std::uint64_t number = visit_number;
  while (number > 0) {
    Random random(mix(mix(seed_, kReturning), number));
    if (!random.chance(0.43)) break;
    const auto recent = std::min<std::uint64_t>(number, static_cast<std::uint64_t>(visits_per_day_ * 6) + 1);
    number = random.chance(0.45) ? number - 1 - random.below(recent) : random.below(number);
  }
  Random random(mix(mix(seed_, kPerson), number));
  Visitor visitor;
  visitor.number = random.bits();
  visitor.language = static_cast<Language>(random.weighted(kLanguageShares));
  visitor.signed_in = random.chance(0.62);
  visitor.is_staff = random.chance(0.008);
  visitor.name = random.below(phrasebook(visitor.language).names.size());
  return visitor;
}

std::string_view World::bot_version(Timestamp time) const {
  std::string_view version = kReleases.front().version;
  for (const Release& release : kReleases)
    if (time >= before_anchor(release.days_before_anchor, release.time_of_day)) version = release.version;
  return version;
}

bool World::agents_at_work(Timestamp time) {
  const Day day = std::chrono::floor<days>(time);
  const auto hour = std::chrono::floor<hours>(time - Timestamp{day}).count();
  const int weekday = weekday_index(day);
  if (weekday < 5) return hour >= 8 && hour < 20;
  return weekday == 5 && hour >= 9 && hour < 15;
}

}  // namespace parley::simulator
