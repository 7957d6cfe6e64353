#include "plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::plan {
namespace {

using model::Arena;
using model::Event;
using model::EventType;
using model::Value;
using model::ValueKind;
using model::Verdict;
using ::testing::HasSubstr;

constexpr std::string_view kYaml = R"(
id: shop
version: 3
title: Shop
owner: data
common:
  conversation_id: {type: string, description: d, purpose: p}
  user_id: {type: string, description: d, purpose: p}
  channel: {type: string, enumeration: [web, app], synonyms: {browser: web}, description: d, purpose: p}
  language: {type: string, pattern: '[a-z]{2}(-[A-Z]{2})?', aliases: [locale], description: d, purpose: p}
events:
  order_placed:
    title: Order
    description: d
    purpose: p
    properties:
      order_id: {type: string, presence: required, aliases: [order], description: d, purpose: p}
      items: {type: integer, minimum: 1, maximum: 99, description: d, purpose: p}
      total: {type: number, minimum: 0, description: d, purpose: p}
      is_gift: {type: boolean, description: d, purpose: p}
      shipped_at: {type: timestamp, description: d, purpose: p}
      lines: {type: array, description: d, purpose: p}
      extra: {type: object, description: d, purpose: p}
      status:
        {type: string, enumeration: [paid, open], synonyms: {done: paid}, aliases: [state], description: d, purpose: p}
      buyer_email: {type: string, privacy: personal, pattern: '.+@.+', description: d, purpose: p}
      note: {type: string, privacy: message_text, description: d, purpose: p}
  ad_seen:
    title: Ad
    description: d
    purpose: p
    needs: [person]
  machine_ping:
    title: Ping
    description: d
    purpose: p
    needs: []
)";

std::shared_ptr<const Plan> plan_of(std::string yaml = std::string(kYaml)) {
  auto plan = Plan::parse(yaml, "shop.3.yaml");
  EXPECT_TRUE(plan.ok()) << plan.error().message;
  return *plan;
}

std::string with(std::string_view line) { return std::string(kYaml) + std::string(line) + "\n"; }

// An order that breaks no rule, for each test to spoil.
Event order() {
  Event event;
  event.name = "order_placed";
  event.conversation_id = "c1";
  event.user_id = "u1";
  event.properties.push_back({"order_id", Value::string("o1")});
  return event;
}

// The violations as text, one a line: reason field: got, expected.
std::string violations(const Event& event) {
  std::string text;
  for (const auto& violation : event.violations)
    text += std::string(violation.reason) + " " + std::string(violation.field) + ": " + std::string(violation.got) +
            ", " + std::string(violation.expected) + "\n";
  return text;
}

// What the plan says of an order with one more property.
struct Judged {
  Verdict verdict;
  std::string violations;
  Value value;
};
Judged judge(std::string_view property, Value value) {
  static Arena arena;
  Event event = order();
  event.properties.push_back({property, value});
  plan_of()->check(event, arena);
  return {event.verdict, violations(event), event.properties.back().value};
}

void expect_kept(std::string_view property, Value value) {
  const Judged judged = judge(property, value);
  EXPECT_EQ(judged.verdict, Verdict::kAccepted) << judged.violations;
  EXPECT_EQ(judged.value, value);
}
void expect_converted(std::string_view property, Value value, Value to) {
  const Judged judged = judge(property, value);
  EXPECT_EQ(judged.verdict, Verdict::kAccepted) << judged.violations;
  EXPECT_EQ(judged.value, to) << property;
}
void expect_flagged(std::string_view property, Value value, std::string_view violation) {
  const Judged judged = judge(property, value);
  EXPECT_EQ(judged.verdict, Verdict::kViolations);
  EXPECT_EQ(judged.violations, std::string(violation) + "\n");
  EXPECT_EQ(judged.value, value) << "a wrong value is kept as it came";
}

