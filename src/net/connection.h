#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "net/http_counters.h"
#include "net/http_text.h"
#include "net/inflater.h"
#include "net/input_buffer.h"
#include "net/mailbox.h"
#include "net/output_queue.h"
#include "net/request_parser.h"
#include "net/router.h"
#include "net/server.h"

namespace parley::net {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What the connections of one serving thread share. Only the mailbox may be touched from other threads.
struct LoopShared {
  LoopShared(const Router& the_router, const Server::Settings& the_settings, std::shared_ptr<HttpCounters> the_counters,
             std::function<SteadyTime()> the_clock, std::function<void()> wake);

  const Router& router;
  const Server::Settings& settings;
  std::shared_ptr<HttpCounters> counters;
  std::function<SteadyTime()> clock;
  SteadyTime time;  ///< the clock as it was when the present round of events began
  Mailbox mailbox;
  ScratchBlock scratch;
  Inflater inflater;
  DateHeader date;
  std::string head;  ///< where response heads are put together
  std::vector<std::shared_ptr<Connection>> to_advance;
  std::vector<std::shared_ptr<Connection>> spare_round;  ///< memory for the next to_advance
  std::string request_id_prefix;
  std::uint64_t next_request_id = 0;
  bool stopping = false;
};

/// The HTTP side of one connection, without its socket: bytes in, handlers called, bytes out, deadlines. Requests are
/// read on while earlier ones wait for their answers (at most kMostUnderWay); answers leave in the order of requests.
///
/// All of it belongs to one serving thread, except what says otherwise. The socket (a derived class) gives what it
/// received and writes output(); it is told by advance() that there may be something to do.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  static constexpr std::size_t kMostUnderWay = 32;
  static constexpr std::chrono::seconds kHeartbeat{15};
  static constexpr std::chrono::milliseconds kLinger{2'000};

  Connection(std::shared_ptr<LoopShared> loop, std::string peer, bool secure);
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Where to receive next; empty while nothing should be read.
  std::span<char> read_space();
  void received(std::size_t bytes);
  /// The peer will send no more.
  void received_end();

  /// Puts what is due into output(). To be called again once output() is written.
  void produce();
  OutputQueue& output() { return output_; }
  void wrote(std::size_t bytes);
  /// Ends a turn: another connection may receive now.
  void settle() { input_.settle(); }

  /// Everything is written and no more will be: tell the peer, read on until it ends too.
  bool lingering() const { return phase_ == Phase::kLingering; }
  /// The socket can go.
  bool closed() const { return phase_ == Phase::kClosed; }
  /// Ends at once, whatever is under way.
  void close();
  /// Ends as soon as the requests under way are answered.
  void stop();
  /// Looks at the deadlines.
  void tick();

  /// Reads and writes as far as the socket goes. Called by the thread's loop, never from within this class.
  virtual void advance() = 0;

  /// For the exchange of that number. Any thread.
  static void deliver(const std::shared_ptr<Connection>& connection, std::uint64_t number, Answer answer);
  /// The connection's stream has something to send, or ended. Any thread.
  static void stream_has_news(const std::shared_ptr<Connection>& connection);
  /// What others left in the mailbox, on the serving thread.
  static void open_letter(Letter& letter);

  const std::string& peer() const { return peer_; }
  HttpCounters& counters() { return *loop_->counters; }

 protected:
  const std::shared_ptr<LoopShared>& loop() const { return loop_; }
  /// Makes the loop call advance() soon, unless it is in it.
  void schedule();
  bool advancing_ = false;
  bool scheduled_ = false;
  friend void advance_all(LoopShared& loop);

 private:
  enum class Phase {
    kServing,
    kLastAnswers,  // reads no more requests; what is under way is answered
    kLingering,
    kClosed,
  };
  /// A request that is not answered yet, or whose answer waits for earlier ones.
  struct Slot {
    Answer answer;
    std::string cors;
    std::string request_id;
    SteadyTime started;
    bool ready = false;
    bool head_only = false;
    bool http_1_0 = false;
    bool close = false;
  };

  std::size_t under_way() const { return slots_.size() - first_slot_; }
  void process();
  void on_head();
  void on_complete();
  /// Answers what cannot be read as a request, and reads no further.
  void refuse(int status, Code code, std::string_view message);
  void answer(std::uint64_t number, Answer answer);
  void write_answer(Slot& slot);
  void begin_stream(std::shared_ptr<StreamState> stream);
  void feed_stream();
  void end_stream();
  bool message_begun() const { return parser_.seen() > 0 || !input_.empty(); }

  std::shared_ptr<LoopShared> loop_;
  std::string peer_;
  bool secure_;
  Phase phase_ = Phase::kServing;
  InputBuffer input_;
  RequestParser parser_;
  Router::Match match_;  // of the request that is being read, once its head is whole
  bool head_read_ = false;
  bool continue_due_ = false;
  bool stalled_ = false;  // too many under way: input waits
  bool peer_ended_ = false;
  std::vector<Slot> slots_;  // from first_slot_ on
  std::size_t first_slot_ = 0;
  std::uint64_t first_number_ = 0;  // of the exchange in slots_[first_slot_]
  OutputQueue output_;
  std::shared_ptr<StreamState> stream_;
  SteadyTime message_since_;  // when the request's first byte was read
  SteadyTime quiet_since_;    // when something was last received or written
};

/// Calls advance() once of every connection that asked for it.
void advance_all(LoopShared& loop);

}  // namespace parley::net
