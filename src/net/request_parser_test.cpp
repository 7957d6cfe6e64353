#include "net/request_parser.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

namespace parley::net {
namespace {

/// Gives a parser its bytes piece by piece, in memory that moves every time, so that a pointer kept too long is seen.
class Feeder {
 public:
  explicit Feeder(std::size_t max_head = 8192) : parser_(max_head) {}

  /// Whatever ends the reading of one message: kNeedMore where the bytes were not enough.
  RequestParser::Step feed(std::string_view bytes) {
    auto longer = std::make_unique<char[]>(size_ + bytes.size());
    std::memcpy(longer.get(), bytes_.get(), size_);
    std::memcpy(longer.get() + size_, bytes.data(), bytes.size());
    bytes_ = std::move(longer);
    size_ += bytes.size();
    while (true) {
      const RequestParser::Step step = parser_.parse(bytes_.get(), size_);
      if (step != RequestParser::Step::kHead) return step;
      parser_.set_body_limit(body_limit_);
    }
  }

  Request request() {
    Request request;
    parser_.fill(bytes_.get(), request);
    return request;
  }

  /// Takes the finished message off and goes on with what follows it.
  RequestParser::Step next() {
    std::memmove(bytes_.get(), bytes_.get() + parser_.seen(), size_ - parser_.seen());
    size_ -= parser_.seen();
    parser_.reset();
    return feed("");
  }

  std::size_t left() const { return size_ - parser_.seen(); }
  RequestParser& parser() { return parser_; }
  void set_body_limit(std::size_t bytes) { body_limit_ = bytes; }

