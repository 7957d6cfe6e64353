#include "base/result.h"

namespace parley {

const char* code_name(Code code) {
  switch (code) {
    case Code::kInvalid: return "invalid";
    case Code::kUnauthenticated: return "unauthenticated";
    case Code::kForbidden: return "forbidden";
    case Code::kNotFound: return "not_found";
    case Code::kConflict: return "conflict";
    case Code::kTooLarge: return "too_large";
    case Code::kExhausted: return "exhausted";
    case Code::kUnavailable: return "unavailable";
    case Code::kCorrupt: return "corrupt";
    case Code::kInternal: return "internal";
  }
  return "internal";
}

Error invalid(std::string message) { return {Code::kInvalid, std::move(message)}; }
Error not_found(std::string message) { return {Code::kNotFound, std::move(message)}; }
Error unavailable(std::string message) { return {Code::kUnavailable, std::move(message)}; }
Error corrupt(std::string message) { return {Code::kCorrupt, std::move(message)}; }
Error internal(std::string message) { return {Code::kInternal, std::move(message)}; }

}  // namespace parley
