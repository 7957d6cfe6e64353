#include "plan/plan_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "plan/faults.h"

namespace parley::plan {
namespace {

template <typename T>
struct Word {
  const char* text;
  T value;
};

constexpr std::array kTypes = {
    Word{"string", PropertyType::kString},       Word{"integer", PropertyType::kInteger},
    Word{"number", PropertyType::kNumber},       Word{"boolean", PropertyType::kBoolean},
    Word{"timestamp", PropertyType::kTimestamp}, Word{"array", PropertyType::kArray},
    Word{"object", PropertyType::kObject},       Word{"any", PropertyType::kAny},
};
constexpr std::array kPrivacyClasses = {
    Word{"public", PrivacyClass::kPublic},     Word{"internal", PrivacyClass::kInternal},
    Word{"personal", PrivacyClass::kPersonal}, Word{"sensitive", PrivacyClass::kSensitive},
    Word{"secret", PrivacyClass::kSecret},     Word{"message_text", PrivacyClass::kMessageText},
};
constexpr std::array kPresences = {Word{"required", Presence::kRequired}, Word{"optional", Presence::kOptional}};
constexpr std::array kRoles = {Word{"core", Role::kCore}, Word{"context", Role::kContext},
                               Word{"outcome", Role::kOutcome}};

template <typename T, std::size_t N>
const char* word_for(const std::array<Word<T>, N>& words, T value) {
  for (const Word<T>& word : words) {
    if (word.value == value) return word.text;
  }
  return "";
}

bool is_name(std::string_view text) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; });
}

class Reader {
 public:
  explicit Reader(Faults& faults) : faults_(faults) {}

  PlanFile read(const YAML::Node& root) {
    PlanFile plan;
    if (!root.IsMap()) {
      fault(root, "", "expected a mapping with id, version, title, common and events");
      return plan;
    }
    check_keys(root, "",
               {"id", "version", "title", "description", "strict", "unknown_properties", "owner", "common", "events"});
    plan.id = name(root, "id", "");
    plan.version = version(root);
    plan.title = text(root, "title", "", Need::kYes);
    text(root, "description", "", Need::kNo);
    plan.strict = boolean(root, "strict", "", false);
    plan.flag_unknown_properties =
        one_of(root, "unknown_properties", "", std::array{Word{"keep", false}, Word{"flag", true}}, false);
    owner_ = text(root, "owner", "", Need::kNo);

    if (const YAML::Node common = root["common"]) plan.common = properties(common, "common");
    const YAML::Node events = root["events"];
    if (!events || !events.IsMap() || events.size() == 0) {
      fault(events ? events : root, "events", "expected a mapping of event names to events, got none");
      return plan;
    }
    for (const auto& entry : events) plan.events.push_back(event(entry.first, entry.second, plan.common));
    report_doubles(events, "events");
    return plan;
  }

 private:
  enum class Need { kYes, kNo };

  static std::string path_of(std::string_view parent, std::string_view key) {
    return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
  }
  void fault(const YAML::Node& node, std::string_view path, std::string_view what) {
    faults_.add(node.Mark().line + 1, path, what);
  }

  void report_doubles(const YAML::Node& map, std::string_view path) {
    std::set<std::string> seen;
    for (const auto& entry : map) {
      if (entry.first.IsScalar() && !seen.insert(entry.first.Scalar()).second)
        fault(entry.first, path_of(path, entry.first.Scalar()), "stands there twice");
    }
  }

