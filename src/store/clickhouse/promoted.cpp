#include "store/clickhouse/promoted.h"

#include <cmath>

namespace parley::store::clickhouse {

std::optional<std::size_t> promoted_index(std::string_view property) {
  for (std::size_t i = 0; i < kPromoted.size(); ++i)
    if (kPromoted[i].property == property) return i;
  return std::nullopt;
}

ColumnNumber column_number(PromotedKind kind, const model::Value& value) {
  const auto number = kind == PromotedKind::kMicros ? value.micros() : value.whole();
  if (!number || *number < 0) return {};
  if (number_value(kind, *number) != value) return {*number, false};
  // -0.0 equals 0.0 but is not the same text.
  return {*number, value.kind() != model::ValueKind::kNumber || !std::signbit(value.as_number())};
}

model::Value number_value(PromotedKind kind, std::int64_t number) {
  if (kind == PromotedKind::kMicros) return model::Value::number(static_cast<double>(number) / 1e6);
  return model::Value::integer(number);
}

}  // namespace parley::store::clickhouse
