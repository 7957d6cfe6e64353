#include "net/connection.h"

#include <thread>

#include "base/file.h"
#include "net/connection_fixture.h"

namespace parley::net {
namespace {

using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(ConnectionTest, answers_a_request_and_keeps_the_connection) {
  receive(post("/echo", "hello"));
  EXPECT_THAT(connection_->written, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(connection_->written, HasSubstr("Content-Type: text/plain\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(connection_->written, Not(HasSubstr("Connection:")));
  EXPECT_THAT(take_written(), EndsWith("\r\n\r\nhello"));
  receive(post("/echo", "again"));
  EXPECT_THAT(take_written(), EndsWith("again"));
}

TEST_F(ConnectionTest, gives_the_handler_the_whole_request) {
  std::string seen;
  route("PUT", "/things/{id}", {}, [&](const ExchangePtr& exchange) {
    const Request& request = exchange->request();
    seen = std::string(request.method) + " " + std::string(request.target) + " " +
           std::string(request.path_parameter("id")) + " " + *request.parameter("q") + " " + std::string(request.peer);
    exchange->respond({.status = 204});
  });
  receive("PUT /things/a%20b?q=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(seen, "PUT /things/a%20b?q=1 a b 1 192.0.2.7");
  EXPECT_EQ(statuses(), "204");
  EXPECT_THAT(connection_->written, Not(HasSubstr("Content-Length")));
}

TEST_F(ConnectionTest, pads_the_body_so_that_simdjson_may_read_past_it) {
  std::size_t readable = 0;
  route("POST", "/body", {}, [&](const ExchangePtr& exchange) {
    // Under AddressSanitizer this fails where the memory is not ours.
    const volatile char* end = exchange->request().body.data() + exchange->request().body.size();
    for (; readable < 64; ++readable) (void)end[readable];
    exchange->respond({.status = 204});
  });
  settings_.max_body = 100'000;
  for (const std::size_t size : {1u, 5000u, 70'000u}) {
    readable = 0;
    receive(post("/body", std::string(size, 'x')));
    EXPECT_EQ(readable, 64u) << size;
  }
  receive(post("/body", gzip("packed"), "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(statuses(), "204 204 204 204");
}

TEST_F(ConnectionTest, answers_in_the_order_of_requests_whatever_the_order_of_answers) {
  receive(get("/later/a") + get("/later/b") + post("/echo", "c") + get("/later/d"));
  waiting_["d"]->respond({.body = "answer-d"});
  waiting_["b"]->respond({.body = "answer-b"});
  turn();
  EXPECT_EQ(connection_->written, "");
  waiting_["a"]->respond({.body = "answer-a"});
  turn();
  const std::string written = take_written();
  EXPECT_LT(written.find("answer-a"), written.find("answer-b"));
  EXPECT_LT(written.find("answer-b"), written.find("\r\n\r\nc"));
  EXPECT_LT(written.find("\r\n\r\nc"), written.find("answer-d"));
  EXPECT_NE(written.find("answer-d"), written.npos);
}

TEST_F(ConnectionTest, takes_answers_from_other_threads_and_wakes_the_loop_once_for_many) {
  receive(get("/later/a") + get("/later/b") + get("/later/c"));
  std::thread([this] {
    waiting_["c"]->respond({.body = "answer-c"});
    waiting_["a"]->respond({.body = "answer-a"});
    waiting_["b"]->respond({.body = "answer-b"});
    waiting_.clear();
  }).join();
  EXPECT_EQ(wakes_, 1);
  EXPECT_EQ(connection_->written, "");
  turn();
  EXPECT_EQ(statuses(), "200 200 200");
  EXPECT_THAT(connection_->written, EndsWith("answer-c"));
}

TEST_F(ConnectionTest, reads_no_further_while_32_requests_are_under_way) {
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += get("/later/" + std::to_string(i));
  EXPECT_EQ(receive(requests), "");
  EXPECT_EQ(waiting_.size(), 32u);
  EXPECT_TRUE(connection_->read_space().empty());
  for (int i = 0; i < 20; ++i) waiting_.at(std::to_string(i))->respond({});
  turn();
  EXPECT_EQ(waiting_.size(), 50u);
  EXPECT_FALSE(connection_->read_space().empty());
  for (int i = 20; i < 50; ++i) waiting_.at(std::to_string(i))->respond({});
  turn();
  EXPECT_EQ(statuses().size(), 50u * 4 - 1);
}

TEST_F(ConnectionTest, keeps_a_request_readable_after_later_ones_came) {
  receive(get("/later/a?first=" + std::string(300, 'x')));
  for (int i = 0; i < 20; ++i) receive(get("/later/b" + std::to_string(i) + "?" + std::string(1500, 'y')));
  EXPECT_EQ(waiting_["a"]->request().parameter("first"), std::string(300, 'x'));
}

TEST_F(ConnectionTest, answers_500_for_an_exchange_that_was_let_go) {
  receive(get("/later/a"));
  waiting_.clear();
  turn();
  EXPECT_EQ(statuses(), "500");
  EXPECT_THAT(connection_->written, HasSubstr("\"code\":\"internal\""));
}

TEST_F(ConnectionTest, answers_500_where_a_handler_throws) {
  route("GET", "/throws", {}, [](const ExchangePtr&) { throw std::runtime_error("secret"); });
  receive(get("/throws"));
  EXPECT_EQ(statuses(), "500");
  EXPECT_THAT(connection_->written, Not(HasSubstr("secret")));
}

TEST_F(ConnectionTest, takes_only_the_first_answer_of_an_exchange) {
  receive(get("/later/a"));
  waiting_["a"]->respond({.status = 201});
  waiting_["a"]->respond({.status = 202});
  waiting_.clear();
  turn();
  EXPECT_EQ(statuses(), "201");
}

TEST_F(ConnectionTest, closes_when_asked_to_and_after_http_1_0) {
  receive(post("/echo", "x", "Connection: close\r\n") + get("/later/never"));
  EXPECT_THAT(connection_->written, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(connection_->lingering());
  EXPECT_TRUE(waiting_.empty());
  connection_->received_end();
  EXPECT_TRUE(connection_->closed());

  connection_ = std::make_shared<StringConnection>(shared_);
  receive("POST /echo HTTP/1.0\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_THAT(connection_->written, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(connection_->lingering());
}

TEST_F(ConnectionTest, keeps_an_http_1_0_connection_that_asks_for_it) {
  receive("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_THAT(connection_->written, HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_FALSE(connection_->lingering());
}

TEST_F(ConnectionTest, answers_what_is_under_way_after_the_peer_ended_its_side) {
  receive(get("/later/a"));
  connection_->received_end();
  connection_->advance();
  EXPECT_FALSE(connection_->closed());
  waiting_["a"]->respond({});
  turn();
  EXPECT_EQ(statuses(), "200");
  EXPECT_TRUE(connection_->closed());
}

TEST_F(ConnectionTest, asks_for_the_body_of_a_client_that_waits_to_be_asked) {
  receive("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(take_written(), "HTTP/1.1 100 Continue\r\n\r\n");
  receive("ok");
  EXPECT_EQ(statuses(), "200");
}

TEST_F(ConnectionTest, does_not_ask_for_a_body_that_is_too_large_or_here_already) {
  receive(post("/echo", "ok", "Expect: 100-continue\r\n"));
  EXPECT_EQ(statuses(), "200");
  receive("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n");
  EXPECT_EQ(statuses(), "200 413");
}

TEST_F(ConnectionTest, asks_for_a_body_only_after_earlier_answers) {
  receive(get("/later/a"));
  receive("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(connection_->written, "");
  waiting_["a"]->respond({});
  turn();
  EXPECT_EQ(statuses(), "200 100");
}

TEST_F(ConnectionTest, answers_head_like_get_but_without_a_body) {
  route("GET", "/page", {}, [](const ExchangePtr& exchange) { exchange->respond({.body = "0123456789"}); });
  receive("HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(connection_->written, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(connection_->written, EndsWith("\r\n\r\n"));
}

TEST_F(ConnectionTest, sends_static_bytes_and_long_bodies_whole) {
  static const std::string asset(100'000, 's');
  route("GET", "/static", {}, [](const ExchangePtr& exchange) { exchange->respond({.static_body = asset}); });
  route("GET", "/long", {}, [](const ExchangePtr& exchange) { exchange->respond({.body = std::string(90'000, 'l')}); });
  receive(get("/static") + get("/long") + get("/static"));
  EXPECT_EQ(statuses(), "200 200 200");
  EXPECT_NE(connection_->written.find(asset), connection_->written.rfind(asset));
  EXPECT_THAT(connection_->written, HasSubstr(std::string(90'000, 'l')));
}

TEST_F(ConnectionTest, answers_unknown_paths_and_methods_in_json) {
  receive(get("/nowhere") + get("/echo"));
  EXPECT_EQ(statuses(), "404 405");
  EXPECT_THAT(connection_->written, HasSubstr(R"({"error":{"code":"not_found","message":"no such path"}})"));
  EXPECT_THAT(connection_->written, HasSubstr("Allow: POST\r\n"));
}

TEST_F(ConnectionTest, tells_an_error_by_an_id_that_the_client_may_choose) {
  receive(get("/nowhere") + get("/nowhere", "X-Request-Id: my-id-7\r\n") + get("/nowhere", "X-Request-Id: a b<c\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("X-Request-Id: my-id-7\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("-1\r\n"));
  EXPECT_THAT(connection_->written, Not(HasSubstr("a b<c")));
}

TEST_F(ConnectionTest, refuses_what_is_not_http_after_answering_what_was) {
  receive(get("/later/a") + "GET / HTTP/9\r\n\r\n");
  EXPECT_EQ(connection_->written, "");
  waiting_["a"]->respond({});
  turn();
  EXPECT_EQ(statuses(), "200 505");
  EXPECT_TRUE(connection_->lingering());
}

TEST_F(ConnectionTest, refuses_long_heads_and_bodies) {
  receive(get("/later/a", "X-Long: " + std::string(3000, 'x') + "\r\n"));
  EXPECT_EQ(statuses(), "431");
  connection_ = std::make_shared<StringConnection>(shared_);
  receive(post("/echo", std::string(1001, 'x')));
  EXPECT_EQ(statuses(), "413");
  connection_ = std::make_shared<StringConnection>(shared_);
  receive("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x'));
  EXPECT_EQ(statuses(), "413");
  EXPECT_THAT(connection_->written, HasSubstr("\"code\":\"too_large\""));
}

TEST_F(ConnectionTest, takes_a_routes_own_limit_before_the_servers) {
  route("POST", "/large", {.max_body = 5000}, [](const ExchangePtr& exchange) { exchange->respond({.status = 204}); });
  receive(post("/large", std::string(5000, 'x')) + post("/large", std::string(5001, 'x')));
  EXPECT_EQ(statuses(), "204 413");
}

TEST_F(ConnectionTest, reads_chunked_bodies_in_pieces_of_any_size) {
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  for (std::size_t at_a_time = 1; at_a_time <= request.size(); ++at_a_time) {
    receive(request, at_a_time);
    EXPECT_THAT(take_written(), EndsWith("hello world")) << at_a_time;
  }
}

TEST_F(ConnectionTest, unpacks_gzip_with_and_without_a_header_for_it) {
  const std::string packed = gzip(R"({"event":"x"})");
  receive(post("/echo", packed, "Content-Encoding: gzip\r\n"));
  EXPECT_THAT(take_written(), EndsWith(R"({"event":"x"})"));
  receive(post("/echo", packed, "Content-Type: text/plain\r\n"));
  EXPECT_THAT(take_written(), EndsWith(R"({"event":"x"})"));
  receive(post("/echo", packed, "Content-Encoding: identity\r\n"));
  EXPECT_THAT(take_written(), EndsWith(packed));
}

TEST_F(ConnectionTest, refuses_bad_and_bursting_compression_but_keeps_the_connection) {
  receive(post("/echo", "plain", "Content-Encoding: gzip\r\n") + post("/echo", "x", "Content-Encoding: br\r\n") +
          post("/echo", gzip(std::string(1001, 'x'))) + post("/echo", gzip(std::string(1000, 'x'))));
  EXPECT_EQ(statuses(), "400 415 413 200");
}

TEST_F(ConnectionTest, runs_blocking_routes_on_the_pool_and_says_when_it_is_full) {
  std::vector<std::function<void()>> jobs;
  settings_.offload = [&](std::function<void()> job) {
    if (jobs.size() == 1) return false;
    jobs.push_back(std::move(job));
    return true;
  };
  route("GET", "/slow", {.blocking = true}, [](const ExchangePtr& exchange) { exchange->respond({.body = "done"}); });
  receive(get("/slow") + get("/slow"));
  EXPECT_EQ(connection_->written, "");
  std::thread(jobs[0]).join();
  turn();
  EXPECT_EQ(statuses(), "200 503");
  EXPECT_THAT(connection_->written, HasSubstr("Retry-After: 1\r\n"));
  jobs.clear();
}

TEST_F(ConnectionTest, ends_a_request_that_trickles_in) {
  settings_.request_timeout = seconds(10);
  const std::string request = post("/echo", "hello world");
  for (std::size_t i = 0; i < 9; ++i) {
    receive(request.substr(i, 1));
    pass(seconds(1));
  }
  EXPECT_EQ(connection_->written, "");
  receive(request.substr(9, 1));
  pass(seconds(1));
  EXPECT_EQ(statuses(), "408");
  EXPECT_TRUE(connection_->lingering());
  pass(seconds(2));
  EXPECT_TRUE(connection_->closed());
}

TEST_F(ConnectionTest, ends_idle_connections_but_not_those_that_wait_for_an_answer) {
  settings_.idle_timeout = seconds(60);
  receive(get("/later/a"));
  pass(seconds(600));
  EXPECT_FALSE(connection_->closed());
  waiting_["a"]->respond({});
  turn();
  EXPECT_EQ(statuses(), "200");
  pass(seconds(59));
  EXPECT_FALSE(connection_->closed());
  pass(seconds(1));
  EXPECT_TRUE(connection_->closed());
}

TEST_F(ConnectionTest, ends_connections_whose_client_does_not_read) {
  settings_.request_timeout = seconds(10);
  connection_->blocked = true;
  receive(post("/echo", "hello"));
  pass(seconds(9));
  EXPECT_FALSE(connection_->closed());
  pass(seconds(1));
  EXPECT_TRUE(connection_->closed());
}

TEST_F(ConnectionTest, reads_no_more_while_much_output_waits) {
  route("GET", "/long", {},
        [](const ExchangePtr& exchange) { exchange->respond({.body = std::string(3 << 20, 'x')}); });
  connection_->blocked = true;
  receive(get("/long"));
  EXPECT_FALSE(connection_->read_space().empty());
  receive(get("/long"));
  EXPECT_TRUE(connection_->read_space().empty());
  connection_->blocked = false;
  connection_->advance();
  EXPECT_FALSE(connection_->read_space().empty());
}

TEST_F(ConnectionTest, stops_after_what_is_under_way) {
  receive(get("/later/a") + get("/later/b"));
  shared_->stopping = true;
  connection_->stop();
  connection_->advance();
  EXPECT_FALSE(connection_->closed());
  waiting_["a"]->respond({});
  waiting_["b"]->respond({});
  turn();
  EXPECT_EQ(statuses(), "200 200");
  EXPECT_GT(connection_->written.find("Connection: close"), connection_->written.rfind("HTTP/1.1"));
  EXPECT_TRUE(connection_->lingering());
}

TEST_F(ConnectionTest, finishes_a_request_that_is_half_read_when_it_is_stopped) {
  const std::string request = post("/echo", "hello");
  receive(request.substr(0, 30));
  shared_->stopping = true;
  connection_->stop();
  receive(request.substr(30));
  EXPECT_EQ(statuses(), "200");
  EXPECT_THAT(connection_->written, HasSubstr("Connection: close\r\n"));
}

TEST_F(ConnectionTest, stops_idle_connections_and_streams_at_once) {
  connection_->stop();
  EXPECT_TRUE(connection_->closed());
  connection_ = std::make_shared<StringConnection>(shared_);
  route("GET", "/events", {}, [this](const ExchangePtr& e) { streams_.push_back(e->start_event_stream()); });
  receive(get("/events"));
  connection_->stop();
  connection_->advance();
  EXPECT_TRUE(streams_[0]->closed());
  EXPECT_TRUE(connection_->lingering());
}

TEST_F(ConnectionTest, forgets_answers_that_come_after_the_end) {
  receive(get("/later/a") + get("/later/b"));
  connection_->close();
  waiting_["a"]->respond({});
  const auto stream = waiting_["b"]->start_event_stream();
  turn();
  EXPECT_EQ(connection_->written, "");
  EXPECT_TRUE(stream->closed());
}

TEST_F(ConnectionTest, counts_requests_bytes_and_time) {
  receive(post("/echo", "hello") + get("/nowhere"));
  const std::string text = counters_.prometheus_text();
  EXPECT_THAT(text, HasSubstr("parley_http_requests_total{code=\"2xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("parley_http_requests_total{code=\"4xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("parley_http_request_seconds_count 2\n"));
  EXPECT_EQ(connection_->counters().bytes_in.value(), (post("/echo", "hello") + get("/nowhere")).size());
  EXPECT_EQ(connection_->counters().bytes_out.value(), connection_->written.size());
}

}  // namespace
}  // namespace parley::net
