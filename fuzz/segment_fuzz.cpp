// Any bytes as the body of each kind of Segment request: an answer or an error, never anything else.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "model/event_codec.h"
#include "sources/source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  static const char* const kPaths[] = {"/v1/batch", "/v1/track", "/v1/identify", "/v1/page"};
  if (size == 0) return 0;
  // The real server has 64 readable bytes behind a body, and these are what must not be read as part of it.
  std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t length = body.size();
  body.append(64, '"');
  sources::WireRequest request;
  request.method = "POST";
  request.path = kPaths[data[0] % 4];
  request.body = std::string_view(body).substr(0, length);
  request.received_at = timestamp_from_ms(1'768'471'200'000);
  model::Arena arena;
  const auto decoded = sources::all_sources().front()->decode(request, arena);
  if (!decoded.ok()) return 0;
  for (const model::Event& event : decoded->events) {
    std::string record;
    model::encode_event(event, record);
    const auto again = model::decode_event(record, std::pmr::get_default_resource());
    if (!again.ok() || again->properties.size() != event.properties.size()) std::abort();
    std::string json;
    model::append_event_json(event, json);
  }
  return 0;
}
