#include <fmt/format.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <ostream>

#include "metrics/scenario.h"
#include "parley_catalog_metrics.h"

namespace parley::metrics {
namespace {

/// One of the `examples` of a catalogue file: events, a question, and the answer.
struct Example {
  std::string metric;
  std::string workspace;
  YAML::Node node;
};

std::ostream& operator<<(std::ostream& out, const Example& example) { return out << example.workspace; }

std::vector<Example> examples() {
  std::vector<Example> found;
  for (const auto& file : embedded::parley_catalog_metrics()) {
    const YAML::Node root = YAML::Load(std::string(file.bytes));
    const auto id = root["id"].as<std::string>();
    if (!root["examples"] || root["examples"].size() == 0) found.push_back({id, id + "_has_none", {}});
    int number = 0;
    for (const YAML::Node& node : root["examples"]) found.push_back({id, fmt::format("{}_{}", id, ++number), node});
  }
  return found;
}

std::vector<std::string> texts(const YAML::Node& node) {
  std::vector<std::string> all;
  for (const YAML::Node& text : node) all.push_back(text.as<std::string>());
  return all;
}

class CatalogExample : public testing::TestWithParam<Example> {
 protected:
  static Timestamp time(const YAML::Node& node, const char* otherwise) {
    const auto at = Scenario::time_of(node.as<std::string>(otherwise));
    EXPECT_TRUE(at.ok());
    return at.ok() ? *at : Timestamp{};
  }
};

TEST_P(CatalogExample, gives_the_number_it_says) {
  const auto& [metric, workspace, node] = GetParam();
  ASSERT_TRUE(node.IsMap()) << "every metric has examples";
  for (const auto& entry : node) {
    const std::string known = "about now from to events value n p90 interval parts locked";
    ASSERT_NE(known.find(entry.first.as<std::string>()), std::string::npos) << entry.first;
  }
  Scenario& scenario = Scenario::shared();
  EventSet set;
  const Status read = Scenario::read(workspace, node["events"].as<std::string>(), set);
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Status kept = scenario.keep(set);
  ASSERT_TRUE(kept.ok()) << kept.error().message;

  scenario.clock().set(time(node["now"], "9/00:00"));
  MetricQuery query;
  query.id = metric;
  query.scope = Scenario::week(workspace);
  query.scope.from = time(node["from"], "1/00:00");
  query.scope.to = time(node["to"], "8/00:00");
  const auto answer = scenario.metrics().metric(query);
  ASSERT_TRUE(answer.ok()) << answer.error().message;

  EXPECT_EQ(answer->missing, texts(node["locked"]));
  if (node["locked"]) {
    EXPECT_FALSE(answer->reading.value.has_value());
    return;
  }
  ASSERT_TRUE(answer->reading.value.has_value());
  EXPECT_NEAR(*answer->reading.value, node["value"].as<double>(), 1e-6);
  EXPECT_EQ(answer->reading.n, node["n"].as<std::int64_t>());
  if (node["p90"]) {
    EXPECT_NEAR(answer->reading.p90.value_or(-1), node["p90"].as<double>(), 1e-6);
  }
  if (node["interval"]) {
    ASSERT_TRUE(answer->reading.interval.has_value());
    EXPECT_NEAR(answer->reading.interval->low, node["interval"][0].as<double>(), 5e-5);
    EXPECT_NEAR(answer->reading.interval->high, node["interval"][1].as<double>(), 5e-5);
  }
  for (const Part& part : answer->parts)
    EXPECT_EQ(part.count, node["parts"][part.name].as<std::int64_t>(-1)) << part.name;
}

INSTANTIATE_TEST_SUITE_P(every_metric, CatalogExample, testing::ValuesIn(examples()),
                         [](const auto& each) { return each.param.workspace; });

}  // namespace
}  // namespace parley::metrics
