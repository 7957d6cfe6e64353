#include "net/event_stream.h"

#include <thread>

#include "net/connection_fixture.h"

namespace parley::net {
namespace {

using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

using EventStreamTest = ConnectionTest;

TEST_F(EventStreamTest, streams_events_until_the_client_leaves) {
  route("GET", "/events", {}, [this](const ExchangePtr& e) { streams_.push_back(e->start_event_stream()); });
  receive(get("/events"));
  EXPECT_THAT(connection_->written, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(take_written(), Not(HasSubstr("Content-Length")));
  std::thread([this] {
    EXPECT_TRUE(streams_[0]->send("event", R"({"n":1})"));
    EXPECT_TRUE(streams_[0]->send("", "2"));
  }).join();
  turn();
  EXPECT_EQ(take_written(), "event: event\ndata: {\"n\":1}\n\ndata: 2\n\n");
  pass(seconds(15));
  EXPECT_EQ(take_written(), ": still here\n\n");
  EXPECT_FALSE(streams_[0]->closed());
  connection_->received_end();
  EXPECT_TRUE(streams_[0]->closed());
  EXPECT_FALSE(streams_[0]->send("", "3"));
}

TEST_F(EventStreamTest, drops_and_counts_events_that_a_slow_client_does_not_read) {
  route("GET", "/events", {}, [this](const ExchangePtr& e) { streams_.push_back(e->start_event_stream()); });
  receive(get("/events"));
  connection_->blocked = true;
  const std::string event(10'000, 'x');
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(streams_[0]->send("", event));
    turn();
  }
  connection_->blocked = false;
  take_written();
  connection_->advance();
  EXPECT_GT(connection_->written.size(), 200'000u);
  EXPECT_LT(connection_->written.size(), 300'000u);
  EXPECT_GT(connection_->counters().dropped_stream_events.value(), 60u);
}

TEST_F(EventStreamTest, ends_a_stream_that_its_sender_lets_go) {
  route("GET", "/events", {}, [this](const ExchangePtr& e) { streams_.push_back(e->start_event_stream()); });
  receive(get("/events"));
  streams_[0]->send("", "last");
  streams_.clear();
  turn();
  EXPECT_THAT(connection_->written, EndsWith("data: last\n\n"));
  EXPECT_TRUE(connection_->lingering());
}

}  // namespace
}  // namespace parley::net
