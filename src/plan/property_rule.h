#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/arena.h"
#include "model/event.h"
#include "plan/name_table.h"
#include "plan/plan.h"

namespace re2 {
class RE2;
}

namespace parley::plan {

/// What a plan demands of one property's values, made ready for asking. Immutable; any number of threads.
class PropertyRule {
 public:
  /// `spec` must outlive the rule.
  explicit PropertyRule(const PropertySpec& spec);
  PropertyRule(PropertyRule&&) noexcept;
  PropertyRule& operator=(PropertyRule&&) noexcept;
  ~PropertyRule();

  const PropertySpec& spec() const { return *spec_; }

  /// Judges a value that is neither null nor an empty text, and converts it where it is the declared thing in other
  /// clothes ("12" for an integer, a synonym for a value of the enumeration). Null where all is well, else the stable
  /// word for what is wrong: `wrong_type`, `not_in_enumeration`, `out_of_range`, `pattern_mismatch`.
  const char* judge(model::Value& value, model::Arena& arena) const;

  /// What should have been there instead, for people: "one of resolved, unresolved", "0 to 1".
  std::string_view expected(std::string_view reason) const;

 private:
  const char* judge_text(model::Value& value, model::Arena& arena) const;
  bool convert(model::Value& value, model::Arena& arena) const;

  const PropertySpec* spec_;
  bool checked_text_ = false;  // has an enumeration or a pattern
  NameTable words_;            // values of the enumeration, then the synonyms
  std::unique_ptr<re2::RE2> pattern_;
  std::string expected_enumeration_, expected_range_, expected_pattern_;
};

/// The value as a violation shows it. Only short, plain values of public and internal properties are shown; of all
/// others, which may be about a person, no more than the kind and the length.
std::string describe(const model::Value& value, PrivacyClass privacy);

}  // namespace parley::plan
