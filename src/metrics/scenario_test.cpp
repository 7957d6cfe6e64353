#include "metrics/scenario.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <charconv>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "base/time_text.h"
#include "model/conversation_facts.h"

namespace parley::metrics {
namespace {

constexpr auto kFirstDay = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};

std::unique_ptr<Scenario>& slot() {
  static std::unique_ptr<Scenario> scenario;
  return scenario;
}

// The engine must be closed before the process leaves main.
class CloseScenario final : public testing::Environment {
 public:
  void TearDown() override { slot().reset(); }
};
[[maybe_unused]] const auto* const kClose = testing::AddGlobalTestEnvironment(new CloseScenario);

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

model::Value value_of(model::Arena& arena, std::string_view text) {
  std::int64_t whole = 0;
  if (const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), whole);
      fault == std::errc() && end == text.data() + text.size())
    return model::Value::integer(whole);
  double number = 0;
  if (const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
      fault == std::errc() && end == text.data() + text.size())
    return model::Value::number(number);
  if (text == "true" || text == "false") return model::Value::boolean(text == "true");
  return model::Value::string(arena.copy(text));
}

}  // namespace

model::Event& EventSet::add(std::string_view workspace, std::string_view name, std::string_view conversation,
                            Timestamp at) {
  model::Event& event = events.emplace_back();
  event.workspace = arena.copy(workspace);
  event.name = arena.copy(name);
  event.conversation_id = arena.copy(conversation);
  event.message_id = arena.copy(fmt::format("event-{}", events.size()));
  event.source = "segment";
  event.timestamp = event.received_at = at;
  return event;
}

void EventSet::set(model::Event& event, std::string_view property, std::string_view text) {
  if (property == "user")
    event.user_id = arena.copy(text);
  else if (property == "anonymous")
    event.anonymous_id = arena.copy(text);
  else if (property == "channel")
    event.channel = arena.copy(text);
  else if (property == "id")
    event.message_id = arena.copy(text);
  else if (property == "test")
    event.is_test = text == "true";
  else
    event.properties.push_back({arena.copy(property), value_of(arena, text)});
}

Scenario::Scenario() : clock_(kFirstDay) {
  std::string pattern = (std::filesystem::temp_directory_path() / "parley-metrics-XXXXXX").string();
  directory_ = mkdtemp(pattern.data());
  store_ = must(store::open_embedded({.directory = directory_}));
  if (const Status migrated = store_->migrate(); !migrated.ok()) throw std::runtime_error(migrated.error().message);
  metrics_ = must(Metrics::create(*store_, clock_));
}

Scenario::~Scenario() {
  metrics_.reset();
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

Scenario& Scenario::shared() {
  if (!slot()) slot() = std::unique_ptr<Scenario>(new Scenario);
  return *slot();
}

Status Scenario::keep(const EventSet& set) {
  const std::string batch = fmt::format("batch-{}", ++batches_);
  PARLEY_TRY(store_->insert_events(batch, std::vector<model::Event>(set.events.begin(), set.events.end())));
  std::map<std::pair<std::string_view, std::string_view>, std::vector<const model::Event*>> conversations;
  for (const model::Event& event : set.events)
    if (!event.conversation_id.empty()) conversations[{event.workspace, event.conversation_id}].push_back(&event);
  std::vector<model::ConversationFacts> facts;
  for (const auto& [key, events] : conversations) facts.push_back(model::fold_conversation(events));
  return store_->insert_facts(batch, batches_, facts);
}

Result<Timestamp> Scenario::time_of(std::string_view text) {
  int day = 1;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    std::from_chars(text.data(), text.data() + slash, day);
    text.remove_prefix(slash + 1);
  }
  const auto date = std::chrono::year_month_day{kFirstDay + std::chrono::days{day - 1}};
  const auto time = parse_iso8601(fmt::format("{:04}-{:02}-{:02}T{}{}Z", static_cast<int>(date.year()),
                                              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                              text, text.size() == 5 ? ":00" : ""));
  if (!time) return invalid(fmt::format("time \"{}\": expected HH:MM, HH:MM:SS or day/HH:MM", text));
  return *time;
}

Status Scenario::read(std::string_view workspace, std::string_view text, EventSet& into) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string time, conversation, name, pair;
    if (!(words >> time >> conversation >> name)) continue;
    auto at = time_of(time);
    if (!at.ok()) return at.error();
    model::Event& event = into.add(workspace, name, conversation, *at);
    while (words >> pair) {
      const auto equals = pair.find('=');
      if (equals == std::string::npos) return invalid(fmt::format("\"{}\": expected key=value", pair));
      into.set(event, pair.substr(0, equals), pair.substr(equals + 1));
    }
  }
  return {};
}

Scope Scenario::week(std::string_view workspace) {
  Scope scope;
  scope.workspace.id = workspace;
  scope.from = kFirstDay;
  scope.to = kFirstDay + std::chrono::days{7};
  return scope;
}

}  // namespace parley::metrics
