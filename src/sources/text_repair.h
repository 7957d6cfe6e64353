#pragma once

#include <string>
#include <string_view>

#include "model/arena.h"

namespace parley::sources {

/// A copy of `bytes` in valid UTF-8, with 64 readable bytes behind it. Surrogates written as three bytes each (CESU-8)
/// become the character that they stand for; every other byte that is no UTF-8 becomes U+FFFD.
std::string_view repaired_utf8(std::string_view bytes, model::Arena& arena);

/// What stands between the quotes of a JSON string, without its escapes. Lone surrogates (`\ud83d`) and `\u0000`
/// become U+FFFD. A text without a backslash is given back as it is; others are written to the arena. Wrong escapes
/// lose their backslash: a client's slip must not cost the event.
std::string_view unescaped(std::string_view text, model::Arena& arena);

}  // namespace parley::sources
