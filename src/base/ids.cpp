#include "base/ids.h"

#include <openssl/rand.h>

#include <cstdint>
#include <stdexcept>

namespace parley {
namespace {

void random_bytes(unsigned char* into, std::size_t size) {
  if (RAND_bytes(into, static_cast<int>(size)) != 1)
    throw std::runtime_error("the operating system gives no random bytes");
}

}  // namespace

std::string uuid_v7(Timestamp now) {
  unsigned char bytes[16];
  random_bytes(bytes, sizeof bytes);
  const auto ms = static_cast<std::uint64_t>(to_ms(now));
  for (unsigned i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<unsigned char>(0x70 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<unsigned char>(0x80 | (bytes[8] & 0x3f));
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (unsigned i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

std::string random_token(std::size_t length) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string token;
  token.reserve(length);
  while (token.size() < length) {
    unsigned char bytes[64];
    random_bytes(bytes, sizeof bytes);
    for (unsigned char byte : bytes) {
      const unsigned value = byte & 63u;
      if (value < 62 && token.size() < length) token += kLetters[value];
    }
  }
  return token;
}

}  // namespace parley
