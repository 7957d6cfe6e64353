#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "base/hash.h"
#include "model/event_codec.h"
#include "parley_store_schema.h"
#include "store/clickhouse/event_rows.h"
#include "store/clickhouse/facts_rows.h"
#include "store/clickhouse/quarantine_rows.h"
#include "store/embedded/random_events.h"
#include "store/embedded/temporary_directory.h"
#include "store/quarantine.h"
#include "store/sql.h"
#include "store/store.h"

namespace parley::store::embedded {
namespace {

using model::ConversationFacts;
using model::Event;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kNoon = 20'717 * kDay + kDay / 2;  // 2026-09-21T12:00Z

std::unique_ptr<Store> open_store(const std::string& directory) {
  auto store = open_embedded({.directory = directory});
  EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
  if (!store.ok()) return nullptr;
  const Status migrated = (*store)->migrate();
  EXPECT_TRUE(migrated.ok()) << (migrated.ok() ? "" : migrated.error().message);
  return std::move(*store);
}

std::string one(Store& store, const std::string& sql) {
  const auto table = store.query(sql);
  if (!table.ok()) return "error: " + table.error().message;
  if (table->rows.size() != 1 || table->rows[0].size() != 1) return "not one cell";
  return table->rows[0][0];
}

Event event(std::string_view workspace, std::string_view conversation, std::string_view message_id, std::int64_t ms) {
  Event made;
  made.workspace = workspace;
  made.conversation_id = conversation;
  made.message_id = message_id;
  made.name = "chatbot_message_received";
  made.timestamp = timestamp_from_ms(ms);
  made.received_at = timestamp_from_ms(ms);
  return made;
}

ConversationFacts facts(std::string workspace, std::string conversation, std::int64_t started_ms) {
  ConversationFacts made;
  made.workspace = std::move(workspace);
  made.conversation_id = std::move(conversation);
  made.conversation_key = hash64(made.conversation_id);
  made.started_at = made.last_at = made.ended_at = timestamp_from_ms(started_ms);
  return made;
}

std::vector<std::string> message_ids(Store& store, std::string_view workspace, std::vector<std::uint64_t> keys,
                                     std::optional<Store::Span> newer = std::nullopt) {
  std::vector<std::string> found;
  const Status read = store.read_conversations(
      workspace, keys,
      [&](std::span<const Event* const> events) {
        for (const Event* seen : events) found.emplace_back(seen->message_id);
      },
      newer);
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message);
  return found;
}

// One store for all tests: starting the engine is the slow part. Each test has a workspace of its own.
class EmbeddedStore : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new TemporaryDirectory;
    store_ = open_store(directory_->path()).release();
  }
  static void TearDownTestSuite() {
    delete store_;
    delete directory_;
  }
  void SetUp() override { ASSERT_NE(store_, nullptr); }

  // Batch ids count for the whole store.
  std::string batch(const std::string& id) const { return workspace_ + " " + id; }

  const std::string workspace_ = testing::UnitTest::GetInstance()->current_test_info()->name();
  static TemporaryDirectory* directory_;
  static Store* store_;
};
TemporaryDirectory* EmbeddedStore::directory_ = nullptr;
Store* EmbeddedStore::store_ = nullptr;

TEST_F(EmbeddedStore, runs_each_schema_file_once) {
  const std::string files = std::to_string(::parley::embedded::parley_store_schema().size());
  EXPECT_EQ(one(*store_, "SELECT count() FROM store_schema"), files);
  ASSERT_TRUE(store_->migrate().ok());
  EXPECT_EQ(one(*store_, "SELECT count() FROM store_schema"), files);
}

