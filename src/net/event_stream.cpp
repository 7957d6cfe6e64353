#include "net/event_stream.h"

#include <utility>

#include "net/connection.h"

namespace parley::net {

StreamState::Added StreamState::add(std::string_view event, std::string_view data) {
  std::lock_guard lock(mutex_);
  if (closed_) return Added::kClosed;
  if (waiting_.size() + event.size() + data.size() > kMostWaiting) return Added::kDropped;
  const bool first = waiting_.empty();
  if (!event.empty()) waiting_.append("event: ").append(event).append("\n");
  waiting_.append("data: ").append(data).append("\n\n");
  return first ? Added::kFirst : Added::kMore;
}

std::string StreamState::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void StreamState::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.clear();
}

bool StreamState::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

void StreamState::end() {
  std::lock_guard lock(mutex_);
  ended_ = true;
}

bool StreamState::ended() const {
  std::lock_guard lock(mutex_);
  return ended_;
}

EventStreamHandle::EventStreamHandle(std::shared_ptr<Connection> connection, std::shared_ptr<StreamState> state,
                                     Counter& dropped)
    : connection_(std::move(connection)), state_(std::move(state)), dropped_(dropped) {}

EventStreamHandle::~EventStreamHandle() {
  state_->end();
  Connection::stream_has_news(connection_);
}

bool EventStreamHandle::send(std::string_view event, std::string_view data) {
  switch (state_->add(event, data)) {
    case StreamState::Added::kFirst: Connection::stream_has_news(connection_); return true;
    case StreamState::Added::kMore: return true;
    case StreamState::Added::kDropped: dropped_.add(); return true;
    case StreamState::Added::kClosed: return false;
  }
  return false;
}

}  // namespace parley::net
