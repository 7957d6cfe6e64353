#include <array>

#include "privacy/characters.h"
#include "privacy/recognisers.h"

namespace parley::privacy {
namespace {

struct Country {
  char code[3];
  std::size_t length;
};

// Lengths by country, from the SWIFT IBAN registry.
constexpr std::array kCountries = {
    Country{"AD", 24}, Country{"AE", 23}, Country{"AL", 28}, Country{"AT", 20}, Country{"AZ", 28}, Country{"BA", 20},
    Country{"BE", 16}, Country{"BG", 22}, Country{"BH", 22}, Country{"BR", 29}, Country{"BY", 28}, Country{"CH", 21},
    Country{"CR", 22}, Country{"CY", 28}, Country{"CZ", 24}, Country{"DE", 22}, Country{"DK", 18}, Country{"DO", 28},
    Country{"EE", 20}, Country{"EG", 29}, Country{"ES", 24}, Country{"FI", 18}, Country{"FO", 18}, Country{"FR", 27},
    Country{"GB", 22}, Country{"GE", 22}, Country{"GI", 23}, Country{"GL", 18}, Country{"GR", 27}, Country{"GT", 28},
    Country{"HR", 21}, Country{"HU", 28}, Country{"IE", 22}, Country{"IL", 23}, Country{"IQ", 23}, Country{"IS", 26},
    Country{"IT", 27}, Country{"JO", 30}, Country{"KW", 30}, Country{"KZ", 20}, Country{"LB", 28}, Country{"LC", 32},
    Country{"LI", 21}, Country{"LT", 20}, Country{"LU", 20}, Country{"LV", 21}, Country{"LY", 25}, Country{"MC", 27},
    Country{"MD", 24}, Country{"ME", 22}, Country{"MK", 19}, Country{"MR", 27}, Country{"MT", 31}, Country{"MU", 30},
    Country{"NL", 18}, Country{"NO", 15}, Country{"PK", 24}, Country{"PL", 28}, Country{"PS", 29}, Country{"PT", 25},
    Country{"QA", 29}, Country{"RO", 24}, Country{"RS", 22}, Country{"SA", 24}, Country{"SC", 31}, Country{"SE", 24},
    Country{"SI", 19}, Country{"SK", 24}, Country{"SM", 27}, Country{"ST", 25}, Country{"SV", 28}, Country{"TL", 23},
    Country{"TN", 24}, Country{"TR", 26}, Country{"UA", 29}, Country{"VA", 22}, Country{"VG", 24}, Country{"XK", 20},
};

std::size_t length_for(char first, char second) {
  for (const Country& country : kCountries) {
    if (country.code[0] == to_upper(first) && country.code[1] == to_upper(second)) return country.length;
  }
  return 0;
}

// The end of the IBAN of `length` characters that starts at `start`, or `start` where it is none. It is written in one
// piece, or in capitals in groups of four with spaces or dashes between. ISO 13616: the first four characters go last,
// letters count from 10, rest 1 modulo 97.
std::size_t iban_end(std::string_view text, std::size_t start, std::size_t length) {
  std::array<char, 34> characters{};
  std::size_t count = 0;
  std::size_t i = start;
  bool grouped = false, lower = false;
  while (i < text.size() && count < length) {
    if (count > 0 && count % 4 == 0 && (text[i] == ' ' || text[i] == '-') && (grouped || count == 4)) {
      grouped = true;
      ++i;
    } else if (grouped && count % 4 == 0) {
      return start;
    }
    if (!is_alnum(byte_at(text, i))) return start;
    lower |= is_lower(text[i]);
    characters[count++] = to_upper(text[i++]);
  }
  if (count != length || (grouped && lower) || is_alnum(byte_at(text, i)) || byte_at(text, i) == '_') return start;
  unsigned rest = 0;
  for (std::size_t k = 0; k < length; ++k) {
    const char c = characters[(k + 4) % length];
    rest = is_digit(c) ? (rest * 10 + static_cast<unsigned>(c - '0')) % 97
                       : (rest * 100 + static_cast<unsigned>(c - 'A' + 10)) % 97;
  }
  return rest == 1 ? i : start;
}

}  // namespace

std::optional<Finding> iban_with_check_digits(std::string_view text, std::size_t digits) {
  if (digits < 2 || !is_letter(text[digits - 1]) || !is_letter(text[digits - 2])) return std::nullopt;
  const std::size_t start = digits - 2;
  if (start > 0 && (is_alnum(text[start - 1]) || text[start - 1] == '_')) return std::nullopt;
  const std::size_t length = length_for(text[start], text[start + 1]);
  if (length == 0) return std::nullopt;
  const std::size_t end = iban_end(text, start, length);
  if (end == start) return std::nullopt;
  return Finding{Kind::kIban, start, end - start};
}

}  // namespace parley::privacy
