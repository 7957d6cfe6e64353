#include "net/loop.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "net/http_text.h"
#include "net/socket.h"

namespace parley::net {
namespace {

// A connection that has more to read than this many times its buffer lets others have their turn.
constexpr int kReadsInARow = 8;
constexpr std::chrono::milliseconds kTickWhileStopping{20};

std::string text_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
  } else {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  }
  return text;
}

}  // namespace

/// A connection on its socket.
class Loop::SocketConnection final : public Connection {
 public:
  SocketConnection(Loop& owner, Socket socket, std::string peer, bool secure)
      : Connection(owner.shared_, std::move(peer), secure), owner_(owner), socket_(std::move(socket)) {}

  void on_events(std::uint32_t events) {
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) ended_ = true;
    // TLS may have to read before it can write, and the other way round.
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0 || socket_.is_tls()) may_read_ = true;
    advance();
  }

  void advance() override {
    if (removed_) return;
    advancing_ = true;
    for (int reads = 0; !closed(); ++reads) {
      const bool read = read_some();
      write_out();
      if (!may_read_ || (!read && read_space().empty())) break;
      if (reads == kReadsInARow) {
        again_ = true;
        break;
      }
    }
    advancing_ = false;
    settle();
    if (closed()) {
      removed_ = true;
      owner_.remove(*this);
    } else if (std::exchange(again_, false)) {
      schedule();
    }
  }

  const Descriptor& descriptor() const { return socket_.descriptor(); }
  /// The connection itself may live on: whoever has an exchange of it keeps it.
  void close_socket() { socket_.close(); }
  std::size_t index = 0;  // in the loop's list

 private:
  bool read_some() {
    if (!may_read_) return false;
    const std::span<char> space = read_space();
    if (space.empty()) return false;
    const Socket::Transfer got = socket_.read(space);
    switch (got.outcome) {
      case Socket::Outcome::kDone:
        // Edge-triggered: a short read means that all is read, unless the end of the stream was announced with it.
        if (got.bytes < space.size() && !ended_) may_read_ = false;
        received(got.bytes);
        return true;
      case Socket::Outcome::kAgain: may_read_ = false; return false;
      case Socket::Outcome::kEnd:
        may_read_ = false;
        received_end();
        return false;
      case Socket::Outcome::kFailed: close(); return false;
    }
    return false;
  }

  void write_out() {
    std::array<iovec, 16> pieces;
    while (true) {
      produce();
      if (closed() || output().empty()) break;
      const std::size_t count = output().gather(pieces);
      const Socket::Transfer sent = socket_.write(std::span(pieces).first(count));
      if (sent.outcome == Socket::Outcome::kAgain) return;
      if (sent.outcome != Socket::Outcome::kDone) return close();
      wrote(sent.bytes);
    }
    if (lingering() && !std::exchange(told_end_, true)) socket_.end_writing();
  }

  Loop& owner_;
  Socket socket_;
  bool may_read_ = false;
  bool ended_ = false;
  bool told_end_ = false;
  bool again_ = false;
  bool removed_ = false;
};

Result<std::unique_ptr<Loop>> Loop::create(const Router& router, const Server::Settings& settings,
                                           std::shared_ptr<HttpCounters> counters, SSL_CTX* tls, Descriptor listener) {
  std::unique_ptr<Loop> loop(new Loop(router, settings, std::move(counters), tls, std::move(listener)));
  // The wake-up is edge-triggered, so it never has to be read. Its mark is the loop, the listener's is none.
  if (!loop->poll_ || !*loop->wake_ || !loop->watch(loop->listener_, EPOLLIN, nullptr) ||
      !loop->watch(*loop->wake_, EPOLLIN | EPOLLET, loop.get()))
    return internal(fmt::format("net: cannot wait for sockets: {}", std::generic_category().message(errno)));
  return loop;
}

Loop::Loop(const Router& router, const Server::Settings& settings, std::shared_ptr<HttpCounters> counters, SSL_CTX* tls,
           Descriptor listener)
    : tls_(tls),
      listener_(std::move(listener)),
      poll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(std::make_shared<Descriptor>(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))),
      // Whoever wakes the loop shares the descriptor, so that an answer that comes too late writes to no other file.
      shared_(std::make_shared<LoopShared>(
          router, settings, std::move(counters), [] { return std::chrono::steady_clock::now(); },
          [wake = wake_] { eventfd_write(wake->get(), 1); })),
      tick_every_(std::clamp<std::chrono::milliseconds>(std::min(settings.idle_timeout, settings.request_timeout) / 8,
                                                        std::chrono::milliseconds(5), std::chrono::milliseconds(500))),
      next_tick_(shared_->time + tick_every_) {}

Loop::~Loop() = default;

