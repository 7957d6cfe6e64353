#include "privacy/protector.h"

#include <algorithm>

#include "privacy/characters.h"
#include "privacy/detect.h"
#include "privacy/json_protector.h"
#include "privacy/keyed_hash.h"
#include "privacy/telling_names.h"

namespace parley::privacy {
namespace {

using model::Event;
using model::EventType;
using model::Property;
using model::Value;
using model::ValueKind;

constexpr std::string_view kMessageLength = "message_length";

std::int64_t code_points(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

// 1.2.3.4, which as a version is no address.
bool is_dotted_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

// Takes one event through protection.
class Protector {
 public:
  Protector(Event& event, const Policy& policy, model::Arena& arena) : event_(event), policy_(policy), arena_(arena) {
    // The name of a page, a screen or a company is no person's.
    const EventType type = event.type;
    names_are_personal_ = type != EventType::kPage && type != EventType::kScreen && type != EventType::kGroup;
  }

  void run(const std::function<Treatment(std::string_view)>& treatment_of) {
    for (std::string_view* id :
         {&event_.message_id, &event_.conversation_id, &event_.session_id, &event_.user_id, &event_.anonymous_id})
      protect_id(*id);
    mask(event_.channel);
    mask(event_.name);
    for (model::Violation& violation : event_.violations) {
      mask(violation.field);
      mask(violation.got);
    }
    protect_properties(treatment_of);
  }

 private:
  void protect_properties(const std::function<Treatment(std::string_view)>& treatment_of) {
    std::size_t kept = 0;
    bool renamed = false;
    for (std::size_t i = 0; i < event_.properties.size(); ++i) {
      Property property = event_.properties[i];
      const Treatment treatment = treatment_of(property.name);
      // Masked before it is judged, so that judging it again comes to the same.
      if (treatment == Treatment::kUnknown) renamed |= mask(property.name);
      if (!protect_property(property, treatment)) continue;
      if (renamed && stands_before(kept, property.name)) continue;
      event_.properties[kept++] = property;
    }
    event_.properties.erase(event_.properties.begin() + static_cast<std::ptrdiff_t>(kept), event_.properties.end());
    if (text_length_ >= 0 && event_.find(kMessageLength) == nullptr)
      event_.properties.push_back({kMessageLength, Value::integer(text_length_)});
  }

  bool stands_before(std::size_t end, std::string_view name) const {
    return std::any_of(event_.properties.begin(), event_.properties.begin() + static_cast<std::ptrdiff_t>(end),
                       [&](const Property& property) { return property.name == name; });
  }

  // False where the property must go.
  bool protect_property(Property& property, Treatment treatment) {
    switch (treatment) {
      case Treatment::kKeep: return scan(property, false);
      case Treatment::kHash: return hash(property.value);
      case Treatment::kDrop: return false;
      case Treatment::kMessageText: return protect_message_text(property);
      case Treatment::kUnknown: return protect_unknown(property);
    }
    return false;
  }

  bool protect_unknown(Property& property) {
    const ValueKind kind = property.value.kind();
    // A yes or no beside a telling name (is_mobile, email_opt_in) tells who nobody is.
    if (kind == ValueKind::kNull || kind == ValueKind::kBool) return true;
    if (property.name == "name" && !names_are_personal_) return scan(property, true);
    switch (judge_name(property.name)) {
      case Telling::kPersonal: return hash(property.value);
      case Telling::kSecret: return false;
      case Telling::kMessageText:
        // Numbers are counts and ids of texts rather than texts.
        return kind == ValueKind::kString || kind == ValueKind::kJson ? protect_message_text(property)
                                                                      : scan(property, true);
      case Telling::kNothing: return scan(property, true);
    }
    return false;
  }

  bool protect_message_text(Property& property) {
    if (policy_.message_text == MessageText::kMask) return scan(property, false);
    if (property.value.is_string() && text_length_ < 0) text_length_ = code_points(property.value.as_text());
    return false;
  }

  bool hash(Value& value) {
    if (value.is_null()) return true;
    std::string room;
    std::string_view text = value.as_text();
    if (value.kind() != ValueKind::kString && value.kind() != ValueKind::kJson) {
      value.append_json(room);
      text = room;
    }
    if (!text.empty() && !KeyedHash::is_one(text)) value = Value::string(hashed(text));
    return true;
  }

  // Looks into whatever the value is. Keys stay usable: they are hashed as a whole rather than masked.
  bool scan(Property& property, bool unknown) {
    Value& value = property.value;
    switch (value.kind()) {
      case ValueKind::kString: {
        std::string_view text = value.as_text();
        if (names_an_id(property.name)) {
          protect_id(text);
        } else if (!is_version(property.name, text)) {
          mask(text);
        }
        if (text.data() != value.as_text().data()) value = Value::string(text);
        return true;
      }
      case ValueKind::kJson: return scan_json(value, unknown);
      case ValueKind::kInteger: return unknown ? scan_integer(property) : true;
      default: return true;
    }
  }

  bool scan_json(Value& value, bool unknown) {
    const auto safe = protected_json(value.as_text(), {.key = policy_.hash_key,
                                                       .drop_message_text = policy_.message_text == MessageText::kDrop,
                                                       .judge_bare_name = unknown && names_are_personal_});
    if (!safe) return false;
    if (*safe != value.as_text()) value = Value::json(arena_.copy(*safe));
    return true;
  }

  // Cards are long enough to be told from other numbers.
  bool scan_integer(Property& property) {
    constexpr std::int64_t kSmallestCard = 10'000'000'000'000;
    if (property.value.as_integer() < kSmallestCard) return true;
    const std::string digits = std::to_string(property.value.as_integer());
    if (!holds_personal_data(digits)) return true;
    property.value = Value::string(names_an_id(property.name) ? hashed(digits) : arena_.copy(masked(digits)));
    return true;
  }

  static bool is_version(std::string_view name, std::string_view text) {
    return is_dotted_number(text) && names_a_version(name);
  }

  bool mask(std::string_view& text) {
    if (!holds_personal_data(text)) return false;
    text = arena_.copy(masked(text));
    return true;
  }

  void protect_id(std::string_view& id) {
    if (holds_personal_data(id)) id = hashed(id);
  }

  std::string_view hashed(std::string_view text) { return arena_.copy(KeyedHash(policy_.hash_key, text).text()); }

  Event& event_;
  const Policy& policy_;
  model::Arena& arena_;
  bool names_are_personal_ = true;
  std::int64_t text_length_ = -1;
};

}  // namespace

void protect(Event& event, const Policy& policy, const std::function<Treatment(std::string_view)>& treatment_of,
             model::Arena& arena) {
  Protector(event, policy, arena).run(treatment_of);
}

}  // namespace parley::privacy
