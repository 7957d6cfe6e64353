#include "net/request_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "net/http_text.h"

namespace parley::net {
namespace {

constexpr std::size_t kChunkFraming = 64 * 1024;

RequestParser* self(llhttp_t* parser) { return static_cast<RequestParser*>(parser->data); }

/// A carriage return that no line feed follows: some proxies take it for a line's end and some do not, which is how
/// requests are smuggled past them.
bool has_bare_cr(std::string_view head) {
  for (std::size_t at = head.find('\r'); at != head.npos; at = head.find('\r', at + 1)) {
    if (at + 1 < head.size() && head[at + 1] != '\n') return true;
  }
  return false;
}

}  // namespace

const llhttp_settings_t& RequestParser::callbacks() {
  static const llhttp_settings_t settings = [] {
    llhttp_settings_t made;
    llhttp_settings_init(&made);
    made.on_url = [](llhttp_t* p, const char* at, std::size_t n) { return self(p)->on_target(at, n); };
    made.on_header_field = [](llhttp_t* p, const char* at, std::size_t n) { return self(p)->on_header_name(at, n); };
    made.on_header_value = [](llhttp_t* p, const char* at, std::size_t n) { return self(p)->on_header_value(at, n); };
    made.on_header_value_complete = [](llhttp_t* p) {
      self(p)->part_ = HeaderPart::kNone;
      return 0;
    };
    made.on_headers_complete = [](llhttp_t* p) { return self(p)->on_head(); };
    made.on_body = [](llhttp_t* p, const char* at, std::size_t n) { return self(p)->on_body(at, n); };
    made.on_message_complete = [](llhttp_t* p) {
      self(p)->complete_ = true;
      return static_cast<int>(HPE_PAUSED);
    };
    return made;
  }();
  return settings;
}

RequestParser::RequestParser(std::size_t max_head) : max_head_(max_head) { reset(); }

void RequestParser::reset() {
  llhttp_init(&parser_, HTTP_REQUEST, &callbacks());
  parser_.data = this;
  seen_ = 0;
  target_ = {};
  headers_.clear();
  part_ = HeaderPart::kNone;
  head_done_ = complete_ = expects_continue_ = keep_alive_ = false;
  head_size_ = body_begin_ = body_size_ = body_limit_ = 0;
}

RequestParser::Step RequestParser::parse(char* message, std::size_t size) {
  message_ = message;
  const bool had_head = head_done_;
  // Not past the limit, so that it does not depend on how the bytes came which of two faults is found.
  const std::size_t limit = message_limit();
  const std::size_t end = std::min(size, limit + 1);
  const llhttp_errno_t code = llhttp_execute(&parser_, message + seen_, end - seen_);
  if (code == HPE_OK) {
    seen_ = end;
    if (seen_ <= limit) return Step::kNeedMore;
    if (head_done_) {
      fail(413, Code::kTooLarge, "body: too many bytes between its chunks");
    } else {
      fail(431, Code::kTooLarge, fmt::format("request line and headers: more than {} bytes", max_head_));
    }
    return Step::kFailed;
  }
  if (code != HPE_PAUSED) return failed_by_llhttp(code);
  seen_ = static_cast<std::size_t>(llhttp_get_error_pos(&parser_) - message);
  llhttp_resume(&parser_);
  if (had_head) return Step::kComplete;
  head_size_ = seen_;
  return check_head() ? Step::kHead : Step::kFailed;
}

std::size_t RequestParser::message_limit() const {
  // What stands between chunks is not part of the body, but has to be kept until the message is read.
  return head_done_ ? head_size_ + 2 * body_limit_ + kChunkFraming : max_head_;
}

bool RequestParser::check_head() {
  if (seen_ > max_head_) {
    fail(431, Code::kTooLarge, fmt::format("request line and headers: more than {} bytes", max_head_));
    return false;
  }
  if (parser_.http_major != 1 || parser_.http_minor > 1) {
    fail(505, Code::kInvalid,
         fmt::format("version: expected HTTP/1.1 or HTTP/1.0, got HTTP/{}.{}", parser_.http_major, parser_.http_minor));
    return false;
  }
  if (has_bare_cr({message_, seen_})) {
    fail(400, Code::kInvalid, "headers: a carriage return without a line feed");
    return false;
  }
  int hosts = 0;
  for (const HeaderSpan& header : headers_) {
    const std::string_view name = view(message_, header.name);
    if (equal_ignoring_case(name, "host")) ++hosts;
    if (equal_ignoring_case(name, "expect"))
      expects_continue_ = equal_ignoring_case(view(message_, header.value), "100-continue");
    if (equal_ignoring_case(name, "transfer-encoding") &&
        !equal_ignoring_case(trim(view(message_, header.value)), "chunked")) {
      fail(501, Code::kInvalid, "transfer-encoding: only chunked is understood");
      return false;
    }
  }
  if (hosts > 1 || (hosts == 0 && !http_1_0())) {
    fail(400, Code::kInvalid, fmt::format("host: expected one Host header, got {}", hosts));
    return false;
  }
  keep_alive_ = llhttp_should_keep_alive(&parser_) != 0;
  return true;
}

std::string_view RequestParser::method() const {
  return llhttp_method_name(static_cast<llhttp_method_t>(parser_.method));
}

std::optional<std::uint64_t> RequestParser::content_length() const {
  if ((parser_.flags & F_CONTENT_LENGTH) == 0) return std::nullopt;
  return parser_.content_length;
}

std::string_view RequestParser::path(const char* message) const {
  std::string_view target = view(message, target_);
  if (const std::size_t scheme = target.find("://"); scheme != target.npos && !target.starts_with('/')) {
    target.remove_prefix(scheme + 3);
    const std::size_t authority = target.find_first_of("/?");
    target = authority == target.npos ? std::string_view("/") : target.substr(authority);
  }
  target = target.substr(0, target.find_first_of("?#"));
  return target.empty() ? std::string_view("/") : target;
}

void RequestParser::fill(const char* message, Request& request) const {
  request.method = method();
  request.target = view(message, target_);
  request.path = path(message);
  const std::size_t question = request.target.find('?');
  request.query = question == request.target.npos ? std::string_view() : request.target.substr(question + 1);
  request.query = request.query.substr(0, request.query.find('#'));
  request.headers.clear();
  request.headers.reserve(headers_.size());
  for (const HeaderSpan& header : headers_)
    request.headers.push_back({view(message, header.name), trim(view(message, header.value))});
  request.body = {message + body_begin_, body_size_};
}

bool RequestParser::extend(Span& span, const char* at, std::size_t size) const {
  const auto begin = static_cast<std::uint32_t>(at - message_);
  if (span.size == 0) span.begin = begin;
  if (span.begin + span.size != begin) return false;
  span.size += static_cast<std::uint32_t>(size);
  return true;
}

int RequestParser::on_target(const char* at, std::size_t size) {
  extend(target_, at, size);
  return 0;
}

int RequestParser::on_header_name(const char* at, std::size_t size) {
  if (head_done_) return 0;  // a trailer after a chunked body
  if (part_ != HeaderPart::kName) {
    if (headers_.size() == kMaxHeaders)
      return fail(431, Code::kTooLarge, fmt::format("headers: more than {} of them", kMaxHeaders));
    headers_.emplace_back();
    part_ = HeaderPart::kName;
  }
  extend(headers_.back().name, at, size);
  return 0;
}

int RequestParser::on_header_value(const char* at, std::size_t size) {
  if (head_done_) return 0;
  part_ = HeaderPart::kValue;
  if (!extend(headers_.back().value, at, size))
    return fail(400, Code::kInvalid, "headers: a value folded over several lines");
  return 0;
}

int RequestParser::on_head() {
  head_done_ = true;
  part_ = HeaderPart::kNone;
  // Offers of HTTP/2 and WebSocket are not taken up: the request is answered as it stands.
  parser_.upgrade = 0;
  return HPE_PAUSED;
}

int RequestParser::on_body(const char* at, std::size_t size) {
  if (body_size_ + size > body_limit_)
    return fail(413, Code::kTooLarge, fmt::format("body: more than {} bytes", body_limit_));
  const auto begin = static_cast<std::size_t>(at - message_);
  if (body_size_ == 0) {
    body_begin_ = begin;
  } else if (body_begin_ + body_size_ != begin) {
    std::memmove(message_ + body_begin_ + body_size_, at, size);
  }
  body_size_ += size;
  return 0;
}

int RequestParser::fail(int status, Code code, std::string message) {
  failure_ = {status, code, std::move(message)};
  return HPE_USER;
}

RequestParser::Step RequestParser::failed_by_llhttp(llhttp_errno_t code) {
  switch (code) {
    case HPE_USER: break;  // fail() said why
    case HPE_INVALID_VERSION:
    case HPE_PAUSED_H2_UPGRADE: fail(505, Code::kInvalid, "version: expected HTTP/1.1 or HTTP/1.0"); break;
    default: fail(400, Code::kInvalid, fmt::format("not an HTTP request: {}", llhttp_get_error_reason(&parser_)));
  }
  return Step::kFailed;
}

}  // namespace parley::net
