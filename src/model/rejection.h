#pragma once

#include <string>

namespace parley::model {

/// Why an event cannot be taken as it is. A result, not an error: the event is quarantined with it, counted, and
/// can be replayed once the cause is mended. The same words as Violation, owning its text.
struct Rejection {
  std::string reason;
  std::string field;
  std::string got;
  std::string expected;
};

}  // namespace parley::model
