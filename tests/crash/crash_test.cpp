// Kills the real server at random moments under load and lets its disk fail, then counts every event that it
// acknowledged: through the API as a customer would, and row by row in the store that it left behind.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bot.h"
#include "server_process.h"
#include "store/store.h"

namespace parley::crash {
namespace {

using namespace std::chrono_literals;
using testing::Not;

// Only a broken server needs it; a busy machine may.
constexpr auto kPatience = 30s;

class CrashTest : public testing::Test {
 protected:
  CrashTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = testing::TempDir() + fmt::format("parley_crash_{}_{}", test->name(), ::getpid());
    std::filesystem::remove_all(directory_);
  }
  ~CrashTest() override {
    server_.reset();
    if (!HasFailure()) std::filesystem::remove_all(directory_);
  }

  void start(ServerProcess::Disk disk) {
    server_ = std::make_unique<ServerProcess>(directory_, disk);
    ASSERT_TRUE(server_->start());
    for (int i = 0; i < 3; ++i)
      bots_.push_back(std::make_unique<Bot>(fmt::format("bot{}", i), server_->url(), server_->credential("write_key")));
  }

  // All bots send, each on a thread of its own, until `during` returns.
  template <typename During>
  void send_while(During during) {
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (const auto& bot : bots_)
      threads.emplace_back([&stop, &bot] {
        while (!stop)
          if (bot->send().status != 200) std::this_thread::sleep_for(5ms);
      });
    during();
    stop = true;
    for (std::thread& thread : threads) thread.join();
  }

  // Every bot sends what it owes until it is acknowledged.
  void settle() {
    for (const auto& bot : bots_) {
      const auto end = std::chrono::steady_clock::now() + kPatience;
      while (bot->owes() && std::chrono::steady_clock::now() < end)
        if (bot->send().status != 200) std::this_thread::sleep_for(20ms);
      ASSERT_FALSE(bot->owes()) << "a batch was not taken";
    }
  }

  int acknowledged_conversations() const {
    int all = 0;
    for (const auto& bot : bots_) all += bot->acknowledged_conversations();
    return all;
  }

  // The value of a metric over the days around now.
  double metric(const std::string& id) {
    const auto now = std::chrono::system_clock::now();
    const auto answer =
        net::Client().send({.url = fmt::format("{}/api/v1/metrics/{}?from={:%Y-%m-%d}&to={:%Y-%m-%d}&tz=UTC",
                                               server_->url(), id, fmt::gmtime(now - 24h), fmt::gmtime(now + 48h)),
                            .headers = {{"Authorization", "Bearer " + server_->credential("api_token")}}});
    EXPECT_TRUE(answer.ok());
    if (!answer.ok()) return -1;
    EXPECT_EQ(answer->status, 200) << answer->body;
    const auto at = answer->body.find("\"value\":");
    return at == std::string::npos ? -1 : std::strtod(answer->body.c_str() + at + 8, nullptr);
  }

  // Counts everything, first as a customer, then in the store of the ended server.
  void expect_everything_acknowledged_once() {
    // Batches that were given up may be there or not.
    std::size_t given_up = 0;
    for (const auto& bot : bots_) given_up += bot->given_up().size();
    const double acknowledged = acknowledged_conversations();
    double conversations = -1;
    double messages = -1;
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < kPatience) {
      conversations = metric("conversations");
      messages = metric("messages");
      if (conversations >= acknowledged && messages >= acknowledged * Bot::kMessages) break;
      std::this_thread::sleep_for(50ms);
    }
    EXPECT_GE(conversations, acknowledged);
    EXPECT_LE(conversations, acknowledged + static_cast<double>(given_up));
    EXPECT_EQ(messages, conversations * Bot::kMessages);
    EXPECT_EQ(server_->stop(), 0);

