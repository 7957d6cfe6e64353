#pragma once

#include <memory>
#include <string_view>

#include "metrics/expression.h"

namespace parley::metrics {

/// Reads and checks the text of an expression; `Expression` is what others use.
Result<std::shared_ptr<const Expression::Node>> parse_expression(std::string_view text);

}  // namespace parley::metrics
