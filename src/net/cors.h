#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace parley::net {

/// The header lines that let the page of the request's Origin read the answer, with credentials: some analytics
/// clients send credentials and take any other answer for a failure. Empty where there is no Origin.
std::string cors_lines(const Request& request);

/// True for a browser's question whether it may send a request (an OPTIONS that names the method it wants to use).
bool is_preflight(const Request& request);

/// The answer to it: yes, with whatever headers it asks for, good for two hours. `methods` as in Allow. Goes with
/// cors_lines().
Response preflight_response(const Request& request, std::string_view methods);

}  // namespace parley::net