    auto store = store::open_embedded({.directory = server_->data() + "/store"});
    ASSERT_TRUE(store.ok()) << store.error().message;
    const auto table = (*store)->query("SELECT message_id, count() FROM events GROUP BY message_id");
    ASSERT_TRUE(table.ok()) << table.error().message;
    std::map<std::string, int> rows;
    for (const auto& row : table->rows) rows.emplace(row.at(0), std::stoi(row.at(1)));
    std::size_t known = 0;
    for (const auto& bot : bots_) {
      for (const std::string& id : bot->once()) EXPECT_EQ(rows[id], 1) << id << ": acknowledged at the first attempt";
      for (const std::string& id : bot->repeated()) EXPECT_GE(rows[id], 1) << id << ": acknowledged at last";
      known += bot->once().size() + bot->repeated().size();
      for (const auto& batch : bot->given_up()) {
        std::size_t there = 0;
        for (const std::string& id : batch) there += rows.count(id);
        EXPECT_TRUE(there == 0 || there == batch.size()) << batch.front() << ": half a batch is there";
        known += there;
      }
    }
    EXPECT_EQ(rows.size(), known) << "there are events that nobody sent";
    fmt::print("{} events acknowledged, {} of them after a repeated attempt\n", known, [this] {
      std::size_t repeated = 0;
      for (const auto& bot : bots_) repeated += bot->repeated().size();
      return repeated;
    }());
  }

  std::string directory_;
  std::unique_ptr<ServerProcess> server_;
  std::vector<std::unique_ptr<Bot>> bots_;
};

TEST_F(CrashTest, every_acknowledged_event_is_there_once_after_many_kills_under_load) {
  std::mt19937 random(2026);
  start(ServerProcess::Disk::kSound);
  if (HasFatalFailure()) return;
  for (int round = 0; round < 6; ++round) {
    send_while([&] {
      // Long enough now and then for the store to be in the midst of a batch.
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 900));
      server_->kill();
    });
    ASSERT_TRUE(server_->start()) << "round " << round;
  }
  settle();
  EXPECT_GT(acknowledged_conversations(), 100);
  expect_everything_acknowledged_once();
}

#if !defined(PARLEY_SANITIZED)  // a sanitizer's runtime must be the first library, and so must the failing disk

TEST_F(CrashTest, refuses_with_retry_after_while_the_disk_is_full_and_goes_on_when_there_is_space) {
  start(ServerProcess::Disk::kCanFail);
  if (HasFatalFailure()) return;
  send_while([] { std::this_thread::sleep_for(300ms); });
  settle();
  for (int time = 0; time < 3; ++time) {
    server_->fail_disk("write");
    for (const auto& bot : bots_)
      for (int attempt = 0; attempt < 5; ++attempt) {
        const Bot::Attempt refused = bot->send();
        EXPECT_EQ(refused.status, 503);
        EXPECT_THAT(refused.retry_after, Not(testing::IsEmpty()));
      }
    EXPECT_EQ(net::Client().send({.url = server_->url() + "/healthz"})->status, 200);
    server_->fail_disk("");
    settle();
    send_while([] { std::this_thread::sleep_for(100ms); });
    settle();
  }
  expect_everything_acknowledged_once();
}

TEST_F(CrashTest, acknowledges_nothing_that_a_failing_disk_did_not_take_and_survives_a_kill_meanwhile) {
  start(ServerProcess::Disk::kCanFail);
  if (HasFatalFailure()) return;
  send_while([] { std::this_thread::sleep_for(200ms); });
  settle();
  send_while([this] {
    for (int time = 0; time < 4; ++time) {
      server_->fail_disk("flush");
      std::this_thread::sleep_for(100ms);
      const bool dies = time % 2 == 1;
      if (dies) server_->kill();
      server_->fail_disk("");
      if (dies) {
        ASSERT_TRUE(server_->start());
      }
      std::this_thread::sleep_for(150ms);
    }
    server_->fail_disk("flush");
    std::this_thread::sleep_for(50ms);
  });
  // What is refused now is never sent again: it must not be there by halves.
  for (const auto& bot : bots_) {
    EXPECT_EQ(bot->send().status, 503);
    bot->give_up();
  }
  server_->kill();
  server_->fail_disk("");
  ASSERT_TRUE(server_->start());
  send_while([] { std::this_thread::sleep_for(100ms); });
  settle();
  expect_everything_acknowledged_once();
}

#endif

}  // namespace
}  // namespace parley::crash
