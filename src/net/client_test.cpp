#include "net/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "net/listener.h"
#include "net/server.h"

namespace parley::net {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

TEST(Client, sends_method_headers_and_body) {
  Counters counters;
  auto server = Server::create({.listen = "127.0.0.1:0"}, counters);
  ASSERT_TRUE(server.ok());
  std::string seen;
  (*server)->set_fallback([&](const ExchangePtr& exchange) {
    const Request& request = exchange->request();
    seen = std::string(request.method) + " " + std::string(request.target) + " " +
           std::string(request.header("x-one")) + " " + std::string(request.header("content-type")) + " " +
           std::string(request.body);
    Response response{.status = 404, .content_type = "text/plain", .body = "gone"};
    response.headers.emplace_back("X-Answer", "a: b");
    exchange->respond(std::move(response));
  });
  ASSERT_TRUE((*server)->listen().ok());
  std::thread thread([&] { (*server)->run(); });
  Client client;
  const auto response = client.send({.method = "PUT",
                                     .url = "http://" + (*server)->address() + "/a?b=c",
                                     .headers = {{"X-One", "1"}, {"Content-Type", "text/x"}},
                                     .body = "text"});
  EXPECT_TRUE(response.ok());
  EXPECT_EQ(seen, "PUT /a?b=c 1 text/x text");
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "gone");
  EXPECT_EQ(response->header("x-answer"), "a: b");
  ASSERT_TRUE(client.send({.method = "HEAD", .url = "http://" + (*server)->address() + "/h"}).ok());
  EXPECT_EQ(seen, "HEAD /h   ");
  ASSERT_TRUE(client.send({.url = "http://" + (*server)->address() + "/g"}).ok());
  EXPECT_EQ(seen, "GET /g   ");
  (*server)->stop(seconds(5));
  thread.join();
}

TEST(Client, is_told_apart_no_answer_and_no_address) {
  // A port that nobody listens on: taken and given back.
  std::uint16_t port = 0;
  {
    const auto listener = open_listener({.host = "127.0.0.1", .port = 0});
    ASSERT_TRUE(listener.ok());
    port = local_port(*listener);
  }
  Client client;
  const auto refused = client.send({.url = "http://127.0.0.1:" + std::to_string(port) + "/a?key=secret"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_THAT(refused.error().message, Not(HasSubstr("secret")));
  const auto wrong = client.send({.url = "file:///etc/hostname"});
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace parley::net
