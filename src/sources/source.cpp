#include "sources/source.h"

#include <array>

namespace parley::sources {

#define PARLEY_SOURCE(id) const Source& id();
#include "sources/sources.inc"
#undef PARLEY_SOURCE

std::span<const Source* const> all_sources() {
#define PARLEY_SOURCE(id) &id(),
  static const auto sources = std::to_array<const Source*>({
#include "sources/sources.inc"
  });
#undef PARLEY_SOURCE
  return sources;
}

}  // namespace parley::sources
