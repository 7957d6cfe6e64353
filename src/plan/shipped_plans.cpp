#include <algorithm>
#include <cstdlib>

#include "base/log.h"
#include "parley_catalog_plans.h"
#include "plan/plan.h"

namespace parley::plan {
namespace {

std::vector<std::shared_ptr<const Plan>> parse_all() {
  std::vector<std::shared_ptr<const Plan>> plans;
  for (const embedded::File& file : embedded::parley_catalog_plans()) {
    Result<std::shared_ptr<const Plan>> plan = Plan::parse(file.bytes, file.name);
    if (!plan.ok()) {
      // The tests parse every shipped plan: only a broken build comes here, and it must not judge anything.
      log_error("plan: a shipped plan is broken:\n{}", plan.error().message);
      std::abort();
    }
    plans.push_back(std::move(*plan));
  }
  std::sort(plans.begin(), plans.end(), [](const auto& a, const auto& b) {
    return a->id() != b->id() ? a->id() < b->id() : a->version() < b->version();
  });
  return plans;
}

}  // namespace

std::span<const std::shared_ptr<const Plan>> shipped_plans() {
  static const std::vector<std::shared_ptr<const Plan>> plans = parse_all();
  return plans;
}

std::shared_ptr<const Plan> default_plan() {
  std::shared_ptr<const Plan> newest;
  for (const std::shared_ptr<const Plan>& plan : shipped_plans()) {
    if (plan->id() == "chatbot") newest = plan;
  }
  return newest;
}

}  // namespace parley::plan
