#include "privacy/keyed_hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "privacy/characters.h"

namespace parley::privacy {
namespace {

using Context = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

// Without it nothing personal may be written, so there is no way on.
[[noreturn]] void give_up() {
  log_error("privacy: OpenSSL has no HMAC-SHA256");
  std::abort();
}

Context make_context(const std::string& key) {
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Context context(hmac == nullptr ? nullptr : EVP_MAC_CTX_new(hmac), &EVP_MAC_CTX_free);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  // OpenSSL takes an empty key for none: RFC 2104 pads both with zeros to the same.
  const std::string usable = key.empty() ? std::string(1, '\0') : key;
  if (!context ||
      EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(usable.data()), usable.size(), params) != 1)
    give_up();
  return context;
}

// Setting up a key costs five times a hash, so each thread keeps its contexts: one a workspace, the latest first.
EVP_MAC_CTX* context_for(const std::string& key) {
  struct Keyed {
    std::string key;
    Context context;
  };
  constexpr std::size_t kMostKept = 32;
  thread_local std::vector<Keyed> kept;
  const auto found = std::find_if(kept.begin(), kept.end(), [&](const Keyed& keyed) { return keyed.key == key; });
  if (found != kept.end()) {
    std::rotate(kept.begin(), found, found + 1);
  } else {
    if (kept.size() == kMostKept) kept.pop_back();
    kept.insert(kept.begin(), Keyed{key, make_context(key)});
  }
  return kept.front().context.get();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The value as it is meant; `room` holds it where it is not a part of the value itself.
std::string_view as_meant(std::string_view value, std::string& room) {
  value = trimmed(value);
  if (value.find('@') != std::string_view::npos) {
    if (std::none_of(value.begin(), value.end(), is_upper)) return value;
    for (const char c : value) room += to_lower(c);
    return room;
  }
  const auto in_phone = [](char c) {
    return is_digit(c) || c == '+' || c == ' ' || c == '-' || c == '(' || c == ')' || c == '.' || c == '/';
  };
  if (!std::all_of(value.begin(), value.end(), in_phone)) return value;
  for (const char c : value) {
    if (is_digit(c) || (c == '+' && room.empty())) room += c;
  }
  return room;
}

}  // namespace

KeyedHash::KeyedHash(const Secret& key, std::string_view value) {
  std::string room;
  const std::string_view meant = as_meant(value, room);
  EVP_MAC_CTX* context = context_for(key.reveal());
  std::array<unsigned char, 32> mac{};
  std::size_t length = 0;
  if (EVP_MAC_init(context, nullptr, 0, nullptr) != 1 ||
      EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(meant.data()), meant.size()) != 1 ||
      EVP_MAC_final(context, mac.data(), &length, mac.size()) != 1)
    give_up();
  constexpr std::string_view kHex = "0123456789abcdef";
  text_[0] = 'h';
  text_[1] = '_';
  for (std::size_t i = 0; i < 16; ++i) {
    text_[2 + 2 * i] = kHex[mac[i] >> 4];
    text_[3 + 2 * i] = kHex[mac[i] & 15];
  }
}

bool KeyedHash::is_one(std::string_view text) {
  return text.size() == kLength && text.starts_with("h_") &&
         std::all_of(text.begin() + 2, text.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

}  // namespace parley::privacy
