#include "metrics/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "metrics/dimensions.h"

namespace parley::metrics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ExpressionTest : public testing::Test {
 protected:
  ExpressionTest() {
    scope_.workspace.id = "w";
    scope_.from = *parse_iso8601("2026-03-02");
    scope_.to = *parse_iso8601("2026-03-09");
  }
  std::string sql(std::string_view text) const {
    const auto expression = Expression::parse(text);
    if (!expression.ok()) return expression.error().message;
    return expression->sql(Question(scope_, scope_.to));
  }
  static std::string fault(std::string_view text) {
    const auto expression = Expression::parse(text);
    return expression.ok() ? "no fault" : expression.error().message;
  }

  Scope scope_;
};

TEST_F(ExpressionTest, compiles_to_known_names_and_literals) {
  EXPECT_EQ(sql("user_turns > 0 and not lead_captured"), "((user_turns > 0) AND (NOT (lead_captured = 1)))");
  EXPECT_EQ(sql("channel = 'web' or channel != 'sms'"), "((channel = 'web') OR (channel != 'sms'))");
  EXPECT_EQ(sql("user_turns + bot_turns * 2"), "(user_turns + (bot_turns * 2))");
  EXPECT_EQ(sql("min(fallbacks, user_turns)"), "least(fallbacks, user_turns)");
  EXPECT_EQ(sql("if(steps >= 9, 100, -100)"), "if((steps >= 9), 100, -100)");
  EXPECT_EQ(sql("intents has 'return_item'"), "has(intents, 'return_item')");
}

TEST_F(ExpressionTest, and_binds_closer_than_or) {
  EXPECT_EQ(sql("engaged or ended and is_test"), "((user_turns > 0) OR ((ended = 1) AND (is_test = 1)))");
  EXPECT_EQ(sql("(engaged or ended) and is_test"), "(((user_turns > 0) OR (ended = 1)) AND (is_test = 1))");
}

TEST_F(ExpressionTest, units_are_converted_to_what_is_stored) {
  EXPECT_EQ(sql("duration > 30 min"), "((greatest(ended_at - started_at, 0)) > 1800000)");
  EXPECT_EQ(sql("sentiment_last < -0.25"), "(sentiment_last < -250000)");
  EXPECT_EQ(sql("cost >= 2"), "(cost >= 2000000)");
}

TEST_F(ExpressionTest, words_of_a_closed_list_become_their_codes) {
  EXPECT_EQ(sql("declared = 'unresolved'"), "(declared = 2)");
  EXPECT_EQ(sql("confirmed != 'yes'"), "(confirmed != 1)");
}

TEST_F(ExpressionTest, an_unknown_number_fulfils_no_comparison) {
  EXPECT_EQ(sql("csat < 3"), "(csat < 3 AND csat >= 0)");
  EXPECT_EQ(sql("handoff_turn <= 3"), "(handoff_turn <= 3 AND handoff_turn >= 0)");
}

TEST_F(ExpressionTest, a_text_can_not_leave_its_quotes) {
  EXPECT_EQ(sql("channel = 'a\\'"), "(channel = 'a\\\\')");
  EXPECT_THAT(fault("channel = 'a' or 1 = 1) --'"), HasSubstr("expected the end"));
}

