#include "net/exchange.h"

#include <exception>
#include <utility>

#include "base/log.h"
#include "net/connection.h"
#include "net/event_stream.h"
#include "net/http_text.h"

namespace parley::net {

PendingExchange::PendingExchange(std::shared_ptr<Connection> connection, std::uint64_t number, OwnedBytes bytes)
    : connection_(std::move(connection)), number_(number), bytes_(std::move(bytes)) {}

PendingExchange::~PendingExchange() {
  if (!answered_.load()) respond(error_response(500, Code::kInternal, "the request was not answered"));
}

void PendingExchange::respond(Response response) {
  if (answered_.exchange(true)) return;
  Connection::deliver(connection_, number_, {.response = std::move(response), .stream = nullptr});
}

std::shared_ptr<EventStream> PendingExchange::start_event_stream() {
  auto state = std::make_shared<StreamState>();
  auto handle = std::make_shared<EventStreamHandle>(connection_, state, connection_->counters().dropped_stream_events);
  if (answered_.exchange(true)) {
    state->close();
    return handle;
  }
  // Proxies are asked not to hold events back.
  Response head{.status = 200, .content_type = "text/event-stream"};
  head.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  Connection::deliver(connection_, number_, {.response = std::move(head), .stream = std::move(state)});
  return handle;
}

void PendingExchange::set_body(PaddedBlock block, std::size_t size) {
  body_ = std::move(block);
  request_.body = {body_.data(), size};
}

void run_handler(const Handler& handler, const ExchangePtr& exchange) {
  try {
    handler(exchange);
  } catch (const std::exception&) {
    // Not what() says: it may quote the request.
    log_error("net: the handler of a {} request threw an exception", exchange->request().method);
    exchange->respond(error_response(500, Code::kInternal, "the request could not be handled"));
  }
}

}  // namespace parley::net
