#include "net/http_counters.h"

#include <fmt/format.h>

#include <algorithm>

namespace parley::net {

HttpCounters::HttpCounters(Counters& counters)
    : bytes_in(counters.counter("parley_http_received_bytes_total", "Bytes received over HTTP")),
      bytes_out(counters.counter("parley_http_sent_bytes_total", "Bytes sent over HTTP")),
      refused_connections(
          counters.counter("parley_http_refused_connections_total", "Connections refused because too many were open")),
      dropped_stream_events(counters.counter("parley_http_stream_events_dropped_total",
                                             "Server-sent events dropped because a client read too slowly")),
      duration_(counters.histogram("parley_http_request_seconds", "From a request's last byte to its answer")),
      open_(counters.gauge("parley_http_connections", "Open HTTP connections")) {
  for (std::size_t i = 0; i < by_class_.size(); ++i) {
    by_class_[i] = &counters.counter("parley_http_requests_total", "HTTP requests answered, by class of status",
                                     {{"code", fmt::format("{}xx", i + 1)}});
  }
}

void HttpCounters::answered(int status, std::chrono::nanoseconds took) {
  by_class_[static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1)]->add();
  duration_.observe(took);
}

bool HttpCounters::opened(std::size_t most) {
  const std::size_t now = connections_.fetch_add(1) + 1;
  if (now > most) {
    connections_.fetch_sub(1);
    refused_connections.add();
    return false;
  }
  open_.set(static_cast<double>(now));
  return true;
}

void HttpCounters::closed() { open_.set(static_cast<double>(connections_.fetch_sub(1) - 1)); }

}  // namespace parley::net
