#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "plan/plan.h"

namespace parley::plan {

/// A plan as its file says it, before it is made ready for checking.
struct PlanFile {
  std::string id;
  std::uint32_t version = 0;
  std::string title;
  bool strict = false;
  bool flag_unknown_properties = false;
  std::vector<PropertySpec> common;
  std::vector<EventSpec>
      events;  ///< each with its own properties first, then the common ones that it does not redefine
};

/// Reads the YAML of docs/specs/tracking_plan.md. Fails with `invalid` and every fault at once, one a line, as
/// `origin:line: path: what is wrong`.
Result<PlanFile> read_plan_file(std::string_view yaml, std::string_view origin);

/// The word for it in a plan file: "integer", "message_text", "required", "outcome".
const char* property_type_name(PropertyType type);
const char* privacy_class_name(PrivacyClass privacy);
const char* presence_name(Presence presence);
const char* role_name(Role role);

}  // namespace parley::plan
