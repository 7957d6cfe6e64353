#include "net/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::net {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// A router whose handlers do nothing; routes are told apart by their body limits.
class RouterTest : public testing::Test {
 protected:
  void add(const char* method, const char* pattern, std::size_t mark, bool cross_origin = false) {
    router_.add(method, pattern, {.cross_origin = cross_origin, .max_body = mark}, [](const ExchangePtr&) {});
  }
  std::size_t mark_of(const char* method, const char* path) const {
    const Router::Match match = router_.find(method, path);
    return match.route == nullptr ? 0 : match.route->options.max_body;
  }
  Router router_;
};

TEST_F(RouterTest, finds_exact_paths_with_and_without_a_trailing_slash) {
  add("POST", "/v1/batch", 1);
  add("POST", "/track/", 2);
  add("GET", "/", 3);
  EXPECT_EQ(mark_of("POST", "/v1/batch"), 1u);
  EXPECT_EQ(mark_of("POST", "/v1/batch/"), 1u);
  EXPECT_EQ(mark_of("POST", "/track"), 2u);
  EXPECT_EQ(mark_of("GET", "/"), 3u);
  EXPECT_EQ(mark_of("POST", "/v1/batch//"), 0u);
  EXPECT_EQ(mark_of("POST", "/v1"), 0u);
  EXPECT_EQ(mark_of("POST", ""), 0u);
  EXPECT_EQ(mark_of("OPTIONS", "*"), 0u);
}

TEST_F(RouterTest, decodes_path_parameters) {
  add("GET", "/api/v1/metrics/{id}", 1);
  add("GET", "/api/v1/{kind}/{id}/parts", 2);
  const Router::Match match = router_.find("GET", "/api/v1/metrics/a%2Fb%20c/");
  ASSERT_NE(match.route, nullptr);
  EXPECT_THAT(match.parameters, ElementsAre(Pair("id", "a/b c")));
  EXPECT_THAT(router_.find("GET", "/api/v1/reports/x/parts").parameters,
              ElementsAre(Pair("kind", "reports"), Pair("id", "x")));
  EXPECT_EQ(mark_of("GET", "/api/v1/metrics/"), 0u);
  EXPECT_EQ(mark_of("GET", "/api/v1/metrics/a/b"), 0u);
}

TEST_F(RouterTest, prefers_exact_to_parameters_and_parameters_to_prefixes) {
  add("GET", "/a/*", 1);
  add("GET", "/a/{id}", 2);
  add("GET", "/a/b", 3);
  add("GET", "/a/b/*", 4);
  add("GET", "/{any}/c", 5);
  add("GET", "/a/{any}", 6);
  EXPECT_EQ(mark_of("GET", "/a/b"), 3u);
  EXPECT_EQ(mark_of("GET", "/a/x"), 2u);
  EXPECT_EQ(mark_of("GET", "/a/b/x"), 4u);
  EXPECT_EQ(mark_of("GET", "/a/x/y"), 1u);
}

TEST_F(RouterTest, prefers_patterns_with_more_fixed_segments) {
  add("GET", "/{kind}/{id}", 1);
  add("GET", "/metrics/{id}", 2);
  EXPECT_EQ(mark_of("GET", "/metrics/x"), 2u);
  EXPECT_EQ(mark_of("GET", "/reports/x"), 1u);
}

TEST_F(RouterTest, gives_the_rest_of_a_prefix) {
  add("GET", "/assets/*", 1);
  add("GET", "/*", 2);
  add("GET", "/", 3);
  EXPECT_THAT(router_.find("GET", "/assets/js/app.js").parameters, ElementsAre(Pair("*", "js/app.js")));
  EXPECT_EQ(mark_of("GET", "/assetsx"), 2u);
  EXPECT_EQ(mark_of("GET", "/"), 3u);
}

TEST_F(RouterTest, serves_head_by_gets_handler) {
  add("GET", "/a", 1);
  EXPECT_EQ(mark_of("HEAD", "/a"), 1u);
}

TEST_F(RouterTest, names_the_methods_of_a_path_that_is_asked_with_another) {
  add("GET", "/a", 1);
  add("POST", "/a", 2, true);
  const Router::Match match = router_.find("DELETE", "/a");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_TRUE(match.path_known);
  EXPECT_TRUE(match.cross_origin);
  EXPECT_EQ(match.methods, "GET, HEAD, POST");
}

TEST_F(RouterTest, falls_back_only_for_unknown_paths) {
  add("POST", "/a", 1);
  EXPECT_EQ(router_.find("GET", "/x").route, nullptr);
  router_.set_fallback([](const ExchangePtr&) {});
  EXPECT_NE(router_.find("GET", "/x").route, nullptr);
  EXPECT_FALSE(router_.find("GET", "/x").path_known);
  EXPECT_EQ(router_.find("GET", "/a").route, nullptr);
  EXPECT_THAT(router_.find("GET", "/a/{").parameters, IsEmpty());
}

}  // namespace
}  // namespace parley::net