TEST(Plan, tells_what_it_is) {
  const auto plan = plan_of();
  EXPECT_EQ(plan->id(), "shop");
  EXPECT_EQ(plan->version(), 3u);
  EXPECT_EQ(plan->title(), "Shop");
  EXPECT_FALSE(plan->strict());
  ASSERT_EQ(plan->events().size(), 3u);
  EXPECT_EQ(plan->find("order_placed")->title, "Order");
  EXPECT_EQ(plan->find("order_placed")->owner, "data");
  EXPECT_EQ(plan->find("order_lost"), nullptr);
}

TEST(Plan, finds_properties_by_name_and_alias_and_common_ones_for_unknown_events) {
  const auto plan = plan_of();
  EXPECT_EQ(plan->find_property("order_placed", "state")->name, "status");
  EXPECT_EQ(plan->find_property("order_placed", "locale")->name, "language");
  EXPECT_EQ(plan->find_property("order_placed", "colour"), nullptr);
  EXPECT_EQ(plan->find_property("ad_seen", "status"), nullptr);
  EXPECT_EQ(plan->find_property("never_heard_of", "locale")->name, "language");
  EXPECT_EQ(plan->find_property("$identify", "order_id"), nullptr);
  EXPECT_EQ(plan->find_property("order_placed", "conversation_id")->presence, Presence::kRequired);
  EXPECT_EQ(plan->find_property("ad_seen", "conversation_id")->presence, Presence::kOptional);
}

TEST(Plan, accepts_a_good_event_and_stamps_its_version) {
  Arena arena;
  Event event = order();
  plan_of()->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kAccepted);
  EXPECT_EQ(event.plan_version, 3u);
  EXPECT_TRUE(event.violations.empty());
}

TEST(Plan, keeps_values_of_the_declared_type) {
  expect_kept("items", Value::integer(99));
  expect_kept("total", Value::number(12.5));
  expect_kept("total", Value::integer(12));
  expect_kept("is_gift", Value::boolean(true));
  expect_kept("shipped_at", Value::string("2026-01-15T10:00:00.005+02:00"));
  expect_kept("lines", Value::json(" [1]"));
  expect_kept("extra", Value::json("{\"a\":1}"));
  expect_kept("status", Value::string("open"));
  expect_kept("language", Value::string("de-DE"));
}

TEST(Plan, converts_values_in_other_clothes) {
  expect_converted("items", Value::string("7"), Value::integer(7));
  expect_converted("items", Value::string("7.0"), Value::integer(7));
  expect_converted("items", Value::number(7.0), Value::integer(7));
  expect_converted("total", Value::string("12.5"), Value::number(12.5));
  expect_converted("total", Value::string("12"), Value::integer(12));
  expect_converted("is_gift", Value::string("yes"), Value::boolean(true));
  expect_converted("is_gift", Value::integer(0), Value::boolean(false));
  expect_converted("order_id", Value::integer(4711), Value::string("4711"));
  expect_converted("shipped_at", Value::integer(1768471200), Value::string("2026-01-15T10:00:00.000Z"));
  expect_converted("shipped_at", Value::integer(1768471200005), Value::string("2026-01-15T10:00:00.005Z"));
  expect_converted("status", Value::string("done"), Value::string("paid"));
}

TEST(Plan, flags_wrong_types) {
  expect_flagged("items", Value::string("many"), "wrong_type items: \"many\", integer");
  expect_flagged("items", Value::number(1.5), "wrong_type items: 1.5, integer");
  expect_flagged("items", Value::json("[1]"), "wrong_type items: array or object, integer");
  expect_flagged("total", Value::boolean(true), "wrong_type total: true, number");
  expect_flagged("total", Value::string("1e999"), "wrong_type total: \"1e999\", number");
  expect_flagged("is_gift", Value::string("maybe"), "wrong_type is_gift: \"maybe\", boolean");
  expect_flagged("shipped_at", Value::string("soon"),
                 "wrong_type shipped_at: \"soon\", time in ISO 8601, such as 2026-01-15T10:00:00Z");
  expect_flagged("shipped_at", Value::integer(7),
                 "wrong_type shipped_at: 7, time in ISO 8601, such as "
                 "2026-01-15T10:00:00Z");
  expect_flagged("lines", Value::json("{}"), "wrong_type lines: array or object, array");
  expect_flagged("extra", Value::string("{}"), "wrong_type extra: string of 2 bytes, object");
  expect_flagged("language", Value::boolean(true), "wrong_type language: true, string");
}

