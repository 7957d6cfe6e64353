#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::plan {

/// Everything that is wrong with a file, so that its author can mend it in one go.
class Faults {
 public:
  explicit Faults(std::string origin) : origin_(std::move(origin)) {}

  void add(int line, std::string_view path, std::string_view what);
  bool empty() const { return faults_.empty(); }
  /// `invalid`, with one line a fault in the order of the file: `origin:12: events.x.title: is missing`.
  Error error() const;

 private:
  struct Fault {
    int line;
    std::string text;
  };
  std::string origin_;
  std::vector<Fault> faults_;
};

/// The known word that is closest to what somebody wrote.
std::string_view nearest(std::string_view written, std::initializer_list<std::string_view> known);

}  // namespace parley::plan
