#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace parley::net {

bool equal_ignoring_case(std::string_view a, std::string_view b);

/// True where a comma-separated header value ("gzip, chunked") holds the token.
bool has_token(std::string_view list, std::string_view token);

/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);

/// "Not Found" for 404; "Unknown" for a status that is not known.
std::string_view reason_phrase(int status);

/// An answer of the server itself: `{"error":{"code":"…","message":"…"}}`.
Response error_response(int status, Code code, std::string_view message);

/// The Date header's line, made once a second.
class DateHeader {
 public:
  /// "Date: Thu, 15 Jan 2026 10:00:00 GMT\r\n"
  std::string_view line(std::time_t now);

 private:
  std::time_t made_for_ = -1;
  std::string line_;
};

/// What a response's head says beside the handler's own words.
struct ResponseFraming {
  std::string_view date_line;
  std::string_view more_lines;  ///< whole header lines, each with its line end
  bool close = false;           ///< says Connection: close
  bool keep_alive = false;      ///< says Connection: keep-alive, for HTTP/1.0
  bool endless = false;         ///< a stream that only the connection's end ends: no Content-Length
};

/// Appends status line and headers. A header of the handler's that would break the framing (a line end in its name or
/// value) is left out.
void append_response_head(std::string& out, const Response& response, const ResponseFraming& framing);

}  // namespace parley::net
