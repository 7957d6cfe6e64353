#include "net/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "base/log.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/tls.h"

namespace parley::net {
namespace {

class LoopServer final : public Server {
 public:
  LoopServer(Settings settings, ListenAddress address, TlsContext tls, Counters& counters)
      : settings_(std::move(settings)),
        address_(std::move(address)),
        tls_(std::move(tls)),
        counters_(std::make_shared<HttpCounters>(counters)) {}

  void add_route(std::string_view method, std::string_view pattern, RouteOptions options, Handler handler) override {
    router_.add(method, pattern, options, std::move(handler));
  }

  void set_fallback(Handler handler) override { router_.set_fallback(std::move(handler)); }

  Status listen() override {
    PARLEY_TRY(check_port_is_free(address_));
    Result<Descriptor> listener = open_listener(address_);
    if (!listener) return listener.error();
    address_.port = local_port(*listener);
    first_listener_ = std::move(*listener);
    return {};
  }

  std::string address() const override {
    const bool is_ipv6 = address_.host.find(':') != address_.host.npos;
    return fmt::format(fmt::runtime(is_ipv6 ? "[{}]:{}" : "{}:{}"), address_.host, address_.port);
  }

  void run() override {
    Loop* const loop = add_loop();
    if (loop != nullptr) loop->run();
  }

  void stop(std::chrono::milliseconds grace) override {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    first_listener_.reset();
    for (const std::unique_ptr<Loop>& loop : loops_) loop->stop(grace);
  }

 private:
  Loop* add_loop() {
    std::lock_guard lock(mutex_);
    if (stopped_) return nullptr;
    Result<Descriptor> listener = first_listener_ ? std::move(first_listener_) : open_listener(address_);
    if (!listener) {
      log_error("net: {}", listener.error().message);
      return nullptr;
    }
    Result<std::unique_ptr<Loop>> loop = Loop::create(router_, settings_, counters_, tls_.get(), std::move(*listener));
    if (!loop) {
      log_error("net: {}", loop.error().message);
      return nullptr;
    }
    loops_.push_back(std::move(*loop));
    return loops_.back().get();
  }

  const Settings settings_;
  ListenAddress address_;
  const TlsContext tls_;
  const std::shared_ptr<HttpCounters> counters_;
  Router router_;
  Descriptor first_listener_;  // until the first run() takes it
  std::mutex mutex_;
  bool stopped_ = false;
  std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::create(Settings settings, Counters& counters) {
  Result<ListenAddress> address = parse_listen_address(settings.listen);
  if (!address) return address.error();
  if (settings.tls_certificate.empty() != settings.tls_key.empty())
    return invalid("tls: a certificate and a key are needed together, only one of tls_certificate and tls_key is set");
  TlsContext tls;
  if (!settings.tls_certificate.empty()) {
    Result<TlsContext> loaded = load_tls(settings.tls_certificate, settings.tls_key);
    if (!loaded) return loaded.error();
    tls = std::move(*loaded);
  }
  return std::unique_ptr<Server>(new LoopServer(std::move(settings), std::move(*address), std::move(tls), counters));
}

}  // namespace parley::net