TEST(Plan, flags_values_outside_of_enumeration_range_and_pattern) {
  expect_flagged("status", Value::string("Paid"), "not_in_enumeration status: \"Paid\", one of paid, open");
  expect_flagged("items", Value::integer(0), "out_of_range items: 0, 1 to 99");
  expect_flagged("items", Value::integer(100), "out_of_range items: 100, 1 to 99");
  expect_flagged("total", Value::number(-0.5), "out_of_range total: -0.5, at least 0");
  expect_flagged("language", Value::string("english"),
                 "pattern_mismatch language: \"english\", text that matches [a-z]{2}(-[A-Z]{2})?");
}

TEST(Plan, checks_what_the_event_holds_in_a_place_of_its_own) {
  Arena arena;
  Event event = order();
  event.channel = "carrier pigeon";
  plan_of()->check(event, arena);
  EXPECT_EQ(violations(event), "not_in_enumeration channel: \"carrier pigeon\", one of web, app\n");
  event.channel = "browser";
  plan_of()->check(event, arena);
  EXPECT_EQ(violations(event), "");
  EXPECT_EQ(event.channel, "web");
}

TEST(Plan, never_shows_values_that_may_be_about_a_person) {
  const std::string email = judge("buyer_email", Value::string("zoe")).violations;
  EXPECT_EQ(email, "pattern_mismatch buyer_email: string of 3 bytes, text that matches .+@.+\n");
  EXPECT_EQ(judge("note", Value::boolean(true)).violations, "wrong_type note: boolean, string\n");
  EXPECT_EQ(judge("status", Value::string("zoe@example.com")).violations,
            "not_in_enumeration status: string of 15 bytes, one of paid, open\n");
  EXPECT_EQ(judge("status", Value::string("4155550132")).violations,
            "not_in_enumeration status: string of 10 bytes, one of paid, open\n");
  EXPECT_EQ(judge("items", Value::integer(4155550132)).violations, "out_of_range items: integer, 1 to 99\n");
}

TEST(Plan, judges_a_protected_event_again_without_new_blame) {
  expect_kept("buyer_email", Value::string("h_0123456789abcdef0123456789abcdef"));
  EXPECT_EQ(judge("status", Value::string("h_0123456789abcdef0123456789abcdef")).verdict, Verdict::kViolations)
      << "a public property is never hashed";
}

TEST(Plan, takes_null_and_empty_text_as_absent) {
  expect_kept("items", Value());
  expect_kept("status", Value::string(""));
  Arena arena;
  Event event = order();
  event.properties[0].value = Value();
  plan_of()->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kQuarantined);
  event.properties[0].value = Value::string("");
  plan_of()->check(event, arena);
  EXPECT_EQ(violations(event), "missing_property order_id: nothing, string\n");
}

TEST(Plan, quarantines_what_lacks_a_required_property_or_an_id) {
  Arena arena;
  Event event = order();
  event.properties.clear();
  event.conversation_id = "";
  event.user_id = "";
  plan_of()->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kQuarantined);
  EXPECT_EQ(event.plan_version, 3u);
  EXPECT_EQ(violations(event),
            "missing_property order_id: nothing, string\n"
            "missing_conversation_id conversation_id: nothing, the id of the conversation\n"
            "missing_person user_id: nothing, user_id or anonymous_id\n");
}