TEST_F(EmbeddedStore, gives_back_every_field_of_every_event) {
  model::Arena arena;
  RandomEvents random(7, arena);
  std::vector<Event> events;
  for (int i = 0; i < 3000; ++i) events.push_back(random.next(workspace_));
  ASSERT_TRUE(store_->insert_events(batch("b1"), events).ok());

  std::map<std::string, std::string, std::less<>> expected;
  std::vector<std::uint64_t> keys;
  for (const Event& stored : events) {
    expected.emplace(stored.message_id, comparable(stored));
    keys.push_back(hash64(stored.conversation_id));
  }
  std::size_t compared = 0;
  std::vector<std::uint64_t> visited;
  const Status read = store_->read_conversations(workspace_, keys, [&](std::span<const Event* const> conversation) {
    visited.push_back(hash64(conversation.front()->conversation_id));
    for (const Event* seen : conversation) {
      EXPECT_EQ(seen->conversation_id, conversation.front()->conversation_id);
      EXPECT_EQ(comparable(*seen), expected.at(std::string(seen->message_id)));
      ++compared;
    }
    EXPECT_TRUE(std::is_sorted(conversation.begin(), conversation.end(), [](const Event* a, const Event* b) {
      return std::tie(a->timestamp, a->message_id) < std::tie(b->timestamp, b->message_id);
    }));
  });
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(compared, events.size());
  EXPECT_TRUE(std::is_sorted(visited.begin(), visited.end()));
  EXPECT_EQ(std::adjacent_find(visited.begin(), visited.end()), visited.end()) << "a conversation came in two parts";
}

TEST_F(EmbeddedStore, fills_number_columns_from_any_shape_of_number) {
  Event whole = event(workspace_, "c", "m1", kNoon);
  whole.properties.push_back({"intent_confidence", model::Value::integer(1)});
  whole.properties.push_back({"step_index", model::Value::string("2")});
  Event none = event(workspace_, "c", "m2", kNoon);
  none.properties.push_back({"intent_confidence", model::Value::string("high")});
  none.properties.push_back({"step_index", model::Value::integer(-3)});
  ASSERT_TRUE(store_->insert_events(batch("b1"), std::vector{whole, none}).ok());
  const auto table =
      store_->query("SELECT intent_confidence_micros, step_index, person_key, date FROM events WHERE workspace = " +
                    quoted(workspace_) + " ORDER BY message_id");
  ASSERT_TRUE(table.ok());
  EXPECT_THAT(table->rows,
              ElementsAre(ElementsAre("1000000", "2", "0", "2026-09-21"), ElementsAre("-1", "-1", "0", "2026-09-21")));
}

TEST_F(EmbeddedStore, adds_nothing_when_a_batch_comes_again) {
  std::vector<Event> events;
  // A partition each.
  for (int year = 0; year < 4; ++year) events.push_back(event(workspace_, "c", "m", kNoon + year * 366 * kDay));
  Event bad = event(workspace_, "c", "bad", kNoon);
  bad.verdict = model::Verdict::kQuarantined;
  bad.violations.push_back({"missing_property", "intent_name", "nothing", "a string"});
  events.push_back(bad);
  const std::string count = " WHERE workspace = " + quoted(workspace_);
  for (int times = 0; times < 3; ++times) {
    ASSERT_TRUE(store_->insert_events(batch("again"), events).ok());
    EXPECT_EQ(one(*store_, "SELECT count() FROM events" + count), "4");
    EXPECT_EQ(one(*store_, "SELECT count() FROM quarantine" + count), "1");
  }
  ASSERT_TRUE(store_->insert_events(batch("another"), events).ok());
  EXPECT_EQ(one(*store_, "SELECT count() FROM events" + count), "8");
  EXPECT_EQ(one(*store_, "SELECT uniqExact(message_id) FROM events" + count), "1");
}

TEST_F(EmbeddedStore, takes_a_batch_that_spans_more_partitions_than_the_engine_likes) {
  std::vector<Event> events;
  for (int year = -45; year < 105; ++year) events.push_back(event(workspace_, "c", "m", kNoon + year * 366 * kDay));
  const Status inserted = store_->insert_events(batch("b"), events);
  ASSERT_TRUE(inserted.ok()) << inserted.error().message;
  EXPECT_EQ(message_ids(*store_, workspace_, {hash64("c")}).size(), 150u);
}

