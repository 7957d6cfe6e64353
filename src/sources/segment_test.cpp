#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/event_codec.h"
#include "sources/source.h"

namespace parley::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Source& segment() { return *all_sources().front(); }

// One request and what was made of it; keeps alive what the events point into.
class Replayed {
 public:
  explicit Replayed(std::string body, std::string path = "/v1/batch", std::string received = "2026-01-15T10:00:01Z")
      : path_(std::move(path)), body_(std::move(body)), size_(body_.size()) {
    body_.append(64, '\xEE');  // padding that would be seen if it were read
    request.method = "POST";
    request.path = path_;
    request.body = std::string_view(body_).substr(0, size_);
    request.received_at = *parse_iso8601(received);
  }
  Replayed& from(std::string_view user_agent, std::string_view authorization = {}) {
    request.user_agent = user_agent;
    request.authorization = authorization;
    return *this;
  }
  Decoded& decode() {
    auto result = segment().decode(request, arena_);
    EXPECT_TRUE(result.ok()) << result.error().message;
    if (result.ok()) decoded_ = std::move(*result);
    return decoded_;
  }
  Error error() {
    auto result = segment().decode(request, arena_);
    EXPECT_FALSE(result.ok());
    return result.ok() ? Error{} : result.error();
  }
  WireRequest request;

 private:
  std::string path_;
  std::string body_;
  std::size_t size_;
  model::Arena arena_;
  Decoded decoded_;
};

std::string properties_of(const model::Event& event) {
  std::string text;
  for (const auto& property : event.properties) {
    text += text.empty() ? "" : " ";
    text += std::string(property.name) + "=";
    property.value.append_json(text);
  }
  return text;
}

std::string batch_of(std::string_view item) { return "{\"batch\":[" + std::string(item) + "]}"; }

TEST(Segment, reads_a_track_call_into_a_canonical_event) {
  Replayed call(R"({"writeKey":"WK","type":"track","event":"chatbot_intent_detected","userId":"u-1","anonymousId":"a-1",
    "messageId":"m-1","timestamp":"2026-01-15T09:59:58.250Z","properties":{"conversation_id":"c-1","intent_name":"refund",
    "intent_confidence":0.87,"turn_index":3,"ok":true,"nothing":null,"tags":[ "a" , {"b": 1.50} ]}})",
                "/v1/track");
  const Decoded& decoded = call.decode();
  EXPECT_EQ(decoded.write_key, "WK");
  ASSERT_EQ(decoded.events.size(), 1u);
  const model::Event& event = decoded.events[0];
  EXPECT_EQ(event.type, model::EventType::kTrack);
  EXPECT_EQ(event.name, "chatbot_intent_detected");
  EXPECT_EQ(event.message_id, "m-1");
  EXPECT_EQ(event.user_id, "u-1");
  EXPECT_EQ(event.anonymous_id, "a-1");
  EXPECT_EQ(event.source, "segment");
  EXPECT_EQ(event.channel, "server");
  EXPECT_EQ(format_iso8601(event.timestamp), "2026-01-15T09:59:58.250Z");
  EXPECT_EQ(format_iso8601(event.received_at), "2026-01-15T10:00:01.000Z");
  EXPECT_EQ(event.verdict, model::Verdict::kAccepted);
  EXPECT_EQ(properties_of(event),
            R"(conversation_id="c-1" intent_name="refund" intent_confidence=0.87 turn_index=3 ok=true nothing=null )"
            R"(tags=["a",{"b":1.50}])");
}

TEST(Segment, knows_every_path_of_the_api_and_of_the_browser) {
  const std::pair<const char*, const char*> paths[] = {
      {"track", "chatbot_x"}, {"t", "chatbot_x"},    {"identify", "$identify"}, {"i", "$identify"},  {"page", "$page"},
      {"p", "$page"},         {"screen", "$screen"}, {"s", "$screen"},          {"group", "$group"}, {"g", "$group"},
      {"alias", "$alias"},    {"a", "$alias"},       {"track/", "chatbot_x"}};
  for (const auto& [word, name] : paths) {
    Replayed call(R"({"event":"chatbot_x","userId":"u"})", std::string("/v1/") + word);
    const Decoded& decoded = call.decode();
    ASSERT_EQ(decoded.events.size(), 1u) << word;
    EXPECT_EQ(decoded.events[0].name, name) << word;
  }
  for (const char* word : {"batch", "b", "import", "batch/"}) {
    Replayed call(R"({"batch":[{"type":"page"},{"type":"alias"}]})", std::string("/v1/") + word);
    EXPECT_EQ(call.decode().events.size(), 2u) << word;
  }
  EXPECT_EQ(segment().routes().size(), 16u);
}

