#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "net/client.h"

namespace parley::crash {

/// A chatbot that reports its conversations, each in one batch of kMessages user messages and a start, and keeps
/// account of what the server has acknowledged. It sends a batch again, byte for byte, until it is. For one thread.
class Bot {
 public:
  static constexpr int kMessages = 5;
  Bot(std::string name, std::string url, std::string write_key);

  /// What became of one attempt.
  struct Attempt {
    int status = 0;  ///< 0: no answer
    std::string retry_after;
  };
  /// Sends the batch that is due: the one without an acknowledgement, else the next conversation.
  Attempt send();
  /// Gives up the batch without an acknowledgement, if there is one: it may be stored or not, but not half.
  void give_up();
  bool owes() const { return !pending_.empty(); }

  /// Message ids that the server must have once and only once: acknowledged at the first attempt.
  const std::set<std::string>& once() const { return once_; }
  /// Message ids that the server must have: acknowledged at a later attempt, the ones before it without a clear answer.
  const std::set<std::string>& repeated() const { return repeated_; }
  /// For each batch that was given up its message ids: all or none of them may be there.
  const std::vector<std::vector<std::string>>& given_up() const { return given_up_; }
  int acknowledged_conversations() const { return acknowledged_conversations_; }

 private:
  void begin_conversation();

  const std::string name_;
  const std::string url_;
  const std::string write_key_;
  net::Client client_;
  int conversations_ = 0;
  int acknowledged_conversations_ = 0;
  std::string pending_;  // the body; empty where nothing is due
  std::vector<std::string> pending_ids_;
  bool tried_ = false;
  std::set<std::string> once_;
  std::set<std::string> repeated_;
  std::vector<std::vector<std::string>> given_up_;
};

}  // namespace parley::crash
