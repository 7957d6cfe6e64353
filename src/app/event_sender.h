#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "net/client.h"

namespace parley::app {

/// Sends batches of events to a Parley server, several at once, each until it is acknowledged: a server that is busy
/// (429, 502, 503, 504) or away for a moment is tried again, after what Retry-After says or a growing pause. A batch
/// may so arrive twice; message ids make that harmless. A batch that the server refuses (400, 413) is kept in
/// `refusals` and the others go on; a wrong key and a server that stays away end it.
///
/// `send` and `finish` are for one thread. The sender's own threads end with it.
class EventSender {
 public:
  struct Settings {
    std::string url;  ///< "http://127.0.0.1:8400"; without a scheme, http
    std::string write_key;
    unsigned connections = 4;
    std::chrono::milliseconds first_pause{200};
    std::chrono::milliseconds longest_pause{5'000};
    std::chrono::milliseconds give_up_after{120'000};  ///< without any acknowledgement of that batch
    const std::atomic<bool>* stop = nullptr;           ///< ends waiting early; may be null
  };
  struct Batch {
    std::string body;  ///< {"batch":[…]}
    std::size_t events = 0;
    std::string origin;  ///< for messages: "orders.jsonl:1-500"
  };
  struct Refusal {
    std::string origin;
    std::size_t events = 0;
    std::string reason;
  };

  explicit EventSender(Settings settings);
  ~EventSender();
  EventSender(const EventSender&) = delete;
  EventSender& operator=(const EventSender&) = delete;

  /// Asks whether there is a Parley at the address and whether it knows the key, before anything is sent.
  Status check();
  /// Takes a batch, waiting while enough are under way. Fails once sending has failed for good.
  Status send(Batch batch);
  /// Waits until everything taken has been answered.
  Status finish();
  /// After finish(): waits until all that was acknowledged can be queried.
  Status wait_until_queryable();

  /// Events that the server has made durable so far.
  std::uint64_t acknowledged() const { return acknowledged_.load(); }
  std::vector<Refusal> refusals() const;

 private:
  struct Progress {
    std::uint64_t journal_end = 0;
    std::uint64_t stored = 0;
  };
  void work();
  void deliver(net::Client& client, const Batch& batch);
  Result<Progress> ask_progress(net::Client& client);
  /// False where the sender is to stop.
  bool pause(std::chrono::milliseconds duration);
  void fail(Error error);
  bool stopping() const;

  Settings settings_;
  std::string authorization_;
  std::atomic<std::uint64_t> acknowledged_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> waiting_;
  std::size_t under_way_ = 0;
  std::vector<Refusal> refusals_;
  Status failure_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace parley::app
