#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace parley::net {

/// What to ask of a server.
struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds timeout{30'000};
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  std::string header(std::string_view name) const;
};

/// A blocking HTTP client that keeps its connection (libcurl). One thread at a time per client.
class Client {
 public:
  Client();
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// Any answer is a success, whatever its status; `unavailable` where there was none.
  Result<ClientResponse> send(const ClientRequest& request);

 private:
  void* handle_;
};

}  // namespace parley::net
