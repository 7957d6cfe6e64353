#include "store/clickhouse/json_value.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace parley::store::clickhouse {
namespace {

using model::Value;

TEST(ValueFromJson, gives_back_every_kind_as_it_was) {
  const std::string every_byte = [] {
    std::string text;
    for (int c = 0; c < 256; ++c) text += static_cast<char>(c);
    return text;
  }();
  model::Arena arena;
  for (const Value& value :
       {Value(), Value::boolean(true), Value::boolean(false), Value::integer(0), Value::integer(-1),
        Value::integer(std::numeric_limits<std::int64_t>::min()),
        Value::integer(std::numeric_limits<std::int64_t>::max()), Value::number(0.0), Value::number(2.0),
        Value::number(-0.1), Value::number(1e300), Value::number(5e-324), Value::string(""), Value::string("null"),
        Value::string("12"), Value::string("say \"hi\"\\\n\t\r/ ü"), Value::string(every_byte), Value::json("[]"),
        Value::json(R"({"a":[1,"x\u00e9"]})")}) {
    std::string json;
    value.append_json(json);
    const Value back = value_from_json(json, arena);
    EXPECT_EQ(back, value) << model::value_kind_name(value.kind()) << " as " << json;
  }
}

}  // namespace
}  // namespace parley::store::clickhouse
