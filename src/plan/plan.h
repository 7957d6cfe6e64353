#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/arena.h"
#include "model/event.h"
#include "model/rejection.h"

namespace parley::plan {

enum class PropertyType : std::uint8_t { kString, kInteger, kNumber, kBoolean, kTimestamp, kArray, kObject, kAny };
/// What a property may hold about a person, and so what protection does with it (see privacy).
/// kMessageText: the words of a visitor, bot or agent.
enum class PrivacyClass : std::uint8_t { kPublic, kInternal, kPersonal, kSensitive, kSecret, kMessageText };
enum class Presence : std::uint8_t { kRequired, kOptional };
/// The part a property plays: identity, context (page, product, language) or outcome (value, score, status).
enum class Role : std::uint8_t { kCore, kContext, kOutcome };

/// One property as the plan declares it. Text fields are what people read; the rest is checked.
struct PropertySpec {
  std::string name;
  PropertyType type = PropertyType::kAny;
  Presence presence = Presence::kOptional;
  Role role = Role::kCore;
  PrivacyClass privacy = PrivacyClass::kInternal;
  std::string description;
  std::string purpose;  ///< why it is collected
  std::vector<std::string> enumeration;
  std::vector<std::pair<std::string, std::string>> synonyms;  ///< other words for a value of the enumeration
  std::vector<std::string> examples;                          ///< values as people may expect them; not checked
  std::optional<double> minimum, maximum;
  std::string pattern;  ///< RE2, must match the whole text
  std::string unit;
  std::vector<std::string> aliases;  ///< other names under which clients send it
};

struct EventSpec {
  std::string name;
  std::string title;
  std::string description;
  std::string owner;
  std::string purpose;
  bool needs_conversation = true;        ///< quarantined without a conversation id
  bool needs_person = true;              ///< quarantined without a user id or an anonymous id
  std::vector<PropertySpec> properties;  ///< the event's own and the plan's common ones
};

/// The properties that an event may have, by name or alias. Lives as long as its plan.
class PropertyTable {
 public:
  virtual ~PropertyTable() = default;
  /// Null where it is not declared.
  virtual const PropertySpec* find(std::string_view property) const = 0;
};

/// A tracking plan: one immutable version of what events mean. Made from YAML (docs/specs/tracking_plan.md), never
/// changed after. Checking allocates nothing for good events and is safe for any number of threads.
class Plan {
 public:
  /// Fails with `invalid` and every fault of the file at once, each with its line.
  static Result<std::shared_ptr<const Plan>> parse(std::string_view yaml, std::string_view origin);
  virtual ~Plan() = default;

  virtual const std::string& id() const = 0;  ///< "chatbot"
  virtual std::uint32_t version() const = 0;
  virtual const std::string& title() const = 0;
  virtual bool strict() const = 0;  ///< unknown events are quarantined rather than flagged
  virtual std::span<const EventSpec> events() const = 0;
  virtual const EventSpec* find(std::string_view event_name) const = 0;
  /// The declared properties of an event: ask once an event. Events that the plan does not know, and those that are no
  /// track events, have the plan's common properties.
  virtual const PropertyTable& properties_of(std::string_view event_name) const = 0;
  const PropertySpec* find_property(std::string_view event_name, std::string_view property) const {
    return properties_of(event_name).find(property);
  }

  /// Judges the event: renames aliases to their property, sets plan_version and verdict, and replaces the violations
  /// (their text is copied into `arena`). Missing required properties, and conversation or person ids that an event
  /// needs, quarantine it; a wrong type, a value outside its enumeration, range or pattern, or an unknown event flags
  /// it. A number sent as text where a number is declared, and the like, is converted without a word. A protected
  /// event can be judged again: what protection left in place of a value (its keyed hash) breaks no rule.
  virtual void check(model::Event& event, model::Arena& arena) const = 0;
};

/// The plan that is in force where a workspace has none of its own: the newest of catalog/plans/chatbot.*.yaml.
std::shared_ptr<const Plan> default_plan();
/// Every plan compiled in, oldest first.
std::span<const std::shared_ptr<const Plan>> shipped_plans();

}  // namespace parley::plan
