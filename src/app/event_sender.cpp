#include "app/event_sender.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace parley::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto kLongestRetryAfter = std::chrono::seconds{60};
constexpr auto kAskEvery = milliseconds{50};
constexpr auto kStallsAfter = std::chrono::seconds{120};

std::string basic_authorization(const std::string& write_key) {
  const std::string plain = write_key + ":";
  std::string encoded(4 * ((plain.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return "Basic " + encoded;
}

std::string address_of(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (url.find("://") == std::string::npos) url.insert(0, "http://");
  return url;
}

// A server that may well take the same request in a moment.
bool is_passing(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

milliseconds retry_after(const net::ClientResponse& response, milliseconds pause) {
  const std::string text = response.header("retry-after");
  int seconds = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc{} || seconds < 0) return pause;
  return std::min<milliseconds>(std::chrono::seconds{seconds}, kLongestRetryAfter);
}

Error unknown_key(const std::string& url) {
  return {Code::kUnauthenticated, "the write key is not known at " + url +
                                      "; expected the write_key of credentials.json in the server's data directory"};
}

// The beginning of an answer's body, for a message on one line.
std::string excerpt(std::string_view body) {
  std::string text(body.substr(0, 200));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

}  // namespace

EventSender::EventSender(Settings settings)
    : settings_(std::move(settings)), authorization_(basic_authorization(settings_.write_key)) {
  settings_.url = address_of(settings_.url);
  for (unsigned i = 0; i < std::max(1u, settings_.connections); ++i) threads_.emplace_back([this] { work(); });
}

EventSender::~EventSender() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool EventSender::stopping() const { return settings_.stop != nullptr && settings_.stop->load(); }

Status EventSender::check() {
  net::Client client;
  const auto progress = ask_progress(client);
  // A proxy may let only the collecting routes through; sending will tell.
  if (progress.ok() || progress.error().code == Code::kNotFound) return {};
  return progress.error();
}

Result<EventSender::Progress> EventSender::ask_progress(net::Client& client) {
  const auto response =
      client.send({.url = settings_.url + "/api/v1/ingest/status", .headers = {{"Authorization", authorization_}}});
  if (!response.ok()) {
    if (response.error().code != Code::kUnavailable) return response.error();
    return unavailable(
        fmt::format("cannot connect to {}: is Parley running there? ({})", settings_.url, response.error().message));
  }
  if (response->status == 401) return unknown_key(settings_.url);
  if (response->status == 404) return not_found(settings_.url + " answers, but knows no /api/v1/ingest/status");
  if (is_passing(response->status)) return unavailable(settings_.url + " is not ready yet");
  simdjson::dom::parser parser;
  Progress progress;
  const auto json = parser.parse(response->body);
  if (response->status != 200 || json["journal_end"].get(progress.journal_end) != simdjson::SUCCESS ||
      json["stored"].get(progress.stored) != simdjson::SUCCESS)
    return internal(fmt::format("{} answers with status {}, but not as Parley does", settings_.url, response->status));
  return progress;
}

Status EventSender::send(Batch batch) {
  std::unique_lock lock(mutex_);
  // One batch in hand for each connection keeps all of them busy.
  changed_.wait(lock, [this] { return waiting_.size() < threads_.size() || !failure_.ok(); });
  if (!failure_.ok()) return failure_;
  waiting_.push_back(std::move(batch));
  lock.unlock();
  changed_.notify_all();
  return {};
}

Status EventSender::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return (waiting_.empty() && under_way_ == 0) || !failure_.ok(); });
  return failure_;
}

std::vector<EventSender::Refusal> EventSender::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

void EventSender::fail(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_.ok()) failure_ = std::move(error);
    waiting_.clear();
  }
  changed_.notify_all();
}

bool EventSender::pause(milliseconds duration) {
  const auto until = steady_clock::now() + duration;
  std::unique_lock lock(mutex_);
  while (steady_clock::now() < until) {
    if (ending_ || !failure_.ok() || stopping()) return false;
    // In slices, since nobody rings when `stop` is set.
    changed_.wait_until(lock, std::min(until, steady_clock::now() + milliseconds{100}));
  }
  return true;
}

void EventSender::work() {
  net::Client client;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    const Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    ++under_way_;
    lock.unlock();
    changed_.notify_all();
    deliver(client, batch);
    lock.lock();
    --under_way_;
    changed_.notify_all();
  }
}

void EventSender::deliver(net::Client& client, const Batch& batch) {
  const net::ClientRequest request{
      .method = "POST",
      .url = settings_.url + "/v1/batch",
      .headers = {{"Authorization", authorization_}, {"Content-Type", "application/json"}},
      .body = batch.body,
  };
  const auto give_up_at = steady_clock::now() + settings_.give_up_after;
  milliseconds wait = settings_.first_pause;
  for (;;) {
    const auto response = client.send(request);
    if (response.ok() && response->status >= 200 && response->status < 300) {
      acknowledged_ += batch.events;
      return;
    }
    if (response.ok() && (response->status == 401 || response->status == 403)) return fail(unknown_key(settings_.url));
    if (!response.ok() && response.error().code != Code::kUnavailable) return fail(response.error());
    if (response.ok() && !is_passing(response->status)) {
      const std::lock_guard lock(mutex_);
      refusals_.push_back(
          {batch.origin, batch.events, fmt::format("status {}: {}", response->status, excerpt(response->body))});
      return;
    }
    const std::string reason =
        response.ok() ? fmt::format("it answers with status {}", response->status) : response.error().message;
    const milliseconds pause_for = response.ok() ? retry_after(*response, wait) : wait;
    if (steady_clock::now() + pause_for > give_up_at) {
      return fail(unavailable(fmt::format("{} has not taken any events for {} s: {}", settings_.url,
                                          settings_.give_up_after.count() / 1000, reason)));
    }
    if (!pause(pause_for)) return fail(unavailable("stopped before everything was sent"));
    wait = std::min(wait * 2, settings_.longest_pause);
  }
}

Status EventSender::wait_until_queryable() {
  net::Client client;
  auto progress = ask_progress(client);
  if (!progress.ok()) return progress.error();
  const std::uint64_t goal = progress->journal_end;
  std::uint64_t stored = progress->stored;
  auto moved_at = steady_clock::now();
  while (stored < goal) {
    if (!pause(kAskEvery)) return unavailable("stopped before everything could be queried");
    progress = ask_progress(client);
    if (progress.ok() && progress->stored > stored) {
      stored = progress->stored;
      moved_at = steady_clock::now();
    }
    if (steady_clock::now() - moved_at > kStallsAfter) {
      return unavailable(
          fmt::format("{} has stored nothing for {} s: expected {} bytes of its journal in the store, got {}",
                      settings_.url, kStallsAfter.count(), goal, stored));
    }
  }
  return {};
}

}  // namespace parley::app
