#include "bot.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace parley::crash {

Bot::Bot(std::string name, std::string url, std::string write_key)
    : name_(std::move(name)), url_(std::move(url)), write_key_(std::move(write_key)) {}

void Bot::begin_conversation() {
  const std::string conversation = fmt::format("{}-{}", name_, conversations_++);
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string time = fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(now));
  pending_ids_.clear();
  pending_ = fmt::format("{{\"writeKey\":\"{}\",\"batch\":[", write_key_);
  for (int i = 0; i <= kMessages; ++i) {
    pending_ids_.push_back(fmt::format("{}-{}", conversation, i));
    pending_ += fmt::format(
        "{}{{\"type\":\"track\",\"event\":\"{}\",\"messageId\":\"{}\",\"userId\":\"u-{}\",\"timestamp\":\"{}\","
        "\"properties\":{{\"conversation_id\":\"{}\",\"channel\":\"web\",\"language\":\"en\"}}}}",
        i == 0 ? "" : ",", i == 0 ? "chatbot_conversation_start" : "chatbot_message_received", pending_ids_.back(),
        name_, time, conversation);
  }
  pending_ += "]}";
  tried_ = false;
}

Bot::Attempt Bot::send() {
  if (pending_.empty()) begin_conversation();
  const auto answer = client_.send({.method = "POST",
                                    .url = url_ + "/v1/batch",
                                    .headers = {{"Content-Type", "application/json"}},
                                    .body = pending_,
                                    .timeout = std::chrono::seconds(10)});
  if (answer.ok() && answer->status == 200) {
    (tried_ ? repeated_ : once_).insert(pending_ids_.begin(), pending_ids_.end());
    ++acknowledged_conversations_;
    pending_.clear();
    return {.status = 200};
  }
  tried_ = true;
  if (!answer.ok()) return {};
  return {.status = answer->status, .retry_after = answer->header("retry-after")};
}

void Bot::give_up() {
  if (pending_.empty()) return;
  given_up_.push_back(pending_ids_);
  pending_.clear();
}

}  // namespace parley::crash
