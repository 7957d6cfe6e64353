#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "base/time_text.h"
#include "model/names.h"
#include "plan/plan.h"

namespace parley::plan {
namespace {

using model::Arena;
using model::Event;
using model::Value;
using model::Verdict;

TEST(ShippedPlans, hold_the_chatbot_plan_as_the_default) {
  ASSERT_FALSE(shipped_plans().empty());
  ASSERT_NE(default_plan(), nullptr);
  EXPECT_EQ(default_plan()->id(), "chatbot");
  for (const auto& plan : shipped_plans()) {
    if (plan->id() == "chatbot") {
      EXPECT_LE(plan->version(), default_plan()->version());
    }
  }
}

TEST(ShippedPlans, describe_every_event_that_the_conversation_facts_are_made_of) {
  namespace name = model::event_name;
  for (const std::string_view event :
       {name::kConversationStart, name::kMessageReceived,  name::kMessageSent,    name::kIntentDetected,
        name::kIntentLabeled,     name::kStepCompleted,    name::kFallback,       name::kError,
        name::kToolCalled,        name::kUiAction,         name::kWidgetViewed,   name::kLeadCaptured,
        name::kHandoffRequested,  name::kHandoffOffered,   name::kHandoffToAgent, name::kHandoffAccepted,
        name::kAgentReplied,      name::kHandoffCompleted, name::kSurveyShown,    name::kFeedbackSubmitted,
        name::kConversion,        name::kKbGapDetected,    name::kConversationEnd}) {
    EXPECT_NE(default_plan()->find(event), nullptr) << event;
  }
}

TEST(ShippedPlans, describe_every_property_that_the_conversation_facts_are_made_of) {
  const std::multimap<std::string_view, std::string_view> used = {
      {"chatbot_message_received", "sentiment"},
      {"chatbot_intent_detected", "intent_name"},
      {"chatbot_intent_detected", "intent_confidence"},
      {"chatbot_step_completed", "step_id"},
      {"chatbot_step_completed", "step_index"},
      {"chatbot_tool_called", "outcome"},
      {"chatbot_lead_captured", "lead_score"},
      {"chatbot_handoff_to_agent", "handoff_reason"},
      {"chatbot_handoff_to_agent", "wait_time_seconds"},
      {"chatbot_feedback_submitted", "csat"},
      {"chatbot_feedback_submitted", "nps"},
      {"chatbot_feedback_submitted", "helpful"},
      {"chatbot_feedback_submitted", "solved"},
      {"chatbot_conversion", "conversion_value"},
      {"chatbot_conversation_end", "conversation_status"},
      {"chatbot_conversation_end", "conversion_value"},
  };
  for (const auto& [event, property] : used) {
    ASSERT_NE(default_plan()->find_property(event, property), nullptr) << event << "." << property;
    EXPECT_EQ(default_plan()->find_property(event, property)->name, property);
  }
  for (const std::string_view property :
       {"language", "app_surface", "bot_version", "experiment", "page_url", "referrer", "utm_source", "utm_medium",
        "utm_campaign", "tokens_in", "tokens_out", "cost"}) {
    EXPECT_NE(default_plan()->find_property("chatbot_message_sent", property), nullptr) << property;
  }
}

TEST(ShippedPlans, keep_no_words_and_no_contact_data_of_people) {
  const std::map<std::string_view, PrivacyClass> wanted = {
      {"message_text", PrivacyClass::kMessageText}, {"comment_text", PrivacyClass::kMessageText},
      {"query_text", PrivacyClass::kMessageText},   {"lead_email", PrivacyClass::kPersonal},
      {"lead_phone", PrivacyClass::kPersonal},      {"ip", PrivacyClass::kPersonal},
  };
  std::set<std::string_view> met;
  for (const EventSpec& event : default_plan()->events()) {
    for (const PropertySpec& property : event.properties) {
      const auto found = wanted.find(property.name);
      if (found == wanted.end()) continue;
      EXPECT_EQ(property.privacy, found->second) << event.name << "." << property.name;
      met.insert(property.name);
    }
  }
  EXPECT_EQ(met.size(), wanted.size());
}

TEST(ShippedPlans, read_what_the_bot_declares_in_either_enumeration_of_the_specification) {
  Arena arena;
  for (const auto& [sent, kept] : std::map<std::string, std::string>{{"resolved", "resolved"},
                                                                     {"success", "resolved"},
                                                                     {"fallback", "unresolved"},
                                                                     {"handed_off", "handed_off"},
                                                                     {"abandoned", "abandoned"}}) {
    Event event;
    event.name = "chatbot_conversation_end";
    event.conversation_id = "c1";
    event.anonymous_id = "a1";
    event.properties.push_back({"status", Value::string(sent)});
    default_plan()->check(event, arena);
    EXPECT_EQ(event.verdict, Verdict::kAccepted);
    EXPECT_EQ(event.text("conversation_status"), kept);
  }
}

Value value_of(simdjson::dom::element element, Arena& arena) {
  switch (element.type()) {
    case simdjson::dom::element_type::BOOL: return Value::boolean(element.get_bool().value());
    case simdjson::dom::element_type::INT64: return Value::integer(element.get_int64().value());
    case simdjson::dom::element_type::DOUBLE: return Value::number(element.get_double().value());
    case simdjson::dom::element_type::STRING: return Value::string(element.get_string().value());
    case simdjson::dom::element_type::NULL_VALUE: return Value();
    default: return Value::json(arena.copy(simdjson::minify(element)));
  }
}

TEST(ShippedPlans, accept_seventy_thousand_real_events_without_a_violation) {
  const std::string path = std::string(PARLEY_SOURCE_DIR) + "/../shared/data/sgd_public.jsonl.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const auto lines = gunzip(read_file(path).value(), std::size_t{1} << 30);
  ASSERT_TRUE(lines.ok());

  simdjson::dom::parser parser;
  std::map<std::string, int> violations;
  int events = 0;
  std::string_view rest = *lines;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const simdjson::dom::element json = parser.parse(simdjson::padded_string(line));
    Arena arena;
    Event event(arena.memory());
    event.name = json["event"].get_string();
    event.user_id = json["userId"].get_string();
    event.anonymous_id = json["anonymousId"].get_string();
    for (const auto& field : json["properties"].get_object()) {
      if (field.key == "conversation_id") event.conversation_id = field.value.get_string();
      event.properties.push_back({field.key, value_of(field.value, arena)});
    }
    ASSERT_NE(default_plan()->find(event.name), nullptr) << event.name;
    for (const auto& property : event.properties)
      EXPECT_NE(default_plan()->find_property(event.name, property.name), nullptr) << event.name << property.name;
    default_plan()->check(event, arena);
    for (const auto& violation : event.violations)
      ++violations[std::string(event.name) + " " + std::string(violation.reason) + " " + std::string(violation.field)];
    ++events;
  }
  EXPECT_EQ(events, 69877);
  for (const auto& [violation, count] : violations) ADD_FAILURE() << count << " times " << violation;
}

}  // namespace
}  // namespace parley::plan
