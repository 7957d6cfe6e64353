// A request must read the same in one piece and in any pieces: the first byte of the input says how the rest is cut.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "net/request_parser.h"

namespace {

using parley::net::Request;
using parley::net::RequestParser;

/// Everything that was read of a stream of requests, as text.
std::string read_all(std::string bytes, std::size_t piece) {
  RequestParser parser(2000);
  std::string story;
  std::size_t begin = 0;
  std::size_t end = 0;
  while (true) {
    switch (parser.parse(bytes.data() + begin, end - begin)) {
      case RequestParser::Step::kNeedMore:
        if (end == bytes.size()) return story;
        end = std::min(bytes.size(), end + piece);
        break;
      case RequestParser::Step::kHead:
        story += std::string(parser.path(bytes.data() + begin)) + "|";
        parser.set_body_limit(500);
        break;
      case RequestParser::Step::kComplete: {
        Request request;
        parser.fill(bytes.data() + begin, request);
        story += std::string(request.method) + " " + std::string(request.target) + "\n";
        for (const auto& header : request.headers)
          story += std::string(header.name) + ": " + std::string(header.value) + "\n";
        story += std::string(request.body) + (parser.keep_alive() ? " keeps\n" : " closes\n");
        begin += parser.seen();
        parser.reset();
        break;
      }
      case RequestParser::Step::kFailed: return story + std::to_string(parser.failure().status);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  if (read_all(bytes, bytes.size() + 1) != read_all(bytes, data[0] % 16 + 1)) std::abort();
  return 0;
}
