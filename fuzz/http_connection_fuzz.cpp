// A connection must survive any bytes in any pieces, with answers that come at once, later, or never, and must write
// nothing but whole responses. The first byte of the input says how the rest is cut.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "net/connection.h"

namespace {

using namespace parley;
using namespace parley::net;

class SinkConnection final : public Connection {
 public:
  explicit SinkConnection(std::shared_ptr<LoopShared> shared) : Connection(std::move(shared), "192.0.2.7", false) {}

  void advance() override {
    advancing_ = true;
    while (true) {
      produce();
      if (output().empty()) break;
      iovec pieces[4];
      const std::size_t count = output().gather(pieces);
      std::size_t taken = 0;
      for (std::size_t i = 0; i < count; ++i) {
        written.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
        taken += pieces[i].iov_len;
      }
      wrote(taken);
    }
    advancing_ = false;
    settle();
  }

  std::string written;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Counters counters;
  Server::Settings settings;
  settings.max_head = 2000;
  settings.max_body = 5000;
  Router router;
  std::vector<ExchangePtr> later;
  router.add("POST", "/e", {.cross_origin = true},
             [](const ExchangePtr& exchange) { exchange->respond({.body = std::string(exchange->request().body)}); });
  router.add("GET", "/l/{id}", {}, [&](const ExchangePtr& exchange) { later.push_back(exchange); });
  router.add("GET", "/s", {}, [](const ExchangePtr& exchange) { exchange->start_event_stream()->send("a", "b"); });
  SteadyTime now{};
  const auto shared = std::make_shared<LoopShared>(
      router, settings, std::make_shared<HttpCounters>(counters), [&] { return now; }, [] {});
  const auto connection = std::make_shared<SinkConnection>(shared);

  const std::size_t piece = data[0] % 64 + 1;
  for (std::size_t at = 1; at < size;) {
    const std::span<char> space = connection->read_space();
    const std::size_t step = std::min({piece, size - at, space.size()});
    if (step == 0) {
      if (later.empty()) break;
      later.back()->respond({.status = 201});
      later.pop_back();
    } else {
      std::memcpy(space.data(), data + at, step);
      at += step;
      connection->received(step);
      connection->advance();
    }
    advance_all(*shared);
    now += std::chrono::seconds(1);
    shared->time = now;
    connection->tick();
    advance_all(*shared);
  }
  connection->received_end();
  connection->advance();
  later.clear();
  advance_all(*shared);
  if (!connection->written.empty() && !connection->written.starts_with("HTTP/1.1 ")) std::abort();
  connection->close();
  shared->to_advance.clear();
  return 0;
}
