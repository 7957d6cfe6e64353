#include "net/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "base/ids.h"
#include "net/cors.h"
#include "net/event_stream.h"
#include "net/exchange.h"

namespace parley::net {
namespace {

// While so much waits to be written, no more requests are read.
constexpr std::size_t kMostOutput = 4 * 1024 * 1024;

Response not_served(const Request& request, const Router::Match& match) {
  if (!match.path_known) return error_response(404, Code::kNotFound, "no such path");
  Response response = request.method == "OPTIONS"
                          ? Response{.status = 204}
                          : error_response(405, Code::kInvalid, "method: expected one of " + match.methods);
  response.headers.emplace_back("Allow", match.methods);
  return response;
}

/// Takes the body's compression off; where that cannot be, gives the answer. Rule 1 of the sources' contract:
/// Content-Encoding where there is one, else gzip's magic bytes, since some clients send gzip without a word about it.
std::optional<Response> unpack_body(PendingExchange& exchange, Inflater& inflater, std::size_t limit) {
  const Request& request = exchange.request();
  if (request.body.empty()) return std::nullopt;
  const std::string_view encoding = request.header("content-encoding");
  if (encoding.empty() ? !looks_like_gzip(request.body) : equal_ignoring_case(encoding, "identity"))
    return std::nullopt;
  const bool is_known = encoding.empty() || equal_ignoring_case(encoding, "gzip") ||
                        equal_ignoring_case(encoding, "x-gzip") || equal_ignoring_case(encoding, "deflate");
  if (!is_known) return error_response(415, Code::kInvalid, "content-encoding: expected gzip, deflate or identity");
  Result<Inflater::Output> plain = inflater.inflate(request.body, limit);
  if (!plain) {
    const Error& error = plain.error();
    return error_response(error.code == Code::kTooLarge ? 413 : 400, error.code, error.message);
  }
  const std::size_t size = plain->size;
  exchange.set_body(std::move(plain->block), size);
  return std::nullopt;
}

bool is_plain_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

}  // namespace

LoopShared::LoopShared(const Router& the_router, const Server::Settings& the_settings,
                       std::shared_ptr<HttpCounters> the_counters, std::function<SteadyTime()> the_clock,
                       std::function<void()> wake)
    : router(the_router),
      settings(the_settings),
      counters(std::move(the_counters)),
      clock(std::move(the_clock)),
      time(clock()),
      mailbox(std::move(wake)),
      request_id_prefix(random_token(8)) {}

void advance_all(LoopShared& loop) {
  // Who asks again meanwhile has its turn in the next round, so that none keeps the others waiting.
  std::vector<std::shared_ptr<Connection>> round = std::exchange(loop.to_advance, std::move(loop.spare_round));
  for (const std::shared_ptr<Connection>& connection : round) {
    connection->scheduled_ = false;
    connection->advance();
  }
  round.clear();
  loop.spare_round = std::move(round);
}

Connection::Connection(std::shared_ptr<LoopShared> loop, std::string peer, bool secure)
    : loop_(std::move(loop)),
      peer_(std::move(peer)),
      secure_(secure),
      input_(loop_->scratch),
      parser_(loop_->settings.max_head),
      message_since_(loop_->time),
      quiet_since_(loop_->time) {}

void Connection::schedule() {
  if (advancing_ || scheduled_ || closed()) return;
  scheduled_ = true;
  loop_->to_advance.push_back(shared_from_this());
}

std::span<char> Connection::read_space() {
  if (peer_ended_) return {};
  switch (phase_) {
    case Phase::kServing: {
      if (stalled_ || output_.size() > kMostOutput) return {};
      std::size_t expected = 0;
      if (head_read_ && parser_.content_length()) {
        const std::uint64_t whole = parser_.head_size() + *parser_.content_length();
        if (whole > input_.size()) expected = static_cast<std::size_t>(whole - input_.size());
      }
      return input_.space(expected);
    }
    case Phase::kLastAnswers:
      // Only to notice that a stream's client went away.
      if (!stream_) return {};
      input_.clear();
      return input_.space(0);
    case Phase::kLingering: input_.clear(); return input_.space(0);
    case Phase::kClosed: return {};
  }
  return {};
}

void Connection::received(std::size_t bytes) {
  loop_->counters->bytes_in.add(bytes);
  if (phase_ != Phase::kServing) return;
  quiet_since_ = loop_->time;
  input_.received(bytes);
  process();
}

void Connection::received_end() {
  peer_ended_ = true;
  if (phase_ == Phase::kServing) {
    input_.clear();
    phase_ = Phase::kLastAnswers;
  }
  if (phase_ == Phase::kLingering || stream_) close();
}

void Connection::process() {
  while (phase_ == Phase::kServing && !input_.empty()) {
    if (under_way() >= kMostUnderWay) {
      stalled_ = true;
      return;
    }
    if (parser_.seen() == 0) message_since_ = loop_->time;
    switch (parser_.parse(input_.data(), input_.size())) {
      case RequestParser::Step::kNeedMore: return;
      case RequestParser::Step::kHead: on_head(); break;
      case RequestParser::Step::kComplete: on_complete(); break;
      case RequestParser::Step::kFailed: {
        const RequestParser::Failure& failure = parser_.failure();
        refuse(failure.status, failure.code, failure.message);
        return;
      }
    }
  }
}

void Connection::on_head() {
  head_read_ = true;
  match_ = loop_->router.find(parser_.method(), parser_.path(input_.data()));
  std::size_t limit = loop_->settings.max_body;
  if (match_.route != nullptr && match_.route->options.max_body != 0) limit = match_.route->options.max_body;
  parser_.set_body_limit(limit);
  if (const auto length = parser_.content_length(); length && *length > limit) {
    refuse(413, Code::kTooLarge, fmt::format("body: {} bytes, expected at most {}", *length, limit));
    return;
  }
  continue_due_ = parser_.expects_continue() && !parser_.http_1_0();
}

void Connection::on_complete() {
  const std::uint64_t number = first_number_ + under_way();
  const auto exchange = std::make_shared<PendingExchange>(shared_from_this(), number, input_.take(parser_.seen()));
  Request& request = exchange->editable_request();
  parser_.fill(exchange->bytes().data(), request);
  request.peer = peer_;
  request.secure = secure_;
  Router::Match match = std::move(match_);
  request.path_parameters = std::move(match.parameters);

  Slot slot;
  slot.started = loop_->time;
  slot.head_only = request.method == "HEAD";
  slot.http_1_0 = parser_.http_1_0();
  slot.close = !parser_.keep_alive() || loop_->stopping;
  if (match.cross_origin) slot.cors = cors_lines(request);
  if (const std::string_view id = request.header("x-request-id"); is_plain_id(id)) slot.request_id = id;
  if (slot.close) phase_ = Phase::kLastAnswers;
  slots_.push_back(std::move(slot));

  const std::size_t body_limit = parser_.body_limit();
  parser_.reset();
  head_read_ = continue_due_ = false;

  if (std::optional<Response> refusal = unpack_body(*exchange, loop_->inflater, body_limit)) {
    exchange->respond(std::move(*refusal));
  } else if (match.route == nullptr) {
    exchange->respond(is_preflight(request) && match.cross_origin ? preflight_response(request, match.methods)
                                                                  : not_served(request, match));
  } else if (match.route->options.blocking && loop_->settings.offload) {
    const Handler& handler = match.route->handler;
    if (!loop_->settings.offload([&handler, exchange] { run_handler(handler, exchange); })) {
      Response busy = error_response(503, Code::kExhausted, "too many requests wait: try again later");
      busy.headers.emplace_back("Retry-After", "1");
      exchange->respond(std::move(busy));
    }
  } else {
    run_handler(match.route->handler, exchange);
  }
}

void Connection::refuse(int status, Code code, std::string_view message) {
  Slot slot;
  slot.started = loop_->time;
  slot.ready = slot.close = true;
  slot.answer.response = error_response(status, code, message);
  if (head_read_ && match_.cross_origin) {
    Request request;
    parser_.fill(input_.data(), request);
    slot.cors = cors_lines(request);
  }
  slots_.push_back(std::move(slot));
  phase_ = Phase::kLastAnswers;
  continue_due_ = false;
  input_.clear();
  schedule();
}

void Connection::deliver(const std::shared_ptr<Connection>& connection, std::uint64_t number, Answer answer) {
  Mailbox& mailbox = connection->loop_->mailbox;
  if (mailbox.is_owner()) {
    connection->answer(number, std::move(answer));
  } else {
    mailbox.post({Letter::Kind::kAnswer, connection, number, std::move(answer)});
  }
}

void Connection::stream_has_news(const std::shared_ptr<Connection>& connection) {
  Mailbox& mailbox = connection->loop_->mailbox;
  if (mailbox.is_owner()) {
    connection->schedule();
  } else {
    mailbox.post({Letter::Kind::kStreamNews, connection, 0, {}});
  }
}

void Connection::open_letter(Letter& letter) {
  if (letter.kind == Letter::Kind::kAnswer) {
    letter.connection->answer(letter.number, std::move(letter.answer));
  } else {
    letter.connection->schedule();
  }
}

void Connection::answer(std::uint64_t number, Answer answer) {
  if (closed()) {
    if (answer.stream) answer.stream->close();
    return;
  }
  Slot& slot = slots_[first_slot_ + static_cast<std::size_t>(number - first_number_)];
  slot.answer = std::move(answer);
  slot.ready = true;
  schedule();
}

void Connection::produce() {
  while (!closed()) {
    while (under_way() > 0 && slots_[first_slot_].ready && !stream_) {
      write_answer(slots_[first_slot_]);
      ++first_slot_;
      ++first_number_;
      if (first_slot_ == slots_.size() || first_slot_ == kMostUnderWay) {
        slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(first_slot_));
        first_slot_ = 0;
      }
    }
    if (!stalled_ || under_way() >= kMostUnderWay || output_.size() > kMostOutput) break;
    stalled_ = false;
    process();
  }
  if (stream_) feed_stream();
  if (continue_due_ && under_way() == 0) {
    output_.append("HTTP/1.1 100 Continue\r\n\r\n");
    continue_due_ = false;
  }
  if (phase_ == Phase::kLastAnswers && under_way() == 0 && output_.empty() && !stream_) {
    if (peer_ended_) {
      close();
    } else {
      phase_ = Phase::kLingering;
      quiet_since_ = loop_->time;
    }
  }
}