TEST_F(EmbeddedStore, keeps_quarantined_events_apart_with_their_record) {
  Event bad = event(workspace_, "c1", "m1", kNoon);
  bad.verdict = model::Verdict::kQuarantined;
  bad.properties.push_back({"csat", model::Value::string("a\nlot\t\\")});
  bad.violations.push_back({"wrong_type", "csat", "string", "integer"});
  bad.violations.push_back({"unknown_property", "x", "", ""});
  ASSERT_TRUE(store_->insert_events(batch("b1"), std::span(&bad, 1)).ok());
  EXPECT_TRUE(message_ids(*store_, workspace_, {hash64("c1")}).empty());

  const auto records = list_quarantine(*store_, {.workspace = workspace_}, 10, 0);
  ASSERT_TRUE(records.ok()) << records.error().message;
  ASSERT_EQ(records->size(), 1u);
  std::string record;
  model::encode_event(bad, record);
  EXPECT_EQ(records->front().record, record);
  EXPECT_EQ(
      one(*store_, "SELECT concat(reason, ' ', field, ' ', got, ' ', expected) FROM quarantine WHERE workspace = " +
                       quoted(workspace_)),
      "wrong_type csat string integer");
  EXPECT_EQ(
      array_cell(one(*store_, "SELECT violation_reasons FROM quarantine WHERE workspace = " + quoted(workspace_))),
      (std::vector<std::string>{"wrong_type", "unknown_property"}));

  ASSERT_TRUE(mark_replayed(*store_, workspace_, {"m1"}, timestamp_from_ms(kNoon)).ok());
  EXPECT_EQ(*count_quarantine(*store_, {.workspace = workspace_}), 0);
}

TEST_F(EmbeddedStore, finds_events_whose_facts_are_not_written_yet) {
  const std::uint64_t key = hash64("c1");
  ASSERT_TRUE(store_->insert_events(batch("b1"), std::vector{event(workspace_, "c1", "m1", kNoon)}).ok());
  EXPECT_THAT(message_ids(*store_, workspace_, {key}), ElementsAre("m1")) << "no facts: looked for everywhere";
  ASSERT_TRUE(store_->insert_facts(batch("f1"), 1, std::vector{facts(workspace_, "c1", kNoon)}).ok());

  const std::int64_t later = kNoon + 3 * kDay;
  ASSERT_TRUE(store_->insert_events(batch("b2"), std::vector{event(workspace_, "c1", "m2", later)}).ok());
  const Store::Span span{timestamp_from_ms(later), timestamp_from_ms(later)};
  EXPECT_THAT(message_ids(*store_, workspace_, {key}, span), ElementsAre("m1", "m2"));
  EXPECT_THAT(message_ids(*store_, workspace_, {key, hash64("nobody")}, span), ElementsAre("m1", "m2"));
  EXPECT_TRUE(message_ids(*store_, "another workspace", {key}).empty());
  EXPECT_TRUE(message_ids(*store_, workspace_, {}).empty());
}

TEST_F(EmbeddedStore, shows_the_facts_of_the_highest_version_alone) {
  ConversationFacts c1 = facts(workspace_, "c1", kNoon);
  c1.intents = {"greet", "it's"};
  c1.declared = model::Declared::kHandedOff;
  c1.user_turns = 1;
  c1.reopened = true;
  ASSERT_TRUE(store_->insert_facts(batch("f1"), 1, std::vector{c1, facts(workspace_, "c2", kNoon)}).ok());
  c1.user_turns = 5;
  ASSERT_TRUE(store_->insert_facts(batch("f2"), 2, std::vector{c1}).ok());
  const auto table = store_->query(
      "SELECT conversation_id, user_turns, intents, declared, reopened FROM conversations FINAL WHERE deleted = 0 AND "
      "workspace = " +
      quoted(workspace_) + " ORDER BY conversation_id");
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_THAT(table->rows, ElementsAre(ElementsAre("c1", "5", R"(['greet','it\'s'])", "3", "1"),
                                       ElementsAre("c2", "0", "[]", "0", "0")));
}

TEST_F(EmbeddedStore, moves_a_conversation_whose_start_was_found_on_an_earlier_day) {
  const std::string rows = " FROM conversations FINAL WHERE deleted = 0 AND workspace = " + quoted(workspace_);
  ASSERT_TRUE(store_->insert_facts(batch("f1"), 1, std::vector{facts(workspace_, "c1", kNoon)}).ok());
  // Into another year, which is another partition, and back, and the same batch again as after a crash.
  for (std::uint64_t version = 2; version < 8; ++version) {
    const std::int64_t start = version % 2 == 0 ? kNoon - 400 * kDay : kNoon - 3 * kDay;
    for (int times = 0; times < 2; ++times) {
      ASSERT_TRUE(
          store_
              ->insert_facts(batch("f") + std::to_string(version), version, std::vector{facts(workspace_, "c1", start)})
              .ok());
      EXPECT_EQ(one(*store_, "SELECT groupArray(started_at)" + rows), "[" + std::to_string(start) + "]");
    }
  }
}

