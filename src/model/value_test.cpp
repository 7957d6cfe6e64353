#include "model/value.h"

#include <gtest/gtest.h>

namespace parley::model {
namespace {

std::string json(const Value& value) {
  std::string out;
  value.append_json(out);
  return out;
}

TEST(Value, numbers_become_millionths_wherever_they_stand) {
  EXPECT_EQ(Value::number(0.87).micros(), 870'000);
  EXPECT_EQ(Value::integer(3).micros(), 3'000'000);
  EXPECT_EQ(Value::string("12.5").micros(), 12'500'000);
  EXPECT_EQ(Value::number(-0.0000005).micros(), -1);
  EXPECT_FALSE(Value::string("12,5").micros().has_value());
  EXPECT_FALSE(Value::string("").micros().has_value());
  EXPECT_FALSE(Value::number(1e21).micros().has_value());
  EXPECT_FALSE(Value::integer(9'007'199'254'740'992).micros().has_value());
  EXPECT_FALSE(Value::boolean(true).micros().has_value());
}

TEST(Value, whole_numbers_are_seen_in_each_kind) {
  EXPECT_EQ(Value::number(2.0).whole(), 2);
  EXPECT_EQ(Value::string("-7").whole(), -7);
  EXPECT_FALSE(Value::number(2.5).whole().has_value());
  EXPECT_FALSE(Value::string("2.5").whole().has_value());
}

TEST(Value, truth_is_read_as_people_write_it) {
  EXPECT_EQ(Value::string("yes").truth(), true);
  EXPECT_EQ(Value::string("no").truth(), false);
  EXPECT_EQ(Value::integer(1).truth(), true);
  EXPECT_FALSE(Value::string("maybe").truth().has_value());
  EXPECT_FALSE(Value::integer(2).truth().has_value());
}

TEST(Value, json_keeps_the_kind) {
  EXPECT_EQ(json(Value::integer(2)), "2");
  EXPECT_EQ(json(Value::number(2)), "2.0");
  EXPECT_EQ(json(Value::number(1e21)), "1e+21");
  EXPECT_EQ(json(Value::number(1e-7)), "1e-07");
  EXPECT_EQ(json(Value::string("a\"b")), "\"a\\\"b\"");
  EXPECT_EQ(json(Value::json("[1,2]")), "[1,2]");
  EXPECT_EQ(json(Value()), "null");
}

}  // namespace
}  // namespace parley::model
