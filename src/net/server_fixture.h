#pragma once

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/listener.h"
#include "net/server.h"

namespace parley::net {

/// A plain blocking client socket that gives up after ten seconds.
class RawClient {
 public:
  explicit RawClient(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto parsed = parse_listen_address(address);
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(parsed->port);
    inet_pton(AF_INET, parsed->host.c_str(), &target.sin_addr);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0;
  }

  bool connected() const { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void end() { ::shutdown(socket_.get(), SHUT_WR); }

  /// Everything up to and with `text`, or up to the end.
  std::string read_until(std::string_view text) {
    std::string got;
    char c = 0;
    while (!std::string_view(got).ends_with(text) && ::recv(socket_.get(), &c, 1, 0) == 1) got += c;
    return got;
  }
  std::string read_to_end() {
    std::string got;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(socket_.get(), buffer, sizeof buffer, 0)) > 0;)
      got.append(buffer, static_cast<std::size_t>(n));
    return got;
  }
  int get() const { return socket_.get(); }

 private:
  Descriptor socket_;
  bool connected_ = false;
};

/// A server on a free port with two serving threads.
class ServerTest : public testing::Test {
 protected:
  ServerTest() { settings_.listen = "127.0.0.1:0"; }
  ~ServerTest() override { stop(std::chrono::seconds(5)); }

  void start() {
    auto server = Server::create(settings_, counters_);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
    server_->add_route("POST", "/echo", {.max_body = 8 << 20}, [](const ExchangePtr& exchange) {
      exchange->respond({.content_type = "text/plain", .body = std::string(exchange->request().body)});
    });
    server_->add_route("GET", "/held", {}, [this](const ExchangePtr& exchange) {
      std::lock_guard lock(mutex_);
      held_.push_back(exchange);
      changed_.notify_all();
    });
    server_->add_route("GET", "/events", {}, [this](const ExchangePtr& exchange) {
      std::lock_guard lock(mutex_);
      streams_.push_back(exchange->start_event_stream());
      changed_.notify_all();
    });
    const Status listening = server_->listen();
    ASSERT_TRUE(listening.ok()) << listening.error().message;
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { server_->run(); });
  }

  void stop(std::chrono::milliseconds grace) {
    if (!server_) return;
    server_->stop(grace);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    held_.clear();
    streams_.clear();
    server_.reset();
  }

  template <typename List>
  typename List::value_type wait_for(List& list, std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return list.size() >= count; });
    EXPECT_GE(list.size(), count);
    return list.at(count - 1);
  }

  std::string url(const std::string& path) const {
    return (settings_.tls_certificate.empty() ? "http://" : "https://") + server_->address() + path;
  }

  Counters counters_;
  Server::Settings settings_;
  std::unique_ptr<Server> server_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ExchangePtr> held_;
  std::vector<std::shared_ptr<EventStream>> streams_;
};

}  // namespace parley::net
