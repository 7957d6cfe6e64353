#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/metrics.h"

namespace parley::metrics {

/// Where good begins (`value`) and where watch ends (`warn`), in the metric's own unit and direction.
struct Target {
  double value = 0;
  double warn = 0;
};

struct CardSpec {
  std::string metric;
  std::optional<Target> target;
};

struct FunnelStepSpec {
  std::string title;
  std::string step;
};

/// A page of cards as catalog/dashboards/<id>.yaml describes it.
struct DashboardSpec {
  std::string id;
  std::string title;
  std::vector<CardSpec> cards;
  std::vector<std::string> drivers;  ///< dimensions in which a change is explained
  std::string funnel_title;
  std::vector<FunnelStepSpec> funnel;
};

/// Reads one definition. `invalid` names the origin and what is wrong.
Result<DashboardSpec> parse_dashboard(std::string_view yaml, std::string_view origin);
/// The dashboards that are compiled in; each metric they name must be in the catalogue.
Result<std::vector<DashboardSpec>> shipped_dashboards(const Metrics& metrics);

/// How a card stands against its target. The change against the period before is another matter (Comparison).
enum class CardStatus { kGood, kWatch, kOffTarget, kNoTarget, kNotEnoughData, kLocked };
const char* card_status_name(CardStatus status);
CardStatus card_status(const MetricAnswer& answer, const std::optional<Target>& target, std::string_view better);

struct Card {
  CardSpec spec;
  CardStatus status = CardStatus::kNoTarget;
  MetricAnswer answer;
  std::vector<Point> weeks;  ///< the thirteen weeks up to the window's end
};

/// The value of a dimension that explains most of a change: `share` of the difference, 1 being all of it.
struct Driver {
  std::string dimension;
  std::string key;
  double share = 0;
};

/// The clearest change among the cards. Says only what was computed.
struct Headline {
  std::string metric;
  bool up = false;
  std::optional<bool> good;  ///< nothing where the metric has no direction
  double value = 0, previous = 0, difference = 0;
  std::optional<Driver> driver;
};

struct Dashboard {
  std::vector<Card> cards;
  std::optional<Headline> headline;
};

/// Answers every card of a dashboard, and finds its headline. Blocking; any number of threads.
Result<Dashboard> answer_dashboard(Metrics& metrics, const DashboardSpec& spec, const Scope& scope, Compare compare);

/// Which group explains most of a rate's change from `before` to `now`: its mix and rate effects together, which over
/// all groups add up to the difference exactly. Nothing where no group explains 30 % of it.
std::optional<Driver> find_driver(std::string_view dimension, const MetricAnswer& now, const MetricAnswer& before);

}  // namespace parley::metrics
