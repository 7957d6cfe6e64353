#include "store/clickhouse/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::store::clickhouse {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Failure, tells_a_wrong_query_from_a_limit_and_from_an_outage) {
  EXPECT_EQ(failure("query", "Code: 62. DB::Exception: Syntax error. (SYNTAX_ERROR)").code, Code::kInvalid);
  EXPECT_EQ(failure("query", "Code: 159. DB::Exception: Timeout. (TIMEOUT_EXCEEDED)").code, Code::kExhausted);
  EXPECT_EQ(failure("query", "Code: 241. DB::Exception: Memory. (MEMORY_LIMIT_EXCEEDED)").code, Code::kExhausted);
  EXPECT_EQ(failure("insert", "Code: 243. DB::Exception: No space. (NOT_ENOUGH_SPACE)").code, Code::kUnavailable);
  EXPECT_EQ(failure("insert", "Code: 49. DB::Exception: Bug. (LOGICAL_ERROR)").code, Code::kInternal);
  EXPECT_EQ(failure("insert", "words without a code").code, Code::kInternal);
}

TEST(Failure, names_an_unknown_column_but_no_value_of_the_query) {
  const Error error = failure("query",
                              "Code: 47. DB::Exception: Unknown expression identifier `colour` in scope SELECT colour "
                              "FROM events WHERE user_id "
                              "= 'anna@example.org'. Maybe you meant: []. (UNKNOWN_IDENTIFIER) (version 26.5.1.1)");
  EXPECT_THAT(error.message, HasSubstr("`colour`"));
  EXPECT_THAT(error.message, HasSubstr("UNKNOWN_IDENTIFIER"));
  EXPECT_THAT(error.message, Not(HasSubstr("anna")));
}

TEST(Failure, keeps_no_literal_even_where_the_words_of_the_code_are_kept) {
  const Error error = failure(
      "query",
      R"(Code: 43. DB::Exception: Illegal type of argument 'an\'na@example.org' of plus. (ILLEGAL_TYPE_OF_ARGUMENT))");
  EXPECT_THAT(error.message, HasSubstr("of plus"));
  EXPECT_THAT(error.message, Not(HasSubstr("example.org")));
}

TEST(Failure, drops_the_words_of_codes_that_repeat_the_query) {
  const Error error = failure("query",
                              "Code: 62. DB::Exception: Syntax error: failed at position 8 (anna): anna FROM events. "
                              "Expected one of: … (SYNTAX_ERROR) (version 26.5.1.1)");
  EXPECT_EQ(error.message, "store: query: ClickHouse code 62 SYNTAX_ERROR");
}

}  // namespace
}  // namespace parley::store::clickhouse