TEST_F(EmbeddedStore, agrees_with_its_own_column_lists) {
  const auto columns = [&](const std::string& table) {
    return one(*store_,
               "SELECT count() FROM system.columns WHERE database = currentDatabase() AND table = " + quoted(table));
  };
  const auto commas = [](std::string_view list) {
    return std::to_string(std::count(list.begin(), list.end(), ',') + 1);
  };
  EXPECT_EQ(columns("events"), commas(clickhouse::EventRows::column_list()));
  EXPECT_EQ(columns("quarantine"), commas(clickhouse::QuarantineRows::column_list()));
  EXPECT_EQ(columns("conversations"), commas(clickhouse::facts_column_list()));
}

TEST_F(EmbeddedStore, hands_any_bytes_through_a_literal_unchanged) {
  std::mt19937 random(11);
  std::vector<std::string> texts;
  std::string sql = "SELECT ";
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left)
      text += random() % 2 == 0 ? "\\'\"\n\t\0`;-/*{}"[random() % 14] : static_cast<char>(random());
    texts.push_back(i == 0 ? every_byte : text);
    sql += (i > 0 ? ", " : "") + quoted(texts.back()) + " AS c" + std::to_string(i);
  }
  auto table = store_->query(sql);
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_EQ(table->rows.at(0), texts);
  table = store_->query("SELECT [" + quoted(texts[1]) + ", " + quoted(every_byte) + "] AS list");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(array_cell(table->rows.at(0).at(0)), (std::vector{texts[1], every_byte}));
  EXPECT_EQ(one(*store_, "SELECT count() FROM events WHERE name IN " + quoted_list({})), "0");
}

TEST_F(EmbeddedStore, says_invalid_for_a_wrong_text_and_goes_on) {
  for (const char* sql :
       {"SELEKT 1", "SELECT colour FROM events", "SELECT 1 FROM nowhere", "SELECT nofunction(1)", "", "SELECT 'open",
        "SELECT 1 + 'anna'", "INSERT INTO events (name) VALUES ('x')", "DROP TABLE events"}) {
    const auto table = store_->query(sql);
    ASSERT_FALSE(table.ok()) << sql;
    EXPECT_EQ(table.error().code, Code::kInvalid) << sql << ": " << table.error().message;
    EXPECT_THAT(table.error().message, Not(HasSubstr("anna")));
  }
  EXPECT_EQ(one(*store_, "SELECT 1"), "1");
}

TEST_F(EmbeddedStore, says_exhausted_past_the_limits_of_time_and_memory) {
  const auto slow = store_->query("SELECT sum(sipHash64(number)) FROM numbers(1000000000000)",
                                  {.timeout = std::chrono::milliseconds(200)});
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error().code, Code::kExhausted) << slow.error().message;
  const auto large =
      store_->query("SELECT length(groupArray(number)) FROM numbers(20000000)", {.memory_bytes = 10 << 20});
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code, Code::kExhausted) << large.error().message;
  EXPECT_EQ(one(*store_, "SELECT sum(number) FROM numbers(1000000)"), "499999500000") << "limits outlive their query";
}

TEST_F(EmbeddedStore, answers_many_threads_at_once) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i)
        if (one(*store_, "SELECT sum(number) FROM numbers(" + std::to_string(1000 * t + i) + ")") ==
            std::to_string((1000 * t + i) * (1000 * t + i - 1) / 2))
          ++right;
      const std::string id = "t" + std::to_string(t);
      if (store_->insert_events(batch(id), std::vector{event(workspace_, id, id, kNoon)}).ok()) ++right;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right.load(), 8 * 21);
  EXPECT_EQ(one(*store_, "SELECT count() FROM events WHERE workspace = " + quoted(workspace_)), "8");
}