TEST_F(ExpressionTest, says_what_is_wrong_and_where) {
  EXPECT_EQ(fault("turnz > 1"), R"("turnz > 1": no such fact at "turnz > 1")");
  EXPECT_THAT(fault("status = 'done'"),
              HasSubstr("status is never 'done', expected one of handed_off, resolved, unresolved, abandoned, open"));
  EXPECT_THAT(fault("duration > 30"), HasSubstr("cannot compare a duration with a whole number"));
  EXPECT_THAT(fault("channel < 'web'"), HasSubstr("texts compare with = and != only"));
  EXPECT_THAT(fault("user_turns and engaged"),
              HasSubstr("\"and\" joins two conditions, not a whole number and a condition"));
  EXPECT_THAT(fault("not user_turns"), HasSubstr("\"not\" expected a condition"));
  EXPECT_THAT(fault("user_turns + duration"), HasSubstr("expected two numbers of one unit"));
  EXPECT_THAT(fault("duration * duration"), HasSubstr("expected a number and a whole number"));
  EXPECT_THAT(fault("engaged = ended"), HasSubstr("cannot compare a condition"));
  EXPECT_THAT(fault("(engaged"), HasSubstr("expected \")\" at the end"));
  EXPECT_THAT(fault("channel = 'web"), HasSubstr("no closing quote"));
  EXPECT_THAT(fault("min(1)"), HasSubstr("expected min(number, number)"));
  EXPECT_THAT(fault("if(1, 2, 3)"), HasSubstr("expected if(condition, number, number)"));
  EXPECT_THAT(fault("channel has 'a'"), HasSubstr("\"has\" expected a list of texts"));
  EXPECT_THAT(fault(""), HasSubstr("at the end"));
  EXPECT_THAT(fault("user_turns > 1234567890123"), HasSubstr("at most 12 digits"));
  EXPECT_THAT(fault(std::string(1000, '(')), HasSubstr("nested too deep"));
  EXPECT_THAT(Expression::parse_condition("user_turns").error().message, HasSubstr("expected a condition"));
}

TEST_F(ExpressionTest, conditions_become_filters_where_they_can) {
  const auto filters = [](std::string_view text) { return Expression::parse_condition(text)->as_filters(); };
  EXPECT_THAT(
      *filters("engaged and status = 'abandoned' and not ended and user_turns >= 3 and fallbacks <= 2"),
      ElementsAre("engaged:is:true", "status:is:abandoned", "ended:is:false", "user_turns:gt:2", "fallbacks:lt:3"));
  EXPECT_THAT(*filters("primary_intent != 'refund' and intents has 'refund' and duration > 90 s"),
              ElementsAre("intent:is_not:refund", "any_intent:is:refund", "duration:gt:90"));
  EXPECT_FALSE(filters("engaged or ended").has_value());
  EXPECT_FALSE(filters("user_turns > bot_turns").has_value());
}

TEST_F(ExpressionTest, business_hours_may_go_past_midnight_and_need_not_be_any) {
  scope_.workspace.business_start_minute = 22 * 60;
  scope_.workspace.business_end_minute = 6 * 60;
  EXPECT_THAT(sql("after_hours"), HasSubstr(">= 1320 OR"));
  scope_.workspace.business_days = 0;
  EXPECT_EQ(sql("after_hours"), "(1)");
}

TEST(Dimensions, a_filter_is_read_as_dimension_operator_and_value) {
  const auto filter = parse_filter("page_url:contains:https://shop.example/a:b");
  ASSERT_TRUE(filter.ok());
  EXPECT_EQ(filter->dimension, "page_url");
  EXPECT_EQ(filter->op, "contains");
  EXPECT_EQ(filter->value, "https://shop.example/a:b");
  EXPECT_EQ(parse_filter("outcome:is:resolved")->dimension, "status") << "the other name that people know it by";
}

TEST(Dimensions, refuses_filters_that_mean_nothing) {
  EXPECT_THAT(parse_filter("intent").error().message, HasSubstr("expected dimension:operator:value"));
  EXPECT_THAT(parse_filter("colour:is:red").error().message, HasSubstr("expected a dimension out of intent, channel"));
  EXPECT_THAT(parse_filter("channel:gt:web").error().message, HasSubstr("expected is, is_not or contains"));
  EXPECT_THAT(parse_filter("user_turns:gt:many").error().message, HasSubstr("and a number"));
  EXPECT_THAT(parse_filter("user_turns:gt:1.5").error().message, HasSubstr("and a number"));
  EXPECT_THAT(parse_filter("user_turns:contains:1").error().message, HasSubstr("expected is, is_not, gt or lt"));
  EXPECT_THAT(parse_filter("lead_captured:is:yes").error().message, HasSubstr("true or false"));
  EXPECT_TRUE(parse_filter("duration:gt:1.5").ok());
}

TEST(Dimensions, only_what_has_one_value_can_be_grouped_by) {
  EXPECT_TRUE(grouping_dimension("weekday").ok());
  EXPECT_FALSE(grouping_dimension("any_intent").ok());
  EXPECT_FALSE(grouping_dimension("duration").ok());
}

}  // namespace
}  // namespace parley::metrics
