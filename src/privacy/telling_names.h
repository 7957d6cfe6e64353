#pragma once

#include <string_view>

namespace parley::privacy {

/// What the name of a property (or of a query parameter, or a key in nested JSON) tells of its value.
enum class Telling : unsigned char {
  kNothing,
  kPersonal,     ///< email, first_name, phoneNumber, ip …
  kSecret,       ///< password, access_token, api-key …
  kMessageText,  ///< text, body, transcript …: a person's words
};

/// Reads the name by its words, however they are joined (`first_name`, `firstName`, `first-name`, `contact.email`).
/// Names that speak about the thing rather than hold it (`email_verified`, `phone_count`, `token_usage`) tell nothing.
/// `name` alone is a person's, but product_name, file_name and the like are not.
Telling judge_name(std::string_view name);

/// True where the last word is `id`: the value is a key, which masking would make useless.
bool names_an_id(std::string_view name);
/// True where a word is `version`: a value such as 1.2.3.4 is no address.
bool names_a_version(std::string_view name);

}  // namespace parley::privacy
