#pragma once

#include <string>

#include "base/clock.h"

namespace parley {

/// A UUID version 7 (RFC 9562): ordered by time, so that a column of them compresses and sorts well.
std::string uuid_v7(Timestamp now);

/// `length` random characters from [A-Za-z0-9], from the operating system's generator. For keys and passwords.
std::string random_token(std::size_t length);

}  // namespace parley
