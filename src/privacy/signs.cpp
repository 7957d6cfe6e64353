#include "privacy/signs.h"

#include <array>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace parley::privacy {
namespace {

enum Mark : std::uint8_t { kAt = 1, kEquals = 2, kPercent = 4, kDisguised = 8 };

// Three counts in one word, so that a byte costs one addition.
constexpr std::uint64_t kDigit = 1;
constexpr std::uint64_t kDot = std::uint64_t{1} << 20;
constexpr std::uint64_t kColon = std::uint64_t{1} << 40;
constexpr std::size_t kMostAtOnce = (1 << 20) - 1;

constexpr auto kCounts = [] {
  std::array<std::uint64_t, 256> counts{};
  for (std::size_t c = '0'; c <= '9'; ++c) counts[c] = kDigit;
  counts['.'] = kDot;
  counts[':'] = kColon;
  return counts;
}();

constexpr auto kMarks = [] {
  std::array<std::uint8_t, 256> marks{};
  marks['@'] = kAt;
  marks['='] = kEquals;
  marks['%'] = kPercent;
  // No-break space and soft hyphen; Arabic, Persian, Indic digits; dashes and spaces; full-width forms.
  for (const std::size_t lead : {0xc2, 0xd9, 0xdb, 0xe0, 0xe2, 0xe3, 0xef}) marks[lead] = kDisguised;
  return marks;
}();

struct Tally {
  std::uint64_t counts = 0;
  unsigned marks = 0;

  void add(const char* from, const char* to) {
    for (; from != to; ++from) {
      const auto byte = static_cast<unsigned char>(*from);
      counts += kCounts[byte];
      marks |= kMarks[byte];
    }
  }
};

#if defined(__SSE2__)
// Bytes that count for nothing but the alphabet make up most of a text: sixteen at a time are left out.
const char* skip_or_tally(Tally& tally, const char* from, const char* to) {
  const __m128i case_bit = _mm_set1_epi8(0x20);
  const __m128i before_a = _mm_set1_epi8('a' - 1);
  const __m128i after_z = _mm_set1_epi8('z' + 1);
  const __m128i space = _mm_set1_epi8(' ');
  for (; to - from >= 16; from += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i lower = _mm_or_si128(bytes, case_bit);
    const __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(lower, before_a), _mm_cmplt_epi8(lower, after_z));
    const __m128i plain = _mm_or_si128(letter, _mm_cmpeq_epi8(bytes, space));
    unsigned others = ~static_cast<unsigned>(_mm_movemask_epi8(plain)) & 0xffffU;
    for (; others != 0; others &= others - 1) {
      const char* at = from + __builtin_ctz(others);
      tally.add(at, at + 1);
    }
  }
  return from;
}
#else
const char* skip_or_tally(Tally&, const char* from, const char*) { return from; }
#endif

}  // namespace

Signs look_at(std::string_view text) {
  Signs signs;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, kMostAtOnce);
    text.remove_prefix(part.size());
    Tally tally;
    const char* end = part.data() + part.size();
    tally.add(skip_or_tally(tally, part.data(), end), end);
    signs.digits += tally.counts & (kDot - 1);
    signs.dots += (tally.counts >> 20) & (kDot - 1);
    signs.colons += tally.counts >> 40;
    signs.at |= (tally.marks & kAt) != 0;
    signs.equals |= (tally.marks & kEquals) != 0;
    signs.percent |= (tally.marks & kPercent) != 0;
    signs.disguised |= (tally.marks & kDisguised) != 0;
  }
  return signs;
}

}  // namespace parley::privacy
