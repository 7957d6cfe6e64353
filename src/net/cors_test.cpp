#include "net/cors.h"

#include "net/connection_fixture.h"

namespace parley::net {
namespace {

using testing::HasSubstr;
using testing::Not;

using CorsTest = ConnectionTest;

TEST_F(CorsTest, lets_any_origin_read_the_answers_of_collecting_routes) {
  route("POST", "/v1/track", {.cross_origin = true},
        [](const ExchangePtr& exchange) { exchange->respond({.status = 204}); });
  receive(post("/v1/track", "{}", "Origin: https://shop.test\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("Access-Control-Allow-Origin: https://shop.test\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("Access-Control-Allow-Credentials: true\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("Access-Control-Expose-Headers: Retry-After\r\n"));
  EXPECT_THAT(take_written(), HasSubstr("Vary: Origin\r\n"));
  receive(post("/echo", "{}", "Origin: https://shop.test\r\n") + post("/v1/track", "{}"));
  EXPECT_THAT(take_written(), Not(HasSubstr("Access-Control")));
  receive(post("/v1/track", std::string(1001, 'x'), "Origin: https://shop.test\r\n"));
  EXPECT_EQ(statuses(), "413");
  EXPECT_THAT(connection_->written, HasSubstr("Access-Control-Allow-Origin: https://shop.test\r\n"));
}

TEST_F(CorsTest, answers_preflights_of_collecting_routes_only) {
  route("POST", "/v1/track", {.cross_origin = true}, [](const ExchangePtr&) {});
  const std::string preflight =
      "Origin: https://shop.test\r\nAccess-Control-Request-Method: POST\r\n"
      "Access-Control-Request-Headers: authorization,x-retry-count\r\n\r\n";
  receive("OPTIONS /v1/track/ HTTP/1.1\r\nHost: a\r\n" + preflight);
  EXPECT_EQ(statuses(), "204");
  EXPECT_THAT(connection_->written, HasSubstr("Access-Control-Allow-Origin: https://shop.test\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("Access-Control-Allow-Credentials: true\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("Access-Control-Allow-Methods: POST\r\n"));
  EXPECT_THAT(connection_->written, HasSubstr("Access-Control-Allow-Headers: authorization,x-retry-count\r\n"));
  EXPECT_THAT(take_written(), HasSubstr("Access-Control-Max-Age: 7200\r\n"));
  receive("OPTIONS /echo HTTP/1.1\r\nHost: a\r\n" + preflight);
  EXPECT_EQ(statuses(), "204");
  EXPECT_THAT(connection_->written, HasSubstr("Allow: POST\r\n"));
  EXPECT_THAT(connection_->written, Not(HasSubstr("Access-Control")));
}

}  // namespace
}  // namespace parley::net
