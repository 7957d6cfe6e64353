#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "base/counters.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/ids.h"
#include "base/json_writer.h"

namespace parley {
namespace {

TEST(JsonWriter, places_commas_and_escapes_text) {
  JsonWriter json;
  json.begin_object().key("a").integer(-1).key("b").begin_array().string("x\"\\\n\x01").null().boolean(true);
  json.begin_object().end_object().end_array().key("c").number(0.1).end_object();
  EXPECT_EQ(json.text(), "{\"a\":-1,\"b\":[\"x\\\"\\\\\\n\\u0001\",null,true,{}],\"c\":0.1}");
}

TEST(JsonWriter, writes_what_is_no_number_as_null) {
  JsonWriter json;
  json.begin_array().number(std::nan("")).number(std::numeric_limits<double>::infinity()).end_array();
  EXPECT_EQ(json.text(), "[null,null]");
}

TEST(Hash, is_stable_because_it_is_stored) {
  EXPECT_EQ(hash64(""), 3244421341483603138u);
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2, B.1
  // RFC 4231, test case 2.
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_TRUE(equal_in_constant_time("same", "same"));
  EXPECT_FALSE(equal_in_constant_time("same", "sane"));
  EXPECT_FALSE(equal_in_constant_time("same", "same "));
}

TEST(Ids, uuids_sort_by_time_and_do_not_repeat) {
  const std::string early = uuid_v7(timestamp_from_ms(1'768'471'200'000));
  const std::string late = uuid_v7(timestamp_from_ms(1'768'471'200'001));
  EXPECT_LT(early, late);
  EXPECT_EQ(early[14], '7');
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(uuid_v7(timestamp_from_ms(0)));
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(Ids, tokens_have_the_length_asked_for) {
  EXPECT_EQ(random_token(43).size(), 43u);
  EXPECT_NE(random_token(43), random_token(43));
}

TEST(Counters, speak_prometheus) {
  Counters counters;
  counters.counter("parley_events_total", "Events.", {{"verdict", "a\"b"}}).add(3);
  counters.counter("parley_events_total", "Events.", {{"verdict", "a\"b"}}).add(1);
  counters.gauge("parley_lag", "Lag.").set(1.5);
  counters.histogram("parley_step_seconds", "Steps.").observe(std::chrono::microseconds(3));
  const std::string text = counters.prometheus_text();
  EXPECT_NE(text.find("# TYPE parley_events_total counter\nparley_events_total{verdict=\"a\\\"b\"} 4\n"),
            std::string::npos);
  EXPECT_NE(text.find("parley_lag 1.5\n"), std::string::npos);
  EXPECT_NE(text.find("parley_step_seconds_bucket{le=\"2e-06\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("parley_step_seconds_bucket{le=\"4e-06\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("parley_step_seconds_count 1\n"), std::string::npos);
}

TEST(File, gzip_comes_back_and_bombs_are_refused) {
  const std::string plain(1'000'000, 'x');
  const std::string packed = gzip(plain);
  EXPECT_LT(packed.size(), 5000u);
  auto back = gunzip(packed, plain.size());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, plain);
  auto bomb = gunzip(packed, plain.size() - 1);
  ASSERT_FALSE(bomb.ok());
  EXPECT_EQ(bomb.error().code, Code::kTooLarge);
  EXPECT_EQ(gunzip(packed.substr(0, packed.size() / 2), 2'000'000).error().code, Code::kInvalid);
  EXPECT_EQ(gunzip("no gzip at all", 100).error().code, Code::kInvalid);
  // Files that were packed one after another are one file.
  EXPECT_EQ(*gunzip(gzip("ab") + gzip("cd"), 100), "abcd");
}

TEST(File, is_replaced_as_a_whole) {
  const std::string path = testing::TempDir() + "/parley_file_test";
  ASSERT_TRUE(write_file_durably(path, "one", 0600).ok());
  ASSERT_TRUE(write_file_durably(path, "two").ok());
  EXPECT_EQ(*read_file(path), "two");
  EXPECT_EQ(read_file(path + ".missing").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace parley
