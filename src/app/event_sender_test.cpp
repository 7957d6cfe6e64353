#include "app/event_sender.h"

#include <gmock/gmock.h>

#include "app/fake_collector.h"

namespace parley::app {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::SizeIs;

EventSender::Settings quick(const std::string& url) {
  return {.url = url,
          .write_key = FakeCollector::kWriteKey,
          .connections = 2,
          .first_pause = milliseconds{1},
          .longest_pause = milliseconds{4},
          .give_up_after = milliseconds{2'000}};
}

EventSender::Batch batch_of(const std::string& id) {
  return {.body = R"({"batch":[{"type":"track","event":"e","messageId":")" + id + R"("}]})", .events = 1, .origin = id};
}

TEST(EventSender, sends_every_batch_once_over_several_connections) {
  FakeCollector collector;
  EventSender sender(quick(collector.url() + "/"));
  ASSERT_TRUE(sender.check().ok());
  std::vector<std::string> sent;
  for (int i = 0; i < 40; ++i) {
    sent.push_back("m" + std::to_string(i));
    ASSERT_TRUE(sender.send(batch_of(sent.back())).ok());
  }
  ASSERT_TRUE(sender.finish().ok());
  EXPECT_EQ(sender.acknowledged(), 40u);
  EXPECT_THAT(collector.message_ids(), testing::UnorderedElementsAreArray(sent));
}

TEST(EventSender, sends_again_what_a_busy_server_did_not_take) {
  FakeCollector collector;
  collector.refuse_next({{.status = 503, .headers = {{"Retry-After", "0"}}}, {.status = 429}, {.status = 502}});
  EventSender sender(quick(collector.url()));
  ASSERT_TRUE(sender.send(batch_of("a")).ok());
  ASSERT_TRUE(sender.send(batch_of("b")).ok());
  ASSERT_TRUE(sender.finish().ok());
  EXPECT_THAT(collector.message_ids(), testing::UnorderedElementsAre("a", "b"));
  EXPECT_THAT(sender.refusals(), SizeIs(0));
}

TEST(EventSender, waits_as_long_as_the_server_asks) {
  FakeCollector collector;
  collector.refuse_next({{.status = 503, .headers = {{"Retry-After", "30"}}}});
  auto settings = quick(collector.url());
  settings.give_up_after = milliseconds{500};  // less than half a minute: it must see that it cannot wait so long
  EventSender sender(settings);
  ASSERT_TRUE(sender.send(batch_of("a")).ok());
  const Status status = sender.finish();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("status 503"));
  EXPECT_THAT(collector.bodies(), SizeIs(0));
}

TEST(EventSender, goes_on_after_a_batch_that_the_server_refuses) {
  FakeCollector collector;
  collector.refuse_next({{.status = 400, .body = "{\"error\":\"no\"}"}});
  auto settings = quick(collector.url());
  settings.connections = 1;
  EventSender sender(settings);
  ASSERT_TRUE(sender.send(batch_of("bad")).ok());
  ASSERT_TRUE(sender.send(batch_of("good")).ok());
  ASSERT_TRUE(sender.finish().ok());
  EXPECT_THAT(collector.message_ids(), testing::ElementsAre("good"));
  ASSERT_THAT(sender.refusals(), SizeIs(1));
  EXPECT_EQ(sender.refusals()[0].origin, "bad");
  EXPECT_EQ(sender.refusals()[0].reason, "status 400: {\"error\":\"no\"}");
}

TEST(EventSender, says_that_the_write_key_is_not_known) {
  FakeCollector collector;
  auto settings = quick(collector.url());
  settings.write_key = "another";
  EventSender sender(settings);
  const Status status = sender.check();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kUnauthenticated);
  EXPECT_THAT(status.error().message, HasSubstr("the write key is not known"));
  EXPECT_THAT(status.error().message, testing::Not(HasSubstr("another")));
  ASSERT_TRUE(sender.send(batch_of("a")).ok());
  EXPECT_FALSE(sender.finish().ok());
}

TEST(EventSender, asks_whether_parley_runs_where_nobody_listens) {
  EventSender sender(quick("127.0.0.1:9"));
  const Status status = sender.check();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("cannot connect to http://127.0.0.1:9: is Parley running there?"));
}

TEST(EventSender, gives_up_on_a_server_that_stays_away) {
  auto settings = quick("127.0.0.1:9");
  settings.give_up_after = milliseconds{20};
  EventSender sender(settings);
  ASSERT_TRUE(sender.send(batch_of("a")).ok());
  EXPECT_FALSE(sender.finish().ok());
  EXPECT_FALSE(sender.send(batch_of("b")).ok());
}

TEST(EventSender, stops_trying_when_it_is_told_to) {
  std::atomic<bool> stop{true};
  auto settings = quick("127.0.0.1:9");
  settings.give_up_after = std::chrono::hours{1};
  settings.first_pause = settings.longest_pause = std::chrono::minutes{10};
  settings.stop = &stop;
  EventSender sender(settings);
  ASSERT_TRUE(sender.send(batch_of("a")).ok());
  const Status status = sender.finish();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("stopped"));
}

TEST(EventSender, waits_until_the_store_has_reached_the_end_of_the_journal_as_it_was) {
  FakeCollector collector;
  EventSender sender(quick(collector.url()));
  ASSERT_TRUE(sender.wait_until_queryable().ok());
  EXPECT_EQ(collector.status_questions(), 3);
}

}  // namespace
}  // namespace parley::app
