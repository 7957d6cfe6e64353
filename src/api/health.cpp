#include <algorithm>

#include "api/answers.h"

namespace parley::api {
namespace {

// Past this the dashboards would show too old a picture to be called ready.
constexpr std::uint64_t kMostLagBytes = 512ull << 20;

std::string health_json(const Services& services, std::string_view status, std::uint64_t lag) {
  JsonWriter json;
  json.begin_object().key("status").string(status).key("version").string(services.version);
  json.key("store_lag_bytes").integer(static_cast<std::int64_t>(lag)).end_object();
  return json.take();
}

}  // namespace

void add_health_routes(net::Server& server, Services& services) {
  server.add_route("GET", "/healthz", {}, [&services](const net::ExchangePtr& exchange) {
    const std::uint64_t end = services.journal.end();
    exchange->respond(json_response(health_json(services, "ok", end - std::min(end, services.feed.position()))));
  });

  net::RouteOptions blocking;
  blocking.blocking = true;
  server.add_route("GET", "/readyz", blocking, [&services](const net::ExchangePtr& exchange) {
    const std::uint64_t end = services.journal.end();
    const std::uint64_t lag = end - std::min(end, services.feed.position());
    if (const auto answer = services.store.query("SELECT 1"); !answer.ok())
      return exchange->respond(json_response(health_json(services, "the store does not answer", lag), 503));
    if (lag > kMostLagBytes)
      return exchange->respond(json_response(health_json(services, "the store is far behind the journal", lag), 503));
    exchange->respond(json_response(health_json(services, "ready", lag)));
  });

  server.add_route("GET", "/metrics", {}, [&services](const net::ExchangePtr& exchange) {
    net::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = services.counters.prometheus_text();
    exchange->respond(std::move(response));
  });
}

}  // namespace parley::api
