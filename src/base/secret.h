#pragma once

#include <string>
#include <utility>

namespace parley {

/// A value that never prints: no stream operator, no formatter. Ask for it by name where it is used.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace parley
