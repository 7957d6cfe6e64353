#include "accounts/passwords.h"

#include <sodium.h>

#include <array>
#include <cstring>
#include <mutex>

namespace parley::accounts {
namespace {

std::mutex& one_at_a_time() {
  static std::mutex mutex;
  return mutex;
}

bool prepare() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  if (!prepare()) return internal("passwords: the cryptographic library cannot be used");
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const std::lock_guard lock(one_at_a_time());
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return unavailable("passwords: not enough memory to hash one; 64 MiB are needed");
  return std::string(hash.data());
}

bool verify_password(std::string_view hash, std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (!prepare() || hash.size() >= text.size()) return false;
  std::memcpy(text.data(), hash.data(), hash.size());
  const std::lock_guard lock(one_at_a_time());
  return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

void spend_the_time_of_a_verification(std::string_view password) { (void)hash_password(password).ok(); }

}  // namespace parley::accounts
