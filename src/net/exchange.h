#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "net/input_buffer.h"
#include "net/router.h"
#include "net/server.h"

namespace parley::net {

class Connection;

/// A request of a connection and the memory that its text points into. Its answer goes to the connection's thread.
class PendingExchange final : public Exchange {
 public:
  PendingExchange(std::shared_ptr<Connection> connection, std::uint64_t number, OwnedBytes bytes);
  ~PendingExchange() override;
  PendingExchange(const PendingExchange&) = delete;
  PendingExchange& operator=(const PendingExchange&) = delete;

  const Request& request() const override { return request_; }
  void respond(Response response) override;
  std::shared_ptr<EventStream> start_event_stream() override;

  /// For the connection, before anybody else sees the exchange.
  Request& editable_request() { return request_; }
  OwnedBytes& bytes() { return bytes_; }
  /// Replaces the body by a decompressed one.
  void set_body(PaddedBlock block, std::size_t size);

 private:
  std::shared_ptr<Connection> connection_;
  std::uint64_t number_;
  OwnedBytes bytes_;
  PaddedBlock body_;
  Request request_;
  std::atomic<bool> answered_{false};
};

/// Calls a handler; what it throws is logged and answered 500.
void run_handler(const Handler& handler, const ExchangePtr& exchange);

}  // namespace parley::net
