#include "sources/text_repair.h"

#include <gtest/gtest.h>

namespace parley::sources {
namespace {

struct Case {
  std::string_view from;
  std::string_view to;
};

TEST(TextRepair, makes_valid_utf8_of_any_bytes) {
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"plain", "plain"},
      {"K\xC3\xB6ln \xF0\x9F\x98\x80", "K\xC3\xB6ln \xF0\x9F\x98\x80"},
      {"cesu \xED\xA0\xBD\xED\xB8\x80!", "cesu \xF0\x9F\x98\x80!"},
      {"lone \xED\xA0\xBD half", "lone \xEF\xBF\xBD half"},
      {"low \xED\xB8\x80 half", "low \xEF\xBF\xBD half"},
      {"latin \xFC", "latin \xEF\xBF\xBD"},
      {"cut \xE2\x82", "cut \xEF\xBF\xBD\xEF\xBF\xBD"},
      {"overlong \xC0\xAF", "overlong \xEF\xBF\xBD\xEF\xBF\xBD"},
      {"beyond \xF4\x90\x80\x80", "beyond \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"two highs \xED\xA0\xBD\xED\xA0\xBD\xED\xB8\x80", "two highs \xEF\xBF\xBD\xF0\x9F\x98\x80"},
      {""sv, ""sv},
  };
  model::Arena arena;
  for (const Case& c : cases) EXPECT_EQ(repaired_utf8(c.from, arena), c.to) << c.from;
}

TEST(TextRepair, leaves_readable_padding_behind_the_text) {
  model::Arena arena;
  const std::string_view text = repaired_utf8("\xFF", arena);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(*(text.data() + text.size() + i), '\0');
}

TEST(TextRepair, takes_escapes_out_of_json_text) {
  const Case cases[] = {
      {R"(no escapes)", "no escapes"},
      {R"(a\"b\\c\/d\b\f\n\r\t)", "a\"b\\c/d\b\f\n\r\t"},
      {R"(\u00e9\u20AC)", "\xC3\xA9\xE2\x82\xAC"},
      {R"(\ud83d\ude00)", "\xF0\x9F\x98\x80"},
      {R"(lone \ud83d surrogate)", "lone \xEF\xBF\xBD surrogate"},
      {R"(low \ude00)", "low \xEF\xBF\xBD"},
      {R"(high \ud83dA)",
       "high \xEF\xBF\xBD"
       "A"},
      {R"(\ud83d\ud83d\ude00)", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
      {R"(a\u0000b)",
       "a\xEF\xBF\xBD"
       "b"},
      {R"(wrong \x escape)", "wrong x escape"},
      {R"(short \u12)",
       "short \xEF\xBF\xBD"
       "12"},
      {R"(\u)", "\xEF\xBF\xBD"},
  };
  model::Arena arena;
  for (const Case& c : cases) EXPECT_EQ(unescaped(c.from, arena), c.to) << c.from;
}

TEST(TextRepair, does_not_copy_text_without_escapes) {
  model::Arena arena;
  const std::string_view text = "as it came";
  EXPECT_EQ(unescaped(text, arena).data(), text.data());
}

}  // namespace
}  // namespace parley::sources
