#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

/// XXH3 64-bit: the key by which conversations and people are grouped. Stable for ever, since it is stored.
std::uint64_t hash64(std::string_view text);

/// SHA-256 as 64 lowercase hexadecimal digits.
std::string sha256_hex(std::string_view text);

/// HMAC-SHA256 as 64 lowercase hexadecimal digits.
std::string hmac_sha256_hex(std::string_view key, std::string_view text);

/// True where both are equal; takes the same time wherever they differ. For secrets.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace parley
