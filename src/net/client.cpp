#include "net/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "net/http_text.h"

namespace parley::net {
namespace {

struct HeaderListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<ClientResponse*>(into)->body.append(bytes, size * count);
  return size * count;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& headers = static_cast<ClientResponse*>(into)->headers;
  std::string_view line(bytes, size * count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  // A new status line follows an interim answer (100 Continue), whose headers are of no interest.
  if (line.starts_with("HTTP/")) headers.clear();
  if (const std::size_t colon = line.find(':'); colon != line.npos && !line.starts_with("HTTP/")) {
    std::string name(line.substr(0, colon));
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  }
  return size * count;
}

}  // namespace

std::string ClientResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

Client::Client() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_ = curl_easy_init();
}

Client::~Client() { curl_easy_cleanup(handle_); }

Result<ClientResponse> Client::send(const ClientRequest& request) {
  if (handle_ == nullptr) return internal("http client: libcurl did not start");
  curl_easy_reset(handle_);  // keeps the connection
  ClientResponse response;
  std::unique_ptr<curl_slist, HeaderListDeleter> headers;
  const auto add_header = [&](const std::string& line) {
    if (curl_slist* longer = curl_slist_append(headers.get(), line.c_str()); longer != nullptr) {
      (void)headers.release();
      headers.reset(longer);
    }
  };
  // A value-less header is written with a semicolon for libcurl; a colon alone would take the header out.
  for (const auto& [name, value] : request.headers)
    add_header(value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value));
  add_header("Expect:");

  curl_easy_setopt(handle_, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &response);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &response);
  if (request.method == "HEAD") {
    curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    curl_easy_setopt(handle_, CURLOPT_POST, 1L);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    const bool says_type = std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
      return equal_ignoring_case(header.first, "content-type");
    });
    if (!says_type) add_header("Content-Type:");  // libcurl would call every body a form
  }
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers.get());

  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, reason);
  const CURLcode code = curl_easy_perform(handle_);
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, nullptr);
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
    return invalid(fmt::format("http client: not an http or https address: {}", request.url));
  if (code != CURLE_OK) {
    return unavailable(fmt::format("http client: no answer from {}: {}", request.url.substr(0, request.url.find('?')),
                                   reason[0] != '\0' ? reason : curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

}  // namespace parley::net
