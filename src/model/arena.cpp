#include "model/arena.h"

#include <cstring>

namespace parley::model {

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* into = bytes(text.size());
  std::memcpy(into, text.data(), text.size());
  return {into, text.size()};
}

}  // namespace parley::model