TEST(Segment, puts_what_other_calls_carry_beside_properties_among_the_properties) {
  Replayed batch(R"({"batch":[
    {"type":"identify","userId":"u","traits":{"plan":"pro"}},
    {"type":"page","name":"Help","category":"Docs","properties":{"url":"https://shop.example/help"}},
    {"type":"screen","name":"Chat"},
    {"type":"group","groupId":"acme","traits":{"employees":120}},
    {"type":"alias","userId":"u","previousId":"a"}]})");
  const Decoded& decoded = batch.decode();
  ASSERT_EQ(decoded.events.size(), 5u);
  EXPECT_EQ(properties_of(decoded.events[0]), R"(plan="pro")");
  EXPECT_EQ(properties_of(decoded.events[1]),
            R"(url="https://shop.example/help" name="Help" category="Docs" page_url="https://shop.example/help")");
  EXPECT_EQ(properties_of(decoded.events[2]), R"(name="Chat")");
  EXPECT_EQ(properties_of(decoded.events[3]), R"(employees=120 group_id="acme")");
  EXPECT_EQ(properties_of(decoded.events[4]), R"(previous_id="a")");
}

TEST(Segment, makes_properties_of_the_context_that_counts_unless_the_event_has_its_own) {
  Replayed call(R"({"type":"track","event":"e","context":{"ip":"203.0.113.7","locale":"de-DE","userAgent":"UA/1.0",
    "page":{"path":"/help","url":"https://shop.example/help","referrer":"https://search.example/","title":"Help"},
    "campaign":{"source":"newsletter","medium":"mail","name":"may","term":"t","content":"c"},
    "library":{"name":"lib","version":"3.1.0"},"app":{"version":"9"},"device":{"type":"phone","id":"secret"},
    "timezone":"UTC","channel":"app","sessionId":1768471200000},"properties":{"page_url":"own"}})",
                "/v1/track");
  const model::Event& event = call.decode().events.at(0);
  EXPECT_EQ(properties_of(event),
            R"(page_url="own" page_title="Help" referrer="https://search.example/" utm_source="newsletter" )"
            R"(utm_medium="mail" utm_campaign="may" utm_term="t" utm_content="c" language="de-DE" app_version="9" )"
            R"(device_type="phone" library="lib" library_version="3.1.0")");
  EXPECT_EQ(event.channel, "app");
  EXPECT_EQ(event.session_id, "1768471200000");
}

TEST(Segment, leaves_the_locale_of_an_event_alone_where_it_names_one) {
  Replayed call(R"({"event":"e","properties":{"locale":"fr"},"context":{"locale":"de-DE"}})", "/v1/track");
  EXPECT_EQ(properties_of(call.decode().events.at(0)), R"(locale="fr")");
}

TEST(Segment, merges_the_context_of_a_batch_into_its_items_wherever_it_stands) {
  for (
      const char* body :
      {R"({"context":{"locale":"de","app":{"version":"7"},"channel":"app"},"batch":[{"event":"e","context":{"locale":"en"}}]})",
       R"({"batch":[{"event":"e","context":{"locale":"en"}}],"context":{"locale":"de","app":{"version":"7"},"channel":"app"}})"}) {
    Replayed batch(body);
    const Decoded& decoded = batch.decode();
    ASSERT_EQ(decoded.events.size(), 1u);
    EXPECT_EQ(properties_of(decoded.events[0]), R"(language="en" app_version="7")");
    EXPECT_EQ(decoded.events[0].channel, "app");
  }
}

TEST(Segment, takes_the_write_key_from_the_header_before_the_body) {
  const std::string body = R"({"batch":[{"event":"e","writeKey":"item"}],"writeKey":"body"})";
  const auto key_of = [&](std::string text, std::string_view authorization) {
    return Replayed(std::move(text)).from("", authorization).decode().write_key;
  };
  EXPECT_EQ(key_of(body, "Basic V0tfc2VnbWVudDo="), "WK_segment");
  EXPECT_EQ(key_of(body, "basic V0tfc2VnbWVudDo"), "WK_segment");
  EXPECT_EQ(key_of(body, "Bearer some-token"), "body");
  EXPECT_EQ(key_of(body, "Basic !!!"), "body");
  EXPECT_EQ(key_of(body, ""), "body");
  EXPECT_EQ(key_of(R"({"batch":[{"event":"e","writeKey":"item"}]})", ""), "item");
  EXPECT_EQ(key_of(R"({"batch":[{"event":"e"}]})", ""), "");
}