void Connection::write_answer(Slot& slot) {
  Response& response = slot.answer.response;
  quiet_since_ = loop_->time;
  loop_->counters->answered(response.status, loop_->clock() - slot.started);
  if (response.status >= 400) {
    if (slot.request_id.empty())
      slot.request_id = fmt::format("{}-{:x}", loop_->request_id_prefix, ++loop_->next_request_id);
    response.headers.emplace_back("X-Request-Id", std::move(slot.request_id));
  }
  const bool endless = slot.answer.stream != nullptr;
  // A stop that came while this was under way makes it the last one.
  const bool close_after = slot.close || endless || (phase_ == Phase::kLastAnswers && under_way() == 1);
  std::string& head = loop_->head;
  head.clear();
  append_response_head(head, response,
                       {.date_line = loop_->date.line(std::time(nullptr)),
                        .more_lines = slot.cors,
                        .close = close_after,
                        .keep_alive = slot.http_1_0 && !close_after,
                        .endless = endless});
  output_.append(head);
  if (close_after) phase_ = Phase::kLastAnswers;
  if (endless) {
    if (slot.head_only) {
      slot.answer.stream->close();
    } else {
      begin_stream(std::move(slot.answer.stream));
    }
  } else if (!slot.head_only && response.status != 204 && response.status != 304) {
    if (response.static_body.empty()) {
      output_.keep(std::move(response.body));
    } else {
      output_.append_static(response.static_body);
    }
  }
}

