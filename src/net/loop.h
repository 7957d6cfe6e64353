#pragma once

#include <openssl/types.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "net/connection.h"
#include "net/listener.h"

namespace parley::net {

/// One serving thread: its listening socket, its connections, their deadlines, its mailbox (epoll, edge-triggered).
/// The only place that knows how the operating system tells of sockets.
class Loop {
 public:
  static Result<std::unique_ptr<Loop>> create(const Router& router, const Server::Settings& settings,
                                              std::shared_ptr<HttpCounters> counters, SSL_CTX* tls,
                                              Descriptor listener);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Serves on the calling thread until stop().
  void run();
  /// Any thread.
  void stop(std::chrono::milliseconds grace);

 private:
  class SocketConnection;

  Loop(const Router& router, const Server::Settings& settings, std::shared_ptr<HttpCounters> counters, SSL_CTX* tls,
       Descriptor listener);
  bool watch(const Descriptor& what, std::uint32_t events, void* mark);
  int wait_ms() const;
  void accept_connections();
  void add_connection(Descriptor socket, std::string peer);
  void refuse_connection(const Descriptor& socket);
  void remove(SocketConnection& connection);
  void read_mail();
  void tick();
  void begin_stop();

  SSL_CTX* tls_;
  Descriptor listener_;
  Descriptor poll_;
  std::shared_ptr<Descriptor> wake_;
  std::shared_ptr<LoopShared> shared_;
  std::vector<std::shared_ptr<SocketConnection>> connections_;
  std::vector<std::shared_ptr<SocketConnection>> removed_;  // kept until the events in hand are through
  std::vector<Letter> letters_;
  std::chrono::milliseconds tick_every_;
  SteadyTime next_tick_;
  bool accepting_ = true;  // false after accept failed, until the next tick
  std::atomic<bool> stop_asked_{false};
  std::atomic<std::int64_t> grace_ms_{0};
  SteadyTime stop_by_;
};

}  // namespace parley::net
