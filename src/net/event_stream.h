#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/counters.h"
#include "net/server.h"

namespace parley::net {

class Connection;

/// What waits between those who send events and the connection that carries them. Any thread.
class StreamState {
 public:
  /// What may wait for one client; what comes past it is dropped.
  static constexpr std::size_t kMostWaiting = 256 * 1024;

  enum class Added { kFirst, kMore, kDropped, kClosed };
  Added add(std::string_view event, std::string_view data);
  /// All that waits.
  std::string take();

  /// The client is gone.
  void close();
  bool closed() const;
  /// Nobody will send any more.
  void end();
  bool ended() const;

 private:
  mutable std::mutex mutex_;
  std::string waiting_;
  bool closed_ = false;
  bool ended_ = false;
};

/// The sender's end of a stream. The stream ends with it.
class EventStreamHandle final : public EventStream {
 public:
  EventStreamHandle(std::shared_ptr<Connection> connection, std::shared_ptr<StreamState> state, Counter& dropped);
  ~EventStreamHandle() override;
  EventStreamHandle(const EventStreamHandle&) = delete;
  EventStreamHandle& operator=(const EventStreamHandle&) = delete;

  bool send(std::string_view event, std::string_view data) override;
  bool closed() const override { return state_->closed(); }

 private:
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<StreamState> state_;
  Counter& dropped_;
};

}  // namespace parley::net
