#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/counters.h"
#include "base/result.h"
#include "net/http.h"

namespace parley::net {

/// A stream of server-sent events to one client. Any thread may send; what a slow client does not read in time is
/// dropped past a bound, and counted, rather than kept without end.
class EventStream {
 public:
  virtual ~EventStream() = default;
  /// Sends one event: `data` must be one line. False once the client is gone.
  virtual bool send(std::string_view event, std::string_view data) = 0;
  virtual bool closed() const = 0;
};

/// One request and its answer. The handler gets it on a server thread and answers then or later, from any thread,
/// exactly once; the request stays readable until then. An exchange let go without an answer is answered 500.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const Request& request() const = 0;
  virtual void respond(Response response) = 0;
  /// Answers 200 with an endless text/event-stream instead.
  virtual std::shared_ptr<EventStream> start_event_stream() = 0;
};

using ExchangePtr = std::shared_ptr<Exchange>;
using Handler = std::function<void(ExchangePtr)>;

/// How a route is run and who may call it from another origin.
struct RouteOptions {
  /// Runs on the pool given as Settings::offload instead of the server thread: for handlers that query or wait.
  bool blocking = false;
  /// Answers preflights and mirrors Origin with credentials: for the collecting routes that browsers call across
  /// sites (shared contract, rule 9). Other routes are same-origin only.
  bool cross_origin = false;
  /// Largest body after decompression; 0 takes Settings::max_body.
  std::size_t max_body = 0;
};

/// An HTTP/1.1 server: keep-alive, pipelining, chunked and gzip bodies (Content-Encoding or gzip magic bytes), server-
/// sent events, TLS. `add_route` before `listen`. It starts no threads: each thread that calls `run` serves its share
/// of the connections on a loop of its own (SO_REUSEPORT), until `stop`.
class Server {
 public:
  struct Settings {
    std::string listen = "127.0.0.1:8400";              ///< host:port; port 0 takes a free one
    std::string tls_certificate;                        ///< PEM file; empty serves plain HTTP
    std::string tls_key;                                ///< PEM file
    std::size_t max_head = 160 * 1024;                  ///< request line and headers, bytes
    std::size_t max_body = 4 * 1024 * 1024;             ///< body as sent and after decompression, bytes
    std::chrono::milliseconds idle_timeout{75'000};     ///< between requests of a connection
    std::chrono::milliseconds request_timeout{30'000};  ///< from a request's first byte to its last
    std::size_t max_connections = 10'000;
    /// Runs a job on a pool of the caller's, for blocking routes. False where the pool is full: answered 503.
    std::function<bool(std::function<void()>)> offload;
  };

  static Result<std::unique_ptr<Server>> create(Settings settings, Counters& counters);
  virtual ~Server() = default;

  /// `pattern` is an exact path ("/v1/batch"), one with parameters ("/api/v1/metrics/{id}"), or a prefix ("/assets/*").
  /// A trailing slash of the request is ignored. HEAD is served by GET's handler.
  virtual void add_route(std::string_view method, std::string_view pattern, RouteOptions options, Handler handler) = 0;
  /// What answers where no route fits (the web application's pages, or 404).
  virtual void set_fallback(Handler handler) = 0;

  virtual Status listen() = 0;
  /// The address that is served, "127.0.0.1:8400", after listen().
  virtual std::string address() const = 0;
  /// Serves until stop(). Call it from as many threads as there are processors.
  virtual void run() = 0;
  /// Stops accepting, lets requests under way be answered for at most `grace`, ends streams, then run() returns.
  /// Safe from any thread, not from a signal handler.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace parley::net
