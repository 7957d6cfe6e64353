#pragma once

#include <cstdint>
#include <string_view>

namespace parley::journal {

/// CRC-32C (Castagnoli, RFC 3720) of `bytes` after what `before` is the CRC of: crc32c("ab") == crc32c("b",
/// crc32c("a")). Uses the processor's instruction where it has one; every machine gives the same answer.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

/// The same without the instruction: what processors without it run, and what tests compare with.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before = 0);

}  // namespace parley::journal
