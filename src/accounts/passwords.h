#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::accounts {

/// Argon2id of a password, with its own salt and costs in the text. Takes about a tenth of a second and 64 MiB, which
/// is what makes guessing dear; one is done at a time, so that many sign-ins do not take many times the memory.
Result<std::string> hash_password(std::string_view password);

/// True where the password is the one that the hash was made of.
bool verify_password(std::string_view hash, std::string_view password);

/// Takes the time of a verification: what a sign-in does where there is no such member, so that its answer does not
/// tell.
void spend_the_time_of_a_verification(std::string_view password);

}  // namespace parley::accounts