  void check_keys(const YAML::Node& map, std::string_view path, std::initializer_list<std::string_view> known) {
    report_doubles(map, path);
    for (const auto& entry : map) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      fault(entry.first, path_of(path, key), fmt::format("unknown key; did you mean {}?", nearest(key, known)));
    }
  }

  std::string text(const YAML::Node& map, const char* key, std::string_view path, Need need) {
    const YAML::Node node = map[key];
    if (!node) {
      if (need == Need::kYes) fault(map, path_of(path, key), "is missing");
      return {};
    }
    if (!node.IsScalar() || (need == Need::kYes && node.Scalar().empty())) {
      fault(node, path_of(path, key), "expected text");
      return {};
    }
    return node.Scalar();
  }

  std::string name(const YAML::Node& map, const char* key, std::string_view path) {
    std::string found = text(map, key, path, Need::kYes);
    if (!found.empty() && !is_name(found)) bad_name(map[key], path_of(path, key), found);
    return found;
  }
  void bad_name(const YAML::Node& node, std::string_view path, std::string_view got) {
    fault(node, path, fmt::format("expected a lowercase snake_case name, got \"{}\"", got));
  }

  std::uint32_t version(const YAML::Node& root) {
    const YAML::Node node = root["version"];
    std::uint32_t found = 0;
    if (!node) {
      fault(root, "version", "is missing");
    } else if (!node.IsScalar() || !YAML::convert<std::uint32_t>::decode(node, found) || found == 0) {
      fault(node, "version", "expected a whole number from 1");
    }
    return found;
  }

  bool boolean(const YAML::Node& map, const char* key, std::string_view path, bool fallback) {
    return one_of(map, key, path, std::array{Word{"true", true}, Word{"false", false}}, fallback);
  }

  template <typename T, std::size_t N>
  T one_of(const YAML::Node& map, const char* key, std::string_view path, const std::array<Word<T>, N>& words,
           T fallback) {
    const YAML::Node node = map[key];
    if (!node) return fallback;
    const std::string got = node.IsScalar() ? node.Scalar() : std::string();
    std::vector<std::string_view> known;
    for (const Word<T>& word : words) {
      if (got == word.text) return word.value;
      known.emplace_back(word.text);
    }
    fault(node, path_of(path, key), fmt::format("expected one of {}, got \"{}\"", fmt::join(known, ", "), got));
    return fallback;
  }

  std::optional<double> number(const YAML::Node& map, const char* key, std::string_view path) {
    const YAML::Node node = map[key];
    if (!node) return std::nullopt;
    double found = 0;
    if (node.IsScalar() && YAML::convert<double>::decode(node, found)) return found;
    fault(node, path_of(path, key), "expected a number");
    return std::nullopt;
  }

  std::vector<std::string> list(const YAML::Node& map, const char* key, std::string_view path) {
    const YAML::Node node = map[key];
    std::vector<std::string> found;
    if (!node) return found;
    if (!node.IsSequence()) {
      fault(node, path_of(path, key), "expected a list");
      return found;
    }
    for (const YAML::Node& item : node) {
      if (!item.IsScalar() || item.Scalar().empty()) {
        fault(item, path_of(path, key), "expected a list of words");
      } else if (std::find(found.begin(), found.end(), item.Scalar()) != found.end()) {
        fault(item, path_of(path, key), fmt::format("\"{}\" stands there twice", item.Scalar()));
      } else {
        found.push_back(item.Scalar());
      }
    }
    return found;
  }

  std::vector<PropertySpec> properties(const YAML::Node& node, std::string_view path) {
    std::vector<PropertySpec> found;
    if (!node.IsMap()) {
      fault(node, path, "expected a mapping of property names to properties");
      return found;
    }
    report_doubles(node, path);
    for (const auto& entry : node) found.push_back(property(entry.first, entry.second, path));
    report_name_clashes(node, found, path);
    return found;
  }

  void report_name_clashes(const YAML::Node& node, const std::vector<PropertySpec>& specs, std::string_view path) {
    std::set<std::string_view> names;
    for (const PropertySpec& spec : specs) names.insert(spec.name);
    for (const PropertySpec& spec : specs) {
      for (const std::string& alias : spec.aliases) {
        if (names.insert(alias).second) continue;
        fault(node[spec.name], path_of(path, spec.name),
              fmt::format("alias \"{}\" is the name or alias of another property", alias));
      }
    }
  }

  PropertySpec property(const YAML::Node& key, const YAML::Node& node, std::string_view parent) {
    PropertySpec spec;
    spec.name = key.IsScalar() ? key.Scalar() : std::string();
    const std::string path = path_of(parent, spec.name);
    if (!is_name(spec.name)) bad_name(key, path, spec.name);
    if (!node.IsMap()) {
      fault(key, path, "expected a mapping with type, description and purpose");
      return spec;
    }
    check_keys(node, path,
               {"type", "presence", "role", "privacy", "description", "purpose", "enumeration", "synonyms", "minimum",
                "maximum", "pattern", "unit", "aliases", "examples"});
    if (!node["type"]) fault(key, path_of(path, "type"), "is missing");
    spec.type = one_of(node, "type", path, kTypes, PropertyType::kAny);
    spec.presence = one_of(node, "presence", path, kPresences, Presence::kOptional);
    spec.role = one_of(node, "role", path, kRoles, Role::kCore);
    spec.privacy = one_of(node, "privacy", path, kPrivacyClasses, PrivacyClass::kInternal);
    spec.description = text(node, "description", path, Need::kYes);
    spec.purpose = text(node, "purpose", path, Need::kYes);
    spec.enumeration = list(node, "enumeration", path);
    spec.synonyms = synonyms(node, path, spec.enumeration);
    spec.minimum = number(node, "minimum", path);
    spec.maximum = number(node, "maximum", path);
    spec.pattern = text(node, "pattern", path, Need::kNo);
    spec.unit = text(node, "unit", path, Need::kNo);
    spec.aliases = list(node, "aliases", path);
    spec.examples = list(node, "examples", path);
    check_rules(node, path, spec);
    return spec;
  }

  std::vector<std::pair<std::string, std::string>> synonyms(const YAML::Node& map, std::string_view path,
                                                            const std::vector<std::string>& enumeration) {
    std::vector<std::pair<std::string, std::string>> found;
    const YAML::Node node = map["synonyms"];
    if (!node) return found;
    if (!node.IsMap()) {
      fault(node, path_of(path, "synonyms"), "expected a mapping of words to values of the enumeration");
      return found;
    }
    report_doubles(node, path_of(path, "synonyms"));
    for (const auto& entry : node) {
      const std::string word = entry.first.Scalar();
      const std::string meaning = entry.second.IsScalar() ? entry.second.Scalar() : std::string();
      const auto among = [&](const std::string& value) {
        return std::find(enumeration.begin(), enumeration.end(), value) != enumeration.end();
      };
      if (!among(meaning)) {
        fault(entry.first, path_of(path, "synonyms"),
              fmt::format("\"{}\" should stand for a value of the enumeration, got \"{}\"", word, meaning));
      } else if (among(word)) {
        fault(entry.first, path_of(path, "synonyms"), fmt::format("\"{}\" is a value of the enumeration itself", word));
      } else {
        found.emplace_back(word, meaning);
      }
    }
    return found;
  }

  // What must hold between the parts of one property.
  void check_rules(const YAML::Node& node, std::string_view path, const PropertySpec& spec) {
    const bool numeric = spec.type == PropertyType::kInteger || spec.type == PropertyType::kNumber;
    if (!spec.enumeration.empty() && spec.type != PropertyType::kString)
      fault(node["enumeration"], path_of(path, "enumeration"), "goes with type string only");
    if (!spec.pattern.empty() && spec.type != PropertyType::kString)
      fault(node["pattern"], path_of(path, "pattern"), "goes with type string only");
    if ((spec.minimum || spec.maximum) && !numeric)
      fault(node[spec.minimum ? "minimum" : "maximum"], path, "minimum and maximum go with integer and number only");
    if (spec.minimum && spec.maximum && *spec.minimum > *spec.maximum)
      fault(node["minimum"], path_of(path, "minimum"),
            fmt::format("is {}, past the maximum of {}", *spec.minimum, *spec.maximum));
    if (!spec.pattern.empty()) {
      RE2::Options options;
      options.set_log_errors(false);
      const RE2 compiled(spec.pattern, options);
      if (!compiled.ok())
        fault(node["pattern"], path_of(path, "pattern"), fmt::format("is no RE2 expression: {}", compiled.error()));
    }
    // Protection takes these out, so an event judged again (a replay of the quarantine) would lack them.
    const bool goes = spec.privacy == PrivacyClass::kSecret || spec.privacy == PrivacyClass::kMessageText;
    if (goes && spec.presence == Presence::kRequired)
      fault(node["presence"], path_of(path, "presence"),
            fmt::format("a property of class {} is not kept, so it cannot be required",
                        privacy_class_name(spec.privacy)));
  }

  EventSpec event(const YAML::Node& key, const YAML::Node& node, const std::vector<PropertySpec>& common) {
    EventSpec spec;
    spec.name = key.IsScalar() ? key.Scalar() : std::string();
    const std::string path = path_of("events", spec.name);
    if (!is_name(spec.name)) bad_name(key, path, spec.name);
    if (!node.IsMap()) {
      fault(key, path, "expected a mapping with title, description and purpose");
      return spec;
    }
    check_keys(node, path, {"title", "description", "owner", "purpose", "needs", "properties"});
    spec.title = text(node, "title", path, Need::kYes);
    spec.description = text(node, "description", path, Need::kYes);
    spec.purpose = text(node, "purpose", path, Need::kYes);
    spec.owner = text(node, "owner", path, Need::kNo);
    if (spec.owner.empty()) spec.owner = owner_;
    if (spec.owner.empty()) fault(key, path_of(path, "owner"), "is missing, and the plan has none for all events");
    read_needs(node, path, spec);
    if (const YAML::Node own = node["properties"]) spec.properties = properties(own, path_of(path, "properties"));
    add_common(spec, common);
    const std::size_t required = static_cast<std::size_t>(
        std::count_if(spec.properties.begin(), spec.properties.end(),
                      [](const PropertySpec& property) { return property.presence == Presence::kRequired; }));
    if (required > 64) fault(key, path, fmt::format("has {} required properties, at most 64 are allowed", required));
    return spec;
  }

  void read_needs(const YAML::Node& node, std::string_view path, EventSpec& spec) {
    if (!node["needs"]) return;
    spec.needs_conversation = false;
    spec.needs_person = false;
    for (const std::string& need : list(node, "needs", path)) {
      if (need == "conversation") {
        spec.needs_conversation = true;
      } else if (need == "person") {
        spec.needs_person = true;
      } else {
        fault(node["needs"], path_of(path, "needs"), fmt::format("expected conversation or person, got \"{}\"", need));
      }
    }
  }

  // The event's own words win: a common property that is redefined goes, and so does a common alias that the event
  // uses for something of its own.
  static void add_common(EventSpec& spec, const std::vector<PropertySpec>& common) {
    std::set<std::string> own;
    for (const PropertySpec& property : spec.properties) {
      own.insert(property.name);
      own.insert(property.aliases.begin(), property.aliases.end());
    }
    for (PropertySpec property : common) {
      if (own.count(property.name) != 0) continue;
      std::erase_if(property.aliases, [&](const std::string& alias) { return own.count(alias) != 0; });
      if (property.name == "conversation_id" && spec.needs_conversation) property.presence = Presence::kRequired;
      spec.properties.push_back(std::move(property));
    }
  }

  Faults& faults_;
  std::string owner_;
};

}  // namespace

const char* property_type_name(PropertyType type) { return word_for(kTypes, type); }
const char* privacy_class_name(PrivacyClass privacy) { return word_for(kPrivacyClasses, privacy); }
const char* presence_name(Presence presence) { return word_for(kPresences, presence); }
const char* role_name(Role role) { return word_for(kRoles, role); }

Result<PlanFile> read_plan_file(std::string_view yaml, std::string_view origin) {
  Faults faults{std::string(origin)};
  try {
    PlanFile plan = Reader(faults).read(YAML::Load(std::string(yaml)));
    if (faults.empty()) return plan;
  } catch (const YAML::Exception& error) {
    faults.add(error.mark.line + 1, "", error.msg);
  }
  return faults.error();
}

}  // namespace parley::plan