void Connection::begin_stream(std::shared_ptr<StreamState> stream) {
  stream_ = std::move(stream);
  input_.clear();
  stalled_ = false;
  if (loop_->stopping) end_stream();
}

void Connection::feed_stream() {
  // Only once what was sent before is gone: until then it waits where its amount is bounded.
  if (!output_.empty()) return;
  const bool ended = stream_->ended();
  output_.keep(stream_->take());
  if (ended) end_stream();
}

void Connection::end_stream() {
  stream_->close();
  stream_ = nullptr;
}

void Connection::wrote(std::size_t bytes) {
  loop_->counters->bytes_out.add(bytes);
  output_.consume(bytes);
  quiet_since_ = loop_->time;
}

void Connection::close() {
  phase_ = Phase::kClosed;
  input_.clear();
  output_.clear();
  if (stream_) end_stream();
  for (const Slot& slot : slots_) {
    if (slot.answer.stream) slot.answer.stream->close();
  }
}

void Connection::stop() {
  if (stream_) end_stream();
  if (phase_ == Phase::kServing && !message_begun()) {
    phase_ = Phase::kLastAnswers;
    if (under_way() == 0 && output_.empty()) close();
  }
}

void Connection::tick() {
  const auto quiet = loop_->time - quiet_since_;
  if (stream_ && output_.empty() && quiet >= kHeartbeat) {
    output_.append(": still here\n\n");
    quiet_since_ = loop_->time;
    schedule();
  } else if (!output_.empty()) {
    if (quiet >= loop_->settings.request_timeout) close();  // the client does not read
  } else if (phase_ == Phase::kServing && message_begun() && !stalled_) {
    if (loop_->time - message_since_ >= loop_->settings.request_timeout) {
      refuse(408, Code::kInvalid, "the request did not arrive in time");
    }
  } else if (phase_ == Phase::kServing && under_way() == 0) {
    if (quiet >= loop_->settings.idle_timeout) close();
  } else if (phase_ == Phase::kLingering && quiet >= (loop_->stopping ? kLinger / 10 : kLinger)) {
    close();
  }
}

}  // namespace parley::net