bool Loop::watch(const Descriptor& what, std::uint32_t events, void* mark) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = mark;
  return epoll_ctl(poll_.get(), EPOLL_CTL_ADD, what.get(), &event) == 0;
}

void Loop::run() {
  // TLS writes with write(), which would raise it where the peer is gone.
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
  shared_->mailbox.adopt_thread();

  std::array<epoll_event, 256> events;
  while (!shared_->stopping || (!connections_.empty() && shared_->time < stop_by_)) {
    const int count = epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), wait_ms());
    shared_->time = shared_->clock();
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr == nullptr) {
        accept_connections();
      } else if (event.data.ptr != this) {
        static_cast<SocketConnection*>(event.data.ptr)->on_events(event.events);
      }
    }
    read_mail();
    advance_all(*shared_);
    if (stop_asked_.load() && !shared_->stopping) begin_stop();
    if (shared_->time >= next_tick_) tick();
    removed_.clear();
  }
  while (!connections_.empty()) {
    connections_.back()->close();
    connections_.back()->advance();
  }
  shared_->mailbox.close();
  shared_->to_advance.clear();
  removed_.clear();
}

int Loop::wait_ms() const {
  if (!shared_->to_advance.empty()) return 0;
  // Without connections there are no deadlines to look after, and nothing to wake up for.
  if (connections_.empty() && accepting_ && !shared_->stopping && shared_->scratch.pool().empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_tick_ - shared_->time);
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void Loop::accept_connections() {
  while (listener_) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Descriptor socket(
        accept4(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) {
        // Out of descriptors or memory: the next tick tries again, instead of spinning.
        log_warn("net: cannot accept a connection: {}", std::generic_category().message(errno));
        epoll_ctl(poll_.get(), EPOLL_CTL_DEL, listener_.get(), nullptr);
        accepting_ = false;
      }
      return;
    }
    if (shared_->counters->opened(shared_->settings.max_connections)) {
      add_connection(std::move(socket), text_of(address));
    } else {
      refuse_connection(socket);
    }
  }
}

void Loop::add_connection(Descriptor socket, std::string peer) {
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // A peer that vanished is noticed as soon as something was sent to it in vain for so long.
  const auto patience = static_cast<int>(shared_->settings.request_timeout.count());
  setsockopt(socket.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
  auto connection =
      std::make_shared<SocketConnection>(*this, Socket(std::move(socket), tls_), std::move(peer), tls_ != nullptr);
  if (!watch(connection->descriptor(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, connection.get())) {
    shared_->counters->closed();
    return;
  }
  connection->index = connections_.size();
  connections_.push_back(std::move(connection));
}

void Loop::refuse_connection(const Descriptor& socket) {
  if (tls_ != nullptr) return;
  Response response = error_response(503, Code::kExhausted, "too many connections: try again later");
  response.headers.emplace_back("Retry-After", "1");
  std::string text;
  append_response_head(text, response, {.date_line = shared_->date.line(std::time(nullptr)), .close = true});
  text += response.body;
  // As much as the socket takes at once, which is all of it.
  if (::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) > 0) ::shutdown(socket.get(), SHUT_WR);
}

void Loop::remove(SocketConnection& connection) {
  connection.close_socket();  // which takes it out of epoll's care too
  shared_->counters->closed();
  std::shared_ptr<SocketConnection>& place = connections_[connection.index];
  removed_.push_back(std::move(place));
  if (place = std::move(connections_.back()); place) place->index = connection.index;
  connections_.pop_back();
}

void Loop::read_mail() {
  shared_->mailbox.take(letters_);
  for (Letter& letter : letters_) Connection::open_letter(letter);
  letters_.clear();
}

void Loop::tick() {
  next_tick_ = shared_->time + (shared_->stopping ? kTickWhileStopping : tick_every_);
  for (std::size_t i = connections_.size(); i-- > 0;) {
    SocketConnection& connection = *connections_[i];
    connection.tick();
    if (connection.closed()) connection.advance();  // which takes it off the list
  }
  advance_all(*shared_);
  shared_->scratch.pool().trim();
  if (!accepting_ && listener_) accepting_ = watch(listener_, EPOLLIN, nullptr);
}

void Loop::begin_stop() {
  accept_connections();  // who is connected already is served
  listener_.reset();
  shared_->stopping = true;
  stop_by_ = shared_->time + std::chrono::milliseconds(grace_ms_.load());
  next_tick_ = shared_->time + kTickWhileStopping;
  // What has reached the sockets counts as under way: it is read before idle connections are ended.
  for (const auto& connection : std::vector(connections_)) {
    connection->on_events(EPOLLIN);
    connection->stop();
    connection->advance();
  }
}

void Loop::stop(std::chrono::milliseconds grace) {
  grace_ms_ = grace.count();
  stop_asked_ = true;
  eventfd_write(wake_->get(), 1);
}

}  // namespace parley::net
