#pragma once

#include <llhttp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace parley::net {

/// Reads one HTTP/1.x request after another out of a contiguous buffer (llhttp, strict). Knows no socket and owns no
/// text: it keeps offsets from the message's first byte, so the bytes may be moved between two calls of parse(). A
/// chunked body is closed up in place.
///
///     parser.parse(message, size)      kHead once the head is whole: route it, set the body's limit, go on
///     parser.parse(message, size)      kNeedMore: call again when more bytes came
///     parser.parse(message, size)      kComplete: fill(request), take `seen()` bytes off, reset()
///
/// What it refuses: see kFailed and failure(). Not safe for several threads at once.
class RequestParser {
 public:
  enum class Step { kNeedMore, kHead, kComplete, kFailed };

  /// Why a request cannot be read, as it is answered.
  struct Failure {
    int status = 400;
    Code code = Code::kInvalid;
    std::string message;
  };

  static constexpr std::size_t kMaxHeaders = 200;

  explicit RequestParser(std::size_t max_head);
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Reads on. `message` is where the request begins, `size` how many bytes came of it and of what follows it.
  Step parse(char* message, std::size_t size);

  /// The bytes of the message that were read. At kComplete: its length.
  std::size_t seen() const { return seen_; }
  const Failure& failure() const { return failure_; }

  // From kHead on.
  std::string_view method() const;
  std::string_view target(const char* message) const { return view(message, target_); }
  /// The target's path, without query and, for the absolute form, without scheme and host.
  std::string_view path(const char* message) const;
  std::optional<std::uint64_t> content_length() const;
  std::size_t head_size() const { return head_size_; }
  bool expects_continue() const { return expects_continue_; }
  bool keep_alive() const { return keep_alive_; }
  bool http_1_0() const { return parser_.http_minor == 0; }
  /// The most bytes the body may have, before decompression.
  void set_body_limit(std::size_t bytes) { body_limit_ = bytes; }
  std::size_t body_limit() const { return body_limit_; }

  /// At kComplete: method, target, path, query, headers and body, pointing into `message`.
  void fill(const char* message, Request& request) const;

  /// Makes ready for the next message.
  void reset();

 private:
  struct Span {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  struct HeaderSpan {
    Span name;
    Span value;
  };
  enum class HeaderPart { kNone, kName, kValue };

  static const llhttp_settings_t& callbacks();
  std::size_t message_limit() const;
  static std::string_view view(const char* message, Span span) { return {message + span.begin, span.size}; }

  int on_target(const char* at, std::size_t size);
  int on_header_name(const char* at, std::size_t size);
  int on_header_value(const char* at, std::size_t size);
  int on_head();
  int on_body(const char* at, std::size_t size);
  /// Makes the span longer by bytes that must follow it directly.
  bool extend(Span& span, const char* at, std::size_t size) const;
  int fail(int status, Code code, std::string message);
  Step failed_by_llhttp(llhttp_errno_t code);
  bool check_head();

  llhttp_t parser_{};
  std::size_t max_head_;
  std::size_t body_limit_ = 0;
  char* message_ = nullptr;  // only while parse() runs
  std::size_t seen_ = 0;
  Span target_;
  std::vector<HeaderSpan> headers_;
  HeaderPart part_ = HeaderPart::kNone;
  bool head_done_ = false;
  bool complete_ = false;
  bool expects_continue_ = false;
  bool keep_alive_ = false;
  std::size_t head_size_ = 0;
  std::size_t body_begin_ = 0;
  std::size_t body_size_ = 0;
  Failure failure_;
};

}  // namespace parley::net
