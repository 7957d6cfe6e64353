#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "net/padded_block.h"

namespace parley::net {

/// Decompresses request bodies: gzip (of several members too), zlib and bare deflate. Keeps zlib's state between
/// bodies. Stops as soon as the output passes the limit, so that a small bomb costs no more than a body of that limit.
/// Not safe for several threads at once.
class Inflater {
 public:
  struct Output {
    PaddedBlock block;
    std::size_t size = 0;
    std::string_view text() const { return {block.data(), size}; }
  };

  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// `too_large` past `limit`, `invalid` for bytes that are cut short or are not of these forms.
  Result<Output> inflate(std::string_view bytes, std::size_t limit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// True for the two magic bytes of gzip.
bool looks_like_gzip(std::string_view bytes);

}  // namespace parley::net
