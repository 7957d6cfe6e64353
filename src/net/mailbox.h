#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/http.h"

namespace parley::net {

class Connection;
class StreamState;

/// What an exchange comes to: a response, or a stream of events.
struct Answer {
  Response response;
  std::shared_ptr<StreamState> stream;
};

/// News for a connection from a thread that is not its own.
struct Letter {
  enum class Kind { kAnswer, kStreamNews };
  Kind kind = Kind::kAnswer;
  std::shared_ptr<Connection> connection;
  std::uint64_t number = 0;  ///< of the exchange that is answered
  Answer answer;
};

/// Where other threads leave answers for one serving thread. Wakes it once for all that was left since it last looked,
/// so that the journal's thread can answer a whole commit's requests at the price of one wake-up.
class Mailbox {
 public:
  /// `wake` is called on any thread, with nothing locked.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// The calling thread is the one that takes letters.
  void adopt_thread() { owner_ = std::this_thread::get_id(); }
  bool is_owner() const { return owner_ == std::this_thread::get_id(); }

  void post(Letter letter);
  /// Everything posted so far, in order. `letters` gives its memory in exchange.
  void take(std::vector<Letter>& letters);
  /// Letters are dropped from now on.
  void close();

 private:
  std::function<void()> wake_;
  std::thread::id owner_ = std::this_thread::get_id();
  std::mutex mutex_;
  std::vector<Letter> letters_;
  bool closed_ = false;
};

}  // namespace parley::net