TEST_F(EmbeddedStore, tells_the_size_of_its_tables) {
  ASSERT_TRUE(store_->insert_events(batch("b"), std::vector{event(workspace_, "c", "m", kNoon)}).ok());
  const auto sizes = store_->sizes();
  ASSERT_TRUE(sizes.ok());
  const auto events =
      std::find_if(sizes->begin(), sizes->end(), [](const auto& size) { return size.table == "events"; });
  ASSERT_NE(events, sizes->end());
  EXPECT_GT(events->rows, 0u);
  EXPECT_GT(events->bytes, 0u);
}

TEST_F(EmbeddedStore, refuses_a_second_engine_and_a_directory_in_use) {
  const auto same = open_embedded({.directory = directory_->path()});
  ASSERT_FALSE(same.ok());
  EXPECT_EQ(same.error().code, Code::kConflict);
  const TemporaryDirectory other;
  const auto second = open_embedded({.directory = other.path()});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Code::kConflict);
}

void on_signal(int) {}

// These open engines of their own, one after the other.
TEST(EmbeddedStoreLife, keeps_its_data_and_the_process_signals_when_opened_again) {
  const TemporaryDirectory directory;
  ASSERT_NE(signal(SIGSEGV, on_signal), SIG_ERR);
  ASSERT_NE(signal(SIGTERM, on_signal), SIG_ERR);
  {
    const auto store = open_store(directory.path());
    ASSERT_NE(store, nullptr);
    ASSERT_TRUE(store->insert_events("b", std::vector{event("w", "c", "m", kNoon)}).ok());
  }
  {
    const auto store = open_store(directory.path());
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(one(*store, "SELECT count() FROM events"), "1");
    ASSERT_TRUE(store->insert_events("b", std::vector{event("w", "c", "m", kNoon)}).ok());
    EXPECT_EQ(one(*store, "SELECT count() FROM events"), "1") << "batch ids outlive the process";
  }
  EXPECT_EQ(signal(SIGSEGV, SIG_DFL), on_signal);
  EXPECT_EQ(signal(SIGTERM, SIG_DFL), on_signal);
}

TEST(EmbeddedStoreLife, refuses_data_of_a_newer_binary) {
  const TemporaryDirectory directory;
  const auto store = open_store(directory.path());
  ASSERT_NE(store, nullptr);
  ASSERT_TRUE(store->execute("INSERT INTO store_schema VALUES (9999, '9999_future.sql', 0)").ok());
  const Status migrated = store->migrate();
  ASSERT_FALSE(migrated.ok());
  EXPECT_EQ(migrated.error().code, Code::kConflict);
  EXPECT_THAT(migrated.error().message, HasSubstr("9999"));
}

TEST(EmbeddedStoreLife, opens_a_relative_directory) {
  const TemporaryDirectory directory;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  {
    const auto store = open_store("below/here");
    ASSERT_NE(store, nullptr);
    EXPECT_TRUE(store->insert_events("b", std::vector{event("w", "c", "m", kNoon)}).ok());
  }
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(directory.path() + "/below/here/store"));
}

TEST(EmbeddedStoreLife, says_unavailable_where_the_directory_cannot_be_made) {
  const auto store = open_embedded({.directory = "/dev/null/parley"});
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, Code::kUnavailable);
}

// A child inserts and is killed before it can close anything; the batch is then done again.
TEST(EmbeddedStoreDeathTest, holds_an_inserted_batch_once_after_a_kill) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const std::string directory =
      (std::filesystem::temp_directory_path() / ("parley-store-kill-" + std::to_string(getuid()))).string();
  const std::vector<Event> events = {event("w", "c", "m1", kNoon), event("w", "c", "m2", kNoon + 40 * kDay)};
  EXPECT_EXIT(
      {
        std::filesystem::remove_all(directory);
        const auto store = open_store(directory);
        if (store->insert_events("b", events).ok()) raise(SIGKILL);
      },
      testing::KilledBySignal(SIGKILL), "");
  {
    const auto store = open_store(directory);
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(one(*store, "SELECT count() FROM events"), "2");
    ASSERT_TRUE(store->insert_events("b", events).ok());
    EXPECT_EQ(one(*store, "SELECT count() FROM events"), "2");
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace parley::store::embedded
