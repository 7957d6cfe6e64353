#include "net/inflater.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace parley::net {
namespace {

constexpr int kGzipOrZlib = MAX_WBITS + 32;
constexpr int kBareDeflate = -MAX_WBITS;

/// A zlib stream starts with method 8, a window of at most 32 KiB, and a multiple of 31 (RFC 1950).
bool looks_like_zlib(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const unsigned first = static_cast<unsigned char>(bytes[0]);
  const unsigned second = static_cast<unsigned char>(bytes[1]);
  return (first & 0x0f) == 8 && (first >> 4) <= 7 && (first * 256 + second) % 31 == 0;
}

/// What to make room for at first: gzip ends with its size, which is believed only as far as deflate can go (1:1032).
std::size_t first_capacity(std::string_view bytes, std::size_t limit) {
  std::size_t guess = bytes.size() * 4;
  if (looks_like_gzip(bytes) && bytes.size() >= 18) {
    std::uint32_t told = 0;
    std::memcpy(&told, bytes.data() + bytes.size() - 4, 4);  // little-endian, as is every machine we run on
    guess = std::min<std::size_t>(told + std::size_t{1}, bytes.size() * 1032);
  }
  return std::min(std::max<std::size_t>(guess, 256), limit + 1);
}

}  // namespace

bool looks_like_gzip(std::string_view bytes) { return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

struct Inflater::State {
  z_stream stream{};
  bool ready = false;
  ~State() {
    if (ready) inflateEnd(&stream);
  }
};

Inflater::Inflater() : state_(std::make_unique<State>()) {}
Inflater::~Inflater() = default;

Result<Inflater::Output> Inflater::inflate(std::string_view bytes, std::size_t limit) {
  if (bytes.empty()) return Output{PaddedBlock(0), 0};
  z_stream& stream = state_->stream;
  const int form = looks_like_gzip(bytes) || looks_like_zlib(bytes) ? kGzipOrZlib : kBareDeflate;
  if ((state_->ready ? inflateReset2(&stream, form) : inflateInit2(&stream, form)) != Z_OK)
    return internal("decompression: zlib did not start");
  state_->ready = true;

  // One byte past the limit tells "exactly full" from "too large".
  Output out{PaddedBlock(first_capacity(bytes, limit)), 0};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  while (true) {
    if (out.size == out.block.capacity()) {
      PaddedBlock larger(std::min(out.size * 2, limit + 1));
      std::memcpy(larger.data(), out.block.data(), out.size);
      out.block = std::move(larger);
    }
    stream.next_out = reinterpret_cast<Bytef*>(out.block.data() + out.size);
    stream.avail_out = static_cast<uInt>(out.block.capacity() - out.size);
    const int code = ::inflate(&stream, Z_NO_FLUSH);
    out.size = out.block.capacity() - stream.avail_out;
    if (out.size > limit)
      return Error{Code::kTooLarge, fmt::format("body: more than {} bytes after decompression", limit)};
    if (code == Z_STREAM_END) {
      const std::string_view rest(reinterpret_cast<const char*>(stream.next_in), stream.avail_in);
      if (!looks_like_gzip(rest)) return out;
      if (inflateReset(&stream) != Z_OK) return internal("decompression: zlib did not start again");
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      return invalid("body: not valid gzip or deflate data");
    } else if (stream.avail_in == 0 && stream.avail_out != 0) {
      return invalid("body: the compressed data is cut short");
    }
  }
}

}  // namespace parley::net