TEST(Segment, corrects_times_by_the_clock_of_the_client_past_a_minute) {
  struct Case {
    const char* sent_at;
    const char* timestamp;
    const char* expected;
  };
  const Case cases[] = {
      {"2026-01-15T10:00:00Z", "2026-01-15T09:00:00Z", "2026-01-15T09:00:00.000Z"},  // in step
      {"2026-01-15T10:00:59Z", "2026-01-15T09:00:00Z", "2026-01-15T09:00:00.000Z"},  // within a minute
      {"2026-01-15T12:00:01Z", "2026-01-15T11:59:00Z", "2026-01-15T09:59:00.000Z"},  // two hours fast
      {"2026-01-15T08:00:01Z", "2026-01-15T07:59:00Z", "2026-01-15T09:59:00.000Z"},  // two hours slow
      {"2026-01-10T10:00:00Z", "2026-01-10T09:00:00Z", "2026-01-10T09:00:00.000Z"},  // sent again after days
      {"soon", "2026-01-15T09:00:00Z", "2026-01-15T09:00:00.000Z"},
  };
  for (const Case& c : cases) {
    Replayed batch("{\"batch\":[{\"event\":\"e\",\"timestamp\":\"" + std::string(c.timestamp) + "\"}],\"sentAt\":\"" +
                   c.sent_at + "\"}");
    EXPECT_EQ(format_iso8601(batch.decode().events.at(0).timestamp), c.expected) << c.sent_at;
  }
}

TEST(Segment, leaves_the_time_empty_where_none_was_sent_and_reads_the_original_one) {
  Replayed batch(R"({"batch":[{"event":"e"},{"event":"e","timestamp":null},
    {"event":"e","originalTimestamp":"2026-01-15T09:00:00Z"},{"event":"e","timestamp":1768467600000}]})");
  const Decoded& decoded = batch.decode();
  EXPECT_EQ(decoded.events[0].timestamp, Timestamp{});
  EXPECT_EQ(decoded.events[1].timestamp, Timestamp{});
  EXPECT_EQ(decoded.events[0].verdict, model::Verdict::kAccepted);
  EXPECT_EQ(format_iso8601(decoded.events[2].timestamp), "2026-01-15T09:00:00.000Z");
  EXPECT_EQ(format_iso8601(decoded.events[3].timestamp), "2026-01-15T09:00:00.000Z");
}

TEST(Segment, flags_times_that_cannot_be_and_keeps_what_was_sent) {
  for (const char* sent : {"yesterday", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2026-01-16T10:00:02Z",
                           "9999-12-31T00:00:00Z", "2026-13-01"}) {
    Replayed call("{\"event\":\"e\",\"timestamp\":\"" + std::string(sent) + "\"}", "/v1/track");
    const model::Event& event = call.decode().events.at(0);
    EXPECT_EQ(event.timestamp, Timestamp{}) << sent;
    EXPECT_EQ(event.verdict, model::Verdict::kViolations) << sent;
    ASSERT_EQ(event.violations.size(), 1u) << sent;
    EXPECT_EQ(event.violations[0].reason, "invalid_timestamp");
    EXPECT_THAT(std::string(event.violations[0].got), testing::Not(HasSubstr(sent)));
    EXPECT_TRUE(event.text("original_timestamp").starts_with(std::string_view(sent).substr(0, 9))) << sent;
  }
}

TEST(Segment, keeps_numbers_as_they_came) {
  Replayed call(R"({"event":"e","properties":{"a":9007199254740992,"b":1e-7,"c":1e+21,"d":-0,"e":-0.0,"f":0.87,
    "g":18446744073709551615,"h":1e400,"i":-9223372036854775808}})",
                "/v1/track");
  EXPECT_EQ(properties_of(call.decode().events.at(0)),
            R"(a=9007199254740992 b=1e-07 c=1e+21 d=0 e=-0.0 f=0.87 g="18446744073709551615" h="1e400" )"
            R"(i=-9223372036854775808)");
}

