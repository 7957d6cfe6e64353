// What an event pays on its way through the plan and protection: run with --benchmark_filter=…
#include <benchmark/benchmark.h>

#include <string>

#include "plan/plan.h"
#include "privacy/detect.h"
#include "privacy/protector.h"

namespace parley {
namespace {

using model::Arena;
using model::Event;
using model::Value;

// A clean event of a usual size, as it comes from the Segment codec.
void fill(Event& event) {
  event.name = "chatbot_intent_detected";
  event.message_id = "2c43c025-7ad3-53f2-abe1-872f9b82037f";
  event.conversation_id = "sgd:train-110_00038";
  event.user_id = "u_8cf510e1d1c5";
  event.anonymous_id = "1133e1f4-a76d-5921-8324-446289b4315a";
  event.channel = "web";
  event.properties.push_back({"intent_name", Value::string("order_status")});
  event.properties.push_back({"intent_confidence", Value::number(0.87)});
  event.properties.push_back({"language", Value::string("en")});
  event.properties.push_back({"page_url", Value::string("https://shop.example/help/orders?utm_source=newsletter")});
  event.properties.push_back({"bot_version", Value::string("2026.11.1")});
  event.properties.push_back({"turn_index", Value::integer(4)});
  event.properties.push_back({"service", Value::string("Orders_1")});
  event.properties.push_back({"is_test", Value::boolean(false)});
}

privacy::Treatment treatment_for(const plan::PropertySpec* spec) {
  if (spec == nullptr) return privacy::Treatment::kUnknown;
  switch (spec->privacy) {
    case plan::PrivacyClass::kPersonal:
    case plan::PrivacyClass::kSensitive: return privacy::Treatment::kHash;
    case plan::PrivacyClass::kSecret: return privacy::Treatment::kDrop;
    case plan::PrivacyClass::kMessageText: return privacy::Treatment::kMessageText;
    default: return privacy::Treatment::kKeep;
  }
}

void check_event(benchmark::State& state) {
  const auto plan = plan::default_plan();
  Arena arena;
  Event event;
  fill(event);
  for (auto _ : state) {
    plan->check(event, arena);
    benchmark::DoNotOptimize(event.verdict);
  }
}
BENCHMARK(check_event);

void protect_event(benchmark::State& state) {
  const auto plan = plan::default_plan();
  const privacy::Policy policy{Secret("0123456789abcdef0123456789abcdef")};
  Arena arena;
  Event event;
  fill(event);
  const auto treatment_of = [&](std::string_view property) {
    return treatment_for(plan->find_property(event.name, property));
  };
  for (auto _ : state) {
    privacy::protect(event, policy, treatment_of, arena);
    benchmark::DoNotOptimize(event.properties.data());
  }
}
BENCHMARK(protect_event);

void protect_personal_value(benchmark::State& state) {
  const privacy::Policy policy{Secret("0123456789abcdef0123456789abcdef")};
  Arena arena;
  Event event;
  event.properties.push_back({"lead_email", Value()});
  for (auto _ : state) {
    event.properties[0].value = Value::string("zoe.mueller@example.com");
    privacy::protect(
        event, policy, [](std::string_view) { return privacy::Treatment::kHash; }, arena);
    arena.reset();
  }
}
BENCHMARK(protect_personal_value);

void scan_text(benchmark::State& state, std::string_view text) {
  for (auto _ : state) benchmark::DoNotOptimize(privacy::holds_personal_data(text));
}
BENCHMARK_CAPTURE(scan_text, sentence,
                  "no need to add the event. Book an appointment at the salon on that day at 2:45 pm?");
BENCHMARK_CAPTURE(scan_text, word, "order_status");
BENCHMARK_CAPTURE(scan_text, uuid, "1133e1f4-a76d-5921-8324-446289b4315a");
BENCHMARK_CAPTURE(scan_text, prefixed_id, "node-next-1768471200005-3cf381a6-d5c6-4ad0-bbe3-be4a64558f23");
BENCHMARK_CAPTURE(scan_text, dialogue_id, "sgd:train-110_00038");
BENCHMARK_CAPTURE(scan_text, url, "https://shop.example/help/orders?utm_source=newsletter");
BENCHMARK_CAPTURE(
    scan_text, user_agent,
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36");
BENCHMARK_CAPTURE(scan_text, personal, "write to zoe@example.com or call +49 151 23456789");

}  // namespace
}  // namespace parley

BENCHMARK_MAIN();
