#include "metrics/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "metrics/dimensions.h"

namespace parley::metrics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kStart =
    "id: a\ntitle: A\nmeaning: M\nformula: F\nunit: ratio\nbetter: higher\ngrain: conversation\nneeds: [e]\n";

std::string fault(const std::string& rest) {
  const auto definition = parse_definition(kStart + rest, "a.yaml");
  return definition.ok() ? "no fault" : definition.error().message;
}

TEST(Definition, every_shipped_one_holds) {
  const auto definitions = shipped_definitions();
  ASSERT_TRUE(definitions.ok()) << definitions.error().message;
  for (const MetricDefinition& definition : *definitions)
    for (const std::string& filter : definition.info.drill_down)
      EXPECT_TRUE(parse_filter(filter).ok()) << definition.info.id << " " << filter;
}

TEST(Definition, the_list_behind_a_number_comes_from_its_own_predicates) {
  const auto definition =
      parse_definition(std::string(kStart) + "kind: ratio\nof: engaged\nwhere: handoffs > 0\n", "a");
  ASSERT_TRUE(definition.ok()) << definition.error().message;
  EXPECT_THAT(definition->info.drill_down, ElementsAre("engaged:is:true", "handoffs:gt:0"));
  EXPECT_EQ(definition->info.minimum_n, 30);
}

TEST(Definition, names_the_file_the_line_and_what_was_expected) {
  EXPECT_EQ(fault("kind: ratio\nof: engaged\nwhere: handof > 0\n"),
            "a.yaml:11: where: \"handof > 0\": no such fact at \"handof > 0\"");
  EXPECT_EQ(fault("kind: rate\n"),
            "a.yaml:9: kind: expected count, sum, mean, percentile, ratio or composed, got \"rate\"");
  EXPECT_EQ(fault("kind: count\nwere: engaged\n"), "a.yaml:10: unknown key \"were\"");
  EXPECT_THAT(fault("kind: ratio\nwhere: engaged\n"), HasSubstr("of: expected for kind ratio"));
  EXPECT_THAT(fault("kind: count\nof: engaged\n"), HasSubstr("of: not expected for kind count"));
  EXPECT_THAT(fault("kind: percentile\nvalue: engaged\n"), HasSubstr("value: expected a number or a duration"));
  EXPECT_THAT(fault("kind: mean\nvalue: duration\n"), HasSubstr("value: expected a whole number"));
  EXPECT_THAT(fault("kind: composed\ndivide: [a]\n"), HasSubstr("divide: expected two metrics"));
  EXPECT_THAT(fault("kind: ratio\nof: engaged\nwhere: engaged or ended\n"),
              HasSubstr("drill_down: expected conditions joined by \"and\""));
  EXPECT_THAT(fault("kind: [\n"), HasSubstr("a.yaml:"));
  EXPECT_THAT(parse_definition("[]", "a.yaml").error().message, HasSubstr("expected a map of keys"));
}

// The page is what people write definitions by.
TEST(Definition, every_fact_and_key_is_documented) {
  const auto page = read_file(PARLEY_SOURCE_DIR "/docs/specs/metric_definition.md");
  ASSERT_TRUE(page.ok()) << page.error().message;
  for (const Field& field : all_fields())
    EXPECT_THAT(*page, HasSubstr("`" + std::string(field.name) + "`")) << field.name;
  for (const Dimension& dimension : all_dimensions())
    EXPECT_THAT(*page, HasSubstr("`" + dimension.info.id + "`")) << dimension.info.id;
}

}  // namespace
}  // namespace parley::metrics
