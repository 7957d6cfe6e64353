#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/counters.h"
#include "net/server.h"

namespace parley::app {

/// For tests: a server that takes /v1/batch as Parley does, answers as it is told to, and remembers what it took.
class FakeCollector {
 public:
  FakeCollector() {
    auto server = net::Server::create({.listen = "127.0.0.1:0"}, counters_);
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
    server_->add_route("POST", "/v1/batch", {}, [this](const net::ExchangePtr& exchange) { take(*exchange); });
    server_->add_route("GET", "/api/v1/ingest/status", {},
                       [this](const net::ExchangePtr& exchange) { tell_status(*exchange); });
    EXPECT_TRUE(server_->listen().ok());
    thread_ = std::thread([this] { server_->run(); });
  }
  ~FakeCollector() {
    server_->stop(std::chrono::milliseconds{100});
    thread_.join();
  }
  FakeCollector(const FakeCollector&) = delete;
  FakeCollector& operator=(const FakeCollector&) = delete;

  static constexpr const char* kWriteKey = "the-key";

  std::string url() const { return "http://" + server_->address(); }

  /// Answers the next batches so, without taking them, and the ones after that with 200.
  void refuse_next(std::vector<net::Response> answers) {
    const std::lock_guard lock(mutex_);
    refusals_.assign(std::make_move_iterator(answers.begin()), std::make_move_iterator(answers.end()));
  }
  std::vector<std::string> bodies() const {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  /// Message ids of everything that was taken, in order of arrival.
  std::vector<std::string> message_ids() const {
    std::vector<std::string> ids;
    simdjson::dom::parser parser;
    for (const std::string& body : bodies()) {
      const simdjson::dom::element json = parser.parse(body);
      for (const simdjson::dom::element event : simdjson::dom::array(json["batch"])) {
        std::string_view id;
        if (event["messageId"].get(id) != simdjson::SUCCESS) id = std::string_view(event["message_id"]);
        ids.emplace_back(id);
      }
    }
    return ids;
  }
  int status_questions() const {
    const std::lock_guard lock(mutex_);
    return status_questions_;
  }

 private:
  // "the-key:" in base64.
  bool knows(const net::Request& request) const { return request.header("Authorization") == "Basic dGhlLWtleTo="; }

  void take(net::Exchange& exchange) {
    const std::lock_guard lock(mutex_);
    if (!knows(exchange.request())) return exchange.respond({.status = 401, .body = "{}"});
    if (!refusals_.empty()) {
      exchange.respond(refusals_.front());
      refusals_.pop_front();
      return;
    }
    bodies_.emplace_back(exchange.request().body);
    exchange.respond({.body = R"({"success":true})"});
  }

  // The store is behind the journal until it has been asked twice.
  void tell_status(net::Exchange& exchange) {
    const std::lock_guard lock(mutex_);
    if (!knows(exchange.request())) return exchange.respond({.status = 401, .body = "{}"});
    exchange.respond({.body = ++status_questions_ < 3 ? R"({"journal_end":900,"stored":100})"
                                                      : R"({"journal_end":1200,"stored":900})"});
  }

  Counters counters_;
  std::unique_ptr<net::Server> server_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::deque<net::Response> refusals_;
  std::vector<std::string> bodies_;
  int status_questions_ = 0;
};

}  // namespace parley::app
