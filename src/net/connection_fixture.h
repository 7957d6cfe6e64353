#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/connection.h"

namespace parley::net {

/// A connection whose socket is a string: takes everything at once, unless it is blocked.
class StringConnection final : public Connection {
 public:
  explicit StringConnection(std::shared_ptr<LoopShared> shared) : Connection(std::move(shared), "192.0.2.7", false) {}

  void advance() override {
    advancing_ = true;
    while (true) {
      produce();
      if (blocked || output().empty()) break;
      iovec pieces[4];
      const std::size_t count = output().gather(pieces);
      std::size_t taken = 0;
      for (std::size_t i = 0; i < count; ++i) {
        written.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
        taken += pieces[i].iov_len;
      }
      wrote(taken);
    }
    advancing_ = false;
    settle();
  }

  std::string written;
  bool blocked = false;
};

/// A connection by itself: time stands still until pass(), other threads' letters are read in turn().
class ConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    settings_.max_head = 2000;
    settings_.max_body = 1000;
    shared_ = std::make_shared<LoopShared>(
        router_, settings_, std::make_shared<HttpCounters>(counters_), [this] { return now_; }, [this] { ++wakes_; });
    connection_ = std::make_shared<StringConnection>(shared_);
    route("POST", "/echo", {}, [](const ExchangePtr& exchange) {
      exchange->respond({.content_type = "text/plain", .body = std::string(exchange->request().body)});
    });
    route("GET", "/later/{name}", {}, [this](const ExchangePtr& exchange) {
      waiting_[std::string(exchange->request().path_parameter("name"))] = exchange;
    });
  }
  void TearDown() override {
    waiting_.clear();
    streams_.clear();
    connection_->close();
    shared_->to_advance.clear();  // as a loop does at its end: connections and what they share hold each other
  }

  void route(const char* method, const char* pattern, RouteOptions options, Handler handler) {
    router_.add(method, pattern, options, std::move(handler));
  }

  /// Gives the connection the bytes, as many at a time as it wants; gives what it did not want.
  std::string_view receive(std::string_view bytes, std::size_t at_a_time = 1 << 20) {
    while (!bytes.empty()) {
      const std::span<char> space = connection_->read_space();
      const std::size_t step = std::min({bytes.size(), space.size(), at_a_time});
      if (step == 0) break;
      std::memcpy(space.data(), bytes.data(), step);
      bytes.remove_prefix(step);
      connection_->received(step);
      connection_->advance();
    }
    return bytes;
  }

  /// A turn of the loop: letters are read, who asked for it is advanced.
  void turn() {
    std::vector<Letter> letters;
    shared_->mailbox.take(letters);
    for (Letter& letter : letters) Connection::open_letter(letter);
    advance_all(*shared_);
  }

  void pass(std::chrono::milliseconds time) {
    now_ += time;
    shared_->time = now_;
    connection_->tick();
    turn();
  }

  std::string take_written() { return std::exchange(connection_->written, {}); }

  /// The statuses of the answers written so far, "200 404".
  std::string statuses() const {
    std::string found;
    const std::string& text = connection_->written;
    for (std::size_t at = text.find("HTTP/1.1 "); at != text.npos; at = text.find("HTTP/1.1 ", at + 1)) {
      const std::string status = text.substr(at + 9, 3);
      // An error's message may speak of HTTP/1.1 too.
      if (std::isdigit(status[0])) found += (found.empty() ? "" : " ") + status;
    }
    return found;
  }

  SteadyTime now_{std::chrono::seconds(1000)};
  Counters counters_;
  Server::Settings settings_;
  Router router_;
  std::atomic<int> wakes_ = 0;
  std::shared_ptr<LoopShared> shared_;
  std::shared_ptr<StringConnection> connection_;
  std::map<std::string, ExchangePtr> waiting_;
  std::vector<std::shared_ptr<EventStream>> streams_;
};

inline std::string get(const std::string& path, const std::string& more = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

inline std::string post(const std::string& path, const std::string& body, const std::string& more = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
         "\r\n" + body;
}

}  // namespace parley::net