TEST(Plan, takes_an_anonymous_id_for_a_person_and_asks_only_for_the_ids_an_event_needs) {
  Arena arena;
  Event event = order();
  event.user_id = "";
  event.anonymous_id = "a1";
  plan_of()->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kAccepted);

  Event seen;
  seen.name = "ad_seen";
  seen.anonymous_id = "a1";
  plan_of()->check(seen, arena);
  EXPECT_EQ(seen.verdict, Verdict::kAccepted);

  Event ping;
  ping.name = "machine_ping";
  plan_of()->check(ping, arena);
  EXPECT_EQ(ping.verdict, Verdict::kAccepted);
}

TEST(Plan, renames_aliases) {
  Arena arena;
  Event event = order();
  event.properties[0].name = "order";
  event.properties.push_back({"locale", Value::string("de-DE")});
  plan_of()->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kAccepted) << violations(event);
  EXPECT_EQ(event.text("order_id"), "o1");
  EXPECT_EQ(event.text("language"), "de-DE");
  EXPECT_EQ(event.find("locale"), nullptr);
}

TEST(Plan, leaves_an_alias_alone_beside_its_property) {
  Arena arena;
  Event event = order();
  event.properties.push_back({"order", Value::string("o2")});
  plan_of()->check(event, arena);
  EXPECT_EQ(event.text("order_id"), "o1");
  EXPECT_EQ(event.text("order"), "o2");
}

TEST(Plan, prefers_an_alias_that_holds_something_to_a_property_that_does_not) {
  for (const bool alias_first : {false, true}) {
    Arena arena;
    Event event = order();
    event.properties.clear();
    event.properties.push_back({alias_first ? "order" : "order_id", alias_first ? Value::string("o1") : Value()});
    event.properties.push_back({alias_first ? "order_id" : "order", alias_first ? Value() : Value::string("o1")});
    plan_of()->check(event, arena);
    EXPECT_EQ(event.verdict, Verdict::kAccepted) << violations(event);
    EXPECT_EQ(event.text("order_id"), "o1");
    EXPECT_EQ(event.properties.size(), 2u);
  }
}

TEST(Plan, flags_unknown_events_and_checks_their_common_properties) {
  Arena arena;
  Event event;
  event.name = "order_lost";
  event.properties.push_back({"locale", Value::string("english")});
  plan_of()->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kViolations);
  EXPECT_EQ(event.plan_version, 0u);
  EXPECT_EQ(violations(event),
            "unknown_event event: \"order_lost\", an event of the plan\n"
            "pattern_mismatch language: \"english\", text that matches [a-z]{2}(-[A-Z]{2})?\n");
}

TEST(Plan, quarantines_unknown_events_when_strict) {
  Arena arena;
  Event event;
  event.name = "order_lost";
  plan_of(with("strict: true"))->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kQuarantined);
}

TEST(Plan, takes_identify_and_its_like_as_they_are) {
  Arena arena;
  Event event;
  event.type = EventType::kIdentify;
  event.name = "$identify";
  event.properties.push_back({"email", Value::string("zoe@example.com")});
  plan_of(with("strict: true\nunknown_properties: flag"))->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kAccepted);
  EXPECT_EQ(event.plan_version, 3u);
}

TEST(Plan, keeps_unknown_properties_without_a_word_unless_told_to_flag_them) {
  Arena arena;
  Event event = order();
  event.properties.push_back({"colour", Value::string("red")});
  plan_of()->check(event, arena);
  EXPECT_EQ(event.verdict, Verdict::kAccepted);
  plan_of(with("unknown_properties: flag"))->check(event, arena);
  EXPECT_EQ(violations(event), "unknown_property colour: string, a property of the plan\n");
  EXPECT_EQ(event.text("colour"), "red");
}

TEST(Plan, judging_twice_gives_the_same) {
  Arena arena;
  Event event = order();
  event.properties.push_back({"state", Value::string("gone")});
  const auto plan = plan_of();
  plan->check(event, arena);
  const std::string once = violations(event);
  plan->check(event, arena);
  EXPECT_EQ(violations(event), once);
  EXPECT_THAT(once, HasSubstr("not_in_enumeration status"));
}

}  // namespace
}  // namespace parley::plan