 private:
  RequestParser parser_;
  std::unique_ptr<char[]> bytes_ = std::make_unique<char[]>(0);
  std::size_t size_ = 0;
  std::size_t body_limit_ = 1000;
};

using Step = RequestParser::Step;

constexpr std::string_view kPlain =
    "POST /v1/batch?x=1&y=%20 HTTP/1.1\r\nHost: parley.test\r\nContent-Type:  application/json \r\nX-Empty:\r\n"
    "Content-Length: 11\r\n\r\nhello world";
constexpr std::string_view kChunked =
    "POST /v1/batch HTTP/1.1\r\nHost: parley.test\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5;name=value\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX-Trailer: late\r\n\r\n";

TEST(RequestParser, reads_a_request) {
  Feeder feeder;
  ASSERT_EQ(feeder.feed(kPlain), Step::kComplete);
  const Request request = feeder.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/batch?x=1&y=%20");
  EXPECT_EQ(request.path, "/v1/batch");
  EXPECT_EQ(request.query, "x=1&y=%20");
  EXPECT_EQ(request.header("host"), "parley.test");
  EXPECT_EQ(request.header("content-type"), "application/json");
  ASSERT_EQ(request.headers.size(), 4u);
  EXPECT_EQ(request.headers[2].name, "X-Empty");
  EXPECT_EQ(request.headers[2].value, "");
  EXPECT_EQ(request.body, "hello world");
  EXPECT_EQ(feeder.left(), 0u);
  EXPECT_TRUE(feeder.parser().keep_alive());
}

TEST(RequestParser, gives_the_same_request_wherever_the_bytes_are_split) {
  for (const std::string_view message : {kPlain, kChunked}) {
    for (std::size_t split = 1; split < message.size(); ++split) {
      SCOPED_TRACE(split);
      Feeder feeder;
      ASSERT_EQ(feeder.feed(message.substr(0, split)), Step::kNeedMore);
      ASSERT_EQ(feeder.feed(message.substr(split)), Step::kComplete);
      const Request request = feeder.request();
      EXPECT_EQ(request.path, "/v1/batch");
      EXPECT_EQ(request.header("host"), "parley.test");
      EXPECT_EQ(request.body, "hello world");
    }
  }
}

TEST(RequestParser, gives_the_same_request_byte_by_byte) {
  for (const std::string_view message : {kPlain, kChunked}) {
    Feeder feeder;
    for (std::size_t i = 0; i + 1 < message.size(); ++i) ASSERT_EQ(feeder.feed(message.substr(i, 1)), Step::kNeedMore);
    ASSERT_EQ(feeder.feed(message.substr(message.size() - 1)), Step::kComplete);
    EXPECT_EQ(feeder.request().body, "hello world");
    EXPECT_EQ(feeder.request().header("x-trailer"), "");
  }
}

TEST(RequestParser, stops_at_the_end_of_each_pipelined_request) {
  Feeder feeder;
  const std::string get = "GET /first HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_EQ(feeder.feed(get + std::string(kChunked) + std::string(kPlain) + "GET /la"), Step::kComplete);
  EXPECT_EQ(feeder.request().path, "/first");
  EXPECT_EQ(feeder.request().body, "");
  ASSERT_EQ(feeder.next(), Step::kComplete);
  EXPECT_EQ(feeder.request().body, "hello world");
  ASSERT_EQ(feeder.next(), Step::kComplete);
  EXPECT_EQ(feeder.request().query, "x=1&y=%20");
  ASSERT_EQ(feeder.next(), Step::kNeedMore);
  ASSERT_EQ(feeder.feed("st HTTP/1.0\r\n\r\n"), Step::kComplete);
  EXPECT_EQ(feeder.request().path, "/last");
  EXPECT_TRUE(feeder.parser().http_1_0());
  EXPECT_FALSE(feeder.parser().keep_alive());
}

TEST(RequestParser, reads_absolute_targets) {
  Feeder feeder;
  ASSERT_EQ(feeder.feed("GET http://parley.test:80/a/b?c HTTP/1.1\r\nHost: parley.test\r\n\r\n"), Step::kComplete);
  EXPECT_EQ(feeder.request().path, "/a/b");
  EXPECT_EQ(feeder.request().query, "c");
}

TEST(RequestParser, takes_no_offer_to_upgrade) {
  Feeder feeder;
  ASSERT_EQ(feeder.feed("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"),
            Step::kComplete);
  EXPECT_TRUE(feeder.parser().keep_alive());
}

TEST(RequestParser, accepts_a_long_request_line_within_the_limit) {
  Feeder feeder(128 * 1024);
  const std::string query(100'000, 'a');
  ASSERT_EQ(feeder.feed("GET /track?data=" + query + " HTTP/1.1\r\nHost: a\r\n\r\n"), Step::kComplete);
  EXPECT_EQ(feeder.request().query.size(), query.size() + 5);
}

TEST(RequestParser, keeps_no_endless_chunk_extension) {
  Feeder feeder;
  ASSERT_EQ(feeder.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;"), Step::kNeedMore);
  Step step = Step::kNeedMore;
  int pieces = 0;
  for (; step == Step::kNeedMore && pieces < 100; ++pieces) step = feeder.feed(std::string(1000, 'x'));
  ASSERT_EQ(step, Step::kFailed);
  EXPECT_LT(pieces, 70);
  EXPECT_EQ(feeder.parser().failure().status, 413);
}

struct Refusal {
  const char* name;
  std::string bytes;
  int status;
};

class RequestParserRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(RequestParserRefuses, what_is_not_a_sound_request) {
  Feeder feeder(1024);
  feeder.set_body_limit(10);
  ASSERT_EQ(feeder.feed(GetParam().bytes), Step::kFailed);
  EXPECT_EQ(feeder.parser().failure().status, GetParam().status);
  EXPECT_FALSE(feeder.parser().failure().message.empty());
}

TEST_P(RequestParserRefuses, the_same_byte_by_byte) {
  Feeder feeder(1024);
  feeder.set_body_limit(10);
  Step step = Step::kNeedMore;
  for (const char c : GetParam().bytes) {
    step = feeder.feed(std::string(1, c));
    if (step != Step::kNeedMore) break;
  }
  ASSERT_EQ(step, Step::kFailed);
  EXPECT_EQ(feeder.parser().failure().status, GetParam().status);
}

std::string with(const std::string& header, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RequestParserRefuses,
    testing::Values(Refusal{"noise", "\x16\x03\x01\x02\x00\x01", 400},
                    Refusal{"unknown_method", "FETCH / HTTP/1.1\r\n\r\n", 400},
                    Refusal{"version", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
                    Refusal{"http2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
                    Refusal{"no_host", "GET / HTTP/1.1\r\n\r\n", 400}, Refusal{"two_hosts", with("Host: b"), 400},
                    Refusal{"length_and_chunked", with("Content-Length: 3\r\nTransfer-Encoding: chunked", "abc"), 400},
                    Refusal{"two_lengths", with("Content-Length: 3\r\nContent-Length: 4", "abcd"), 400},
                    Refusal{"negative_length", with("Content-Length: -3", "abc"), 400},
                    Refusal{"endless_length", with("Content-Length: 99999999999999999999999"), 400},
                    Refusal{"other_coding", with("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), 501},
                    Refusal{"chunk_size", with("Transfer-Encoding: chunked", "zz\r\n"), 400},
                    Refusal{"chunk_end", with("Transfer-Encoding: chunked", "2\r\nabcd\r\n"), 400},
                    Refusal{"folded_header", with("X-A: one\r\n two"), 400},
                    Refusal{"bare_cr", with("X-A: one\rX-B: two"), 400},
                    Refusal{"space_before_colon", with("X-A : one"), 400},
                    Refusal{"nul_in_value", with(std::string("X-A: o\0ne", 9)), 400},
                    Refusal{"long_head", with("X-A: " + std::string(2000, 'a')), 431},
                    Refusal{"endless_target", "GET /" + std::string(2000, 'a'), 431},
                    Refusal{"many_headers",
                            "GET / HTTP/1.1\r\n" +
                                [] {
                                  std::string lines;
                                  for (int i = 0; i < 240; ++i) lines += "A:\r\n";
                                  return lines;
                                }() +
                                "Host: a\r\n\r\n",
                            431},
                    Refusal{"long_body", with("Content-Length: 11", "hello world"), 413},
                    Refusal{"long_chunked_body",
                            with("Transfer-Encoding: chunked", "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"), 413}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
}  // namespace parley::net
