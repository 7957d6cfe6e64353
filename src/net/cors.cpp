#include "net/cors.h"

namespace parley::net {

std::string cors_lines(const Request& request) {
  const std::string_view origin = request.header("origin");
  std::string lines;
  if (origin.empty()) return lines;
  lines.append("Access-Control-Allow-Origin: ").append(origin).append("\r\n");
  // Retry-After is not among the headers that a page may read by itself, and clients that retry look for it.
  lines.append(
      "Access-Control-Allow-Credentials: true\r\n"
      "Access-Control-Expose-Headers: Retry-After\r\n"
      "Vary: Origin\r\n");
  return lines;
}

bool is_preflight(const Request& request) {
  return request.method == "OPTIONS" && !request.header("origin").empty() &&
         !request.header("access-control-request-method").empty();
}

Response preflight_response(const Request& request, std::string_view methods) {
  Response response{.status = 204};
  response.headers.emplace_back("Access-Control-Allow-Methods", methods);
  if (const std::string_view wanted = request.header("access-control-request-headers"); !wanted.empty())
    response.headers.emplace_back("Access-Control-Allow-Headers", wanted);
  // Two hours is as long as Chromium remembers it.
  response.headers.emplace_back("Access-Control-Max-Age", "7200");
  return response;
}

}  // namespace parley::net
