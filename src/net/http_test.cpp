#include "net/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_text.h"

namespace parley::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(PercentDecoding, reads_escapes_and_leaves_broken_ones_alone) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%e2%82%ac", false), "a b/c\xe2\x82\xac");
  EXPECT_EQ(percent_decode("100%", false), "100%");
  EXPECT_EQ(percent_decode("%2", false), "%2");
  EXPECT_EQ(percent_decode("%zz%41", false), "%zzA");
}

TEST(PercentDecoding, takes_plus_for_a_space_only_in_queries) {
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
}

TEST(PercentEncoding, keeps_only_unreserved_characters) {
  EXPECT_EQ(percent_encode("Az09-._~"), "Az09-._~");
  EXPECT_EQ(percent_encode("a b/c?d=\xc3\xbc"), "a%20b%2Fc%3Fd%3D%C3%BC");
  const std::string every_byte = [] {
    std::string text;
    for (int c = 0; c < 256; ++c) text += static_cast<char>(c);
    return text;
  }();
  EXPECT_EQ(percent_decode(percent_encode(every_byte), true), every_byte);
}

TEST(Request, finds_headers_whatever_their_case) {
  Request request;
  request.headers = {{"Content-Type", "text/plain"}, {"content-type", "second"}};
  EXPECT_EQ(request.header("CONTENT-TYPE"), "text/plain");
  EXPECT_EQ(request.header("content-typ"), "");
}

TEST(Request, reads_query_parameters) {
  Request request;
  request.query = "from=2026-01-01&by=channel&by=bot%20type&empty=&flag&a%3Db=c";
  EXPECT_EQ(request.parameter("from"), "2026-01-01");
  EXPECT_EQ(request.parameter("empty"), "");
  EXPECT_EQ(request.parameter("flag"), "");
  EXPECT_EQ(request.parameter("a=b"), "c");
  EXPECT_EQ(request.parameter("to"), std::nullopt);
  EXPECT_THAT(request.parameters("by"), ElementsAre("channel", "bot type"));
  EXPECT_THAT(request.parameters("to"), IsEmpty());
}

TEST(Request, reads_cookies_from_every_cookie_header) {
  Request request;
  request.headers = {{"Cookie", "theme=dark; session=abc=="}, {"cookie", "later=1"}};
  EXPECT_EQ(request.cookie("session"), "abc==");
  EXPECT_EQ(request.cookie("theme"), "dark");
  EXPECT_EQ(request.cookie("later"), "1");
  EXPECT_EQ(request.cookie("sess"), "");
}

TEST(DateHeader, is_written_as_rfc_9110_asks) {
  DateHeader date;
  EXPECT_EQ(date.line(784'111'777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  EXPECT_EQ(date.line(784'111'778), "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
}

TEST(HasToken, looks_at_whole_list_members) {
  EXPECT_TRUE(has_token("gzip, Chunked", "chunked"));
  EXPECT_FALSE(has_token("gzip, chunkedness", "chunked"));
  EXPECT_FALSE(has_token("", "chunked"));
}

TEST(ResponseHead, tells_the_length_of_the_body_that_is_sent) {
  std::string head;
  append_response_head(head, {.status = 200, .body = "ignored", .static_body = "four"}, {.date_line = "Date: x\r\n"});
  EXPECT_EQ(head, "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n");
}

TEST(ResponseHead, says_nothing_of_a_body_where_there_can_be_none) {
  std::string head;
  append_response_head(head, {.status = 304}, {});
  EXPECT_EQ(head, "HTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST(ResponseHead, leaves_out_headers_that_would_split_the_response) {
  std::string head;
  Response response{.status = 302};
  response.headers = {{"Location", "/a\r\nSet-Cookie: stolen=1"}, {"X-Kept", "yes"}};
  append_response_head(head, response, {});
  EXPECT_THAT(head, Not(HasSubstr("Set-Cookie")));
  EXPECT_THAT(head, HasSubstr("X-Kept: yes\r\n"));
}

TEST(ErrorResponse, is_json_with_code_and_message) {
  const Response response = error_response(413, Code::kTooLarge, "body: \"big\"");
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.body, R"({"error":{"code":"too_large","message":"body: \"big\""}})");
}

}  // namespace
}  // namespace parley::net