TEST(Segment, repairs_text_of_every_kind) {
  Replayed call(
      "{\"event\":\"e\",\"userId\":\"K\xC3\xB6ln\",\"properties\":{\"cesu\":\"\xED\xA0\xBD\xED\xB8\x80\","
      "\"bad\":\"a\xFF\",\"lone\":\"lone \\ud83d surrogate\",\"nul\":\"a\\u0000b\",\"pair\":\"\\ud83d\\ude00\","
      "\"n\\u0061me\":\"x\",\"json\":[\"\\ud83d\",\"\\u0041\"]}}",
      "/v1/track");
  const model::Event& event = call.decode().events.at(0);
  EXPECT_EQ(event.user_id, "K\xC3\xB6ln");
  EXPECT_EQ(event.text("cesu"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(event.text("bad"), "a\xEF\xBF\xBD");
  EXPECT_EQ(event.text("lone"), "lone \xEF\xBF\xBD surrogate");
  EXPECT_EQ(event.text("nul"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(event.text("pair"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(event.text("name"), "x");
  EXPECT_EQ(event.find("json")->as_text(), "[\"\xEF\xBF\xBD\",\"A\"]");
}

TEST(Segment, takes_numbers_as_ids_and_snake_case_members) {
  Replayed call(R"({"event":"e","user_id":42,"anonymous_id":"a","message_id":"m","sent_at":"x"})", "/v1/track");
  const model::Event& event = call.decode().events.at(0);
  EXPECT_EQ(event.user_id, "42");
  EXPECT_EQ(event.anonymous_id, "a");
  EXPECT_EQ(event.message_id, "m");
}

TEST(Segment, lets_the_last_of_equal_names_win) {
  Replayed call(R"({"event":"one","event":"two","properties":{"a":1,"b":2,"a":3},"properties":{"b":4}})", "/v1/track");
  const model::Event& event = call.decode().events.at(0);
  EXPECT_EQ(event.name, "two");
  EXPECT_EQ(properties_of(event), "a=3 b=4");
}

TEST(Segment, makes_test_traffic_of_crawlers_and_of_what_says_so) {
  const auto is_test = [](std::string_view user_agent, std::string_view context) {
    return Replayed("{\"event\":\"e\",\"context\":" + std::string(context) + "}", "/v1/track")
        .from(user_agent)
        .decode()
        .events.at(0)
        .is_test;
  };
  EXPECT_FALSE(is_test("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36", "{}"));
  EXPECT_FALSE(is_test("Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/120 Mobile", "{}"));
  EXPECT_TRUE(is_test("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "{}"));
  EXPECT_TRUE(is_test("", R"({"is_bot":true})"));
  EXPECT_TRUE(is_test("", R"({"is_test":"true"})"));
  EXPECT_FALSE(is_test("", R"({"is_test":false})"));
  EXPECT_TRUE(is_test("analytics-node", R"({"userAgent":"Mozilla/5.0 bingbot/2.0"})"));
}

TEST(Segment, takes_the_channel_from_the_context_or_the_user_agent) {
  const auto channel = [](std::string_view user_agent, std::string_view context) {
    return std::string(Replayed("{\"event\":\"e\",\"context\":" + std::string(context) + "}", "/v1/track")
                           .from(user_agent)
                           .decode()
                           .events.at(0)
                           .channel);
  };
  EXPECT_EQ(channel("Mozilla/5.0 Chrome/156", "{}"), "web");
  EXPECT_EQ(channel("analytics-node-next/latest", "{}"), "server");
  EXPECT_EQ(channel("analytics-node-next/latest", R"({"userAgent":"Mozilla/5.0 Firefox/1"})"), "web");
  EXPECT_EQ(channel("Mozilla/5.0 Chrome/156", R"({"channel":"whatsapp"})"), "whatsapp");
}

TEST(Segment, understands_the_names_of_the_ai_copilot_specification) {
  Replayed batch(R"({"batch":[
    {"type":"track","event":"Conversation Started","properties":{"conversationId":"c"}},
    {"type":"track","event":"Message Sent","properties":{"conversationId":"c","message_body":"hi"}},
    {"type":"track","event":"Message Received","properties":{"message_body":"hello","role":"agent"}},
    {"type":"track","event":"Message Sent","properties":{"message_body":"hello","role":"agent"}},
    {"type":"track","event":"Action Invoked","properties":{"type":"tool","action":"look_up_order"}},
    {"type":"track","event":"Component Loaded","properties":{"type":"date_picker"}},
    {"type":"track","event":"Media Generated","properties":{"type":"image"}},
    {"type":"track","event":"Feedback Submitted","properties":{"rating":4}},
    {"type":"track","event":"Conversation Ended","properties":{"message_count":4}},
    {"type":"track","event":"Order Completed","properties":{}}]})");
  std::vector<std::string> seen;
  for (const model::Event& event : batch.decode().events)
    seen.push_back(std::string(event.name) + ": " + properties_of(event));
  EXPECT_THAT(seen,
              ElementsAre(R"(chatbot_conversation_start: conversationId="c")",
                          R"(chatbot_message_received: conversationId="c" message_text="hi")",
                          R"(chatbot_message_sent: message_text="hello" role="agent")",
                          R"(chatbot_message_sent: message_text="hello" role="agent")",
                          R"(chatbot_step_completed: type="tool" step_id="look_up_order")",
                          R"(chatbot_step_completed: step_id="date_picker")",
                          R"(chatbot_message_sent: media_type="image")", R"(chatbot_feedback_submitted: rating=4)",
                          R"(chatbot_conversation_end: message_count=4)", "Order Completed: "));
}

TEST(Segment, quarantines_items_that_name_no_event_with_all_that_they_hold) {
  Replayed batch(R"({"batch":[{"type":"track","properties":{"a":1}},{"type":"merge","event":"x","userId":"u"},{}]})");
  const Decoded& decoded = batch.decode();
  ASSERT_EQ(decoded.events.size(), 3u);
  for (const model::Event& event : decoded.events) {
    EXPECT_EQ(event.name, "$malformed");
    EXPECT_EQ(event.verdict, model::Verdict::kQuarantined);
  }
  EXPECT_EQ(decoded.events[0].violations[0].reason, "missing_property");
  EXPECT_EQ(properties_of(decoded.events[0]), "a=1");
  EXPECT_EQ(decoded.events[1].violations[0].reason, "unknown_type");
  EXPECT_EQ(properties_of(decoded.events[1]), R"(type="merge" event="x")");
  EXPECT_EQ(decoded.events[2].violations[0].reason, "unknown_type");
}

TEST(Segment, quarantines_an_event_past_32_kib_and_takes_its_neighbours) {
  const std::string big(40'960, 'x');
  Replayed batch("{\"batch\":[{\"event\":\"a\"},{\"event\":\"big\",\"properties\":{\"blob\":\"" + big +
                 "\"}},{\"event\":\"c\"}]}");
  const Decoded& decoded = batch.decode();
  ASSERT_EQ(decoded.events.size(), 3u);
  EXPECT_EQ(decoded.events[0].verdict, model::Verdict::kAccepted);
  EXPECT_EQ(decoded.events[2].verdict, model::Verdict::kAccepted);
  EXPECT_EQ(decoded.events[1].verdict, model::Verdict::kQuarantined);
  EXPECT_EQ(decoded.events[1].violations[0].reason, "too_large");
  EXPECT_EQ(decoded.events[1].violations[0].got, "41000 bytes");
  EXPECT_EQ(decoded.events[1].text("blob"), big);
}

TEST(Segment, gives_back_items_that_are_no_events_and_reads_the_others) {
  std::string deep = "{\"event\":\"deep\",\"properties\":{\"a\":";
  for (int i = 0; i < 40; ++i) deep += "[";
  for (int i = 0; i < 40; ++i) deep += "]";
  deep += "}}";
  std::string many = "{\"event\":\"many\",\"properties\":{";
  for (int i = 0; i <= 1000; ++i) many += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":1";
  many += "}}";
  Replayed batch("{\"batch\":[{\"event\":\"a\"},\"text\", 5 ,null,[1,{\"x\":[2]}]," + deep + "," + many +
                 ",{\"event\":\"b\"}],\"writeKey\":\"WK\"}");
  const Decoded& decoded = batch.decode();
  EXPECT_EQ(decoded.write_key, "WK");
  ASSERT_EQ(decoded.events.size(), 2u);
  EXPECT_EQ(decoded.events[1].name, "b");
  std::vector<std::string> reasons, raws;
  for (const Malformed& item : decoded.malformed) {
    reasons.push_back(item.rejection.reason);
    raws.emplace_back(item.raw);
  }
  EXPECT_THAT(reasons, ElementsAre("not_an_object", "not_an_object", "not_an_object", "not_an_object", "too_deep",
                                   "too_many_properties"));
  EXPECT_EQ(raws[0], "\"text\"");
  EXPECT_EQ(raws[3], "[1,{\"x\":[2]}]");
  EXPECT_EQ(raws[4], deep);
  EXPECT_EQ(raws[5], many);
}

TEST(Segment, refuses_bodies_that_are_not_the_protocol) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "expected JSON"},
      {"hello", "expected"},
      {"[1]", "expected a JSON object"},
      {"{}", "batch: missing"},
      {R"({"batch":{}})", "batch: expected an array"},
      {R"({"batch":[{"event":"e"})", "expected JSON"},
      {R"({"batch":[{"event":"e",}]})", "expected JSON"},
      {R"({"batch":[{"event":"e" "x":1}]})", "expected JSON"},
      {R"({"batch":[{"event":"e","properties":{"a":tru}}]})", "expected JSON"},
      {R"({"batch":[{"event":"e","properties":{"a":01}}]})", "expected JSON"},
      {R"({"batch":[{"event":"e","properties":{"a":[1,}}}]})", "expected JSON"},
      {R"({"batch":[]} trailing)", "expected"},
      {R"({"batch":[]}})", "expected"},
      {R"({"batch":[]} {})", "expected"},
      {R"({"batch":["unclosed]})", "expected JSON"},
      {"{\"batch\":[{\"event\":\"raw\nline end\"}]}", "expected JSON"},
      {R"({"batch":[],"batch":[]})", "twice"},
  };
  for (const auto& [body, message] : cases) {
    const Error error = Replayed(body).error();
    EXPECT_EQ(error.code, Code::kInvalid) << body;
    EXPECT_THAT(error.message, HasSubstr(message)) << body;
  }
}

TEST(Segment, refuses_batches_past_its_limits) {
  std::string items = "{\"event\":\"e\"}";
  for (int i = 1; i < 2'500; ++i) items += ",{\"event\":\"e\"}";
  EXPECT_EQ(Replayed("{\"batch\":[" + items + "]}").decode().events.size(), 2'500u);
  EXPECT_EQ(Replayed("{\"batch\":[" + items + ",{\"event\":\"e\"}]}").error().code, Code::kTooLarge);
  EXPECT_EQ(Replayed(batch_of("{\"event\":\"" + std::string(512'000, 'x') + "\"}")).error().code, Code::kTooLarge);
}

TEST(Segment, reads_any_cut_of_a_body_without_harm) {
  const std::string body =
      R"({"batch":[{"type":"track","event":"e","properties":{"a":[1,{"b":"\ud83d"}],"c":-1.5e3},"context":{"page":{"url":"u"}}}],)"
      R"("writeKey":"WK","sentAt":"2026-01-15T10:00:00Z"})";
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_EQ(Replayed(body.substr(0, size)).error().code, Code::kInvalid) << size;
  EXPECT_EQ(Replayed(body).decode().events.size(), 1u);
}

TEST(Segment, answers_in_the_words_that_its_clients_need) {
  Replayed call("{}");
  const auto reply = [&](Outcome outcome) { return segment().reply(call.request, outcome, "why \"not\""); };
  EXPECT_EQ(reply(Outcome::kAccepted).status, 200);
  EXPECT_EQ(reply(Outcome::kAccepted).body, R"({"success":true})");
  EXPECT_EQ(reply(Outcome::kBadRequest).status, 400);
  EXPECT_EQ(reply(Outcome::kBadRequest).body, R"({"success":false,"message":"why \"not\""})");
  EXPECT_EQ(reply(Outcome::kTooLarge).status, 400);
  EXPECT_EQ(reply(Outcome::kBadKey).status, 401);
  EXPECT_EQ(reply(Outcome::kOverloaded).status, 503);
}

TEST(Segment, gives_the_browser_sdk_its_settings) {
  Replayed call("", "/v1/projects/WK_segment/settings");
  EXPECT_EQ(call.decode().write_key, "WK_segment");
  const Reply reply = segment().reply(call.request, Outcome::kAccepted, "");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr(R"("Segment.io":{"apiKey":"WK_segment")"));
  EXPECT_THAT(reply.body, testing::Not(HasSubstr("apiHost")));
  EXPECT_EQ(segment().reply(call.request, Outcome::kBadKey, "no such key").status, 401);
}

}  // namespace
}  // namespace parley::sources
