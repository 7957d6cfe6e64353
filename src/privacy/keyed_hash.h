#pragma once

#include <array>
#include <string_view>

#include "base/secret.h"

namespace parley::privacy {

/// "h_" and 32 hexadecimal digits: the first half of HMAC-SHA256 (RFC 2104) of a value under a workspace's key.
class KeyedHash {
 public:
  static constexpr std::size_t kLength = 34;

  /// Hashes the value as it is meant rather than as it is written: without spaces around it, e-mail addresses in lower
  /// case, telephone numbers without their brackets, spaces and dashes. Any number of threads.
  KeyedHash(const Secret& key, std::string_view value);

  std::string_view text() const { return {text_.data(), text_.size()}; }

  /// True for text that is a keyed hash already.
  static bool is_one(std::string_view text);

 private:
  std::array<char, kLength> text_;
};

}  // namespace parley::privacy
