#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace parley {

/// `2026-01-15T10:00:00.005Z`.
std::string format_iso8601(Timestamp time);

/// Reads an ISO 8601 time as clients send it: `T` or a space, any number of fraction digits, `Z`, an offset
/// (`+02:00`, `+0200`, `+02`) or none (UTC), or a date alone. Nothing where the text is not one.
std::optional<Timestamp> parse_iso8601(std::string_view text);

}  // namespace parley
