#include "privacy/telling_names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>

#include "privacy/characters.h"

namespace parley::privacy {
namespace {

// first_name, firstName, first-name, FIRST NAME, IPAddress: words in lower case. Of names longer than any that people
// write, the end is read: the last word says most.
class Words {
 public:
  explicit Words(std::string_view name) {
    if (name.size() > kLongest) name.remove_prefix(name.size() - kLongest);
    std::size_t start = 0, end = 0;
    const auto finish = [&] {
      if (end == start) return;
      // Past the most that are kept, the last place holds the last word.
      count_ = std::min(count_ + 1, kMostWords);
      words_[count_ - 1] = {lower_.data() + start, end - start};
      start = end;
    };
    for (std::size_t i = 0; i < name.size(); ++i) {
      const char c = name[i];
      if (!is_alnum(c) && !is_foreign(c)) {
        finish();
        continue;
      }
      const bool hump = is_upper(c) && i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
      const bool last_of_capitals =
          is_upper(c) && i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
      if (hump || last_of_capitals) finish();
      lower_[end++] = to_lower(c);
    }
    finish();
  }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  std::size_t size() const { return count_; }
  std::string_view operator[](std::size_t i) const { return words_[i]; }
  std::string_view last() const { return words_[count_ - 1]; }

 private:
  static constexpr std::size_t kLongest = 64;
  static constexpr std::size_t kMostWords = 12;
  std::array<char, kLongest> lower_;
  std::array<std::string_view, kMostWords> words_;
  std::size_t count_ = 0;
};

// What a word means in a name. A word can mean several things.
enum Meaning : std::uint8_t {
  kPersonalWord = 1,  // tells wherever it stands
  kSecretWord = 2,    // tells wherever it stands
  kTextWord = 4,      // a person's words, where it comes last
  kPeopleWord = 8,    // before `name`, makes it a person's
  kAboutWord = 16,    // where it comes last, the name speaks about a thing rather than holds it
  kPairWord = 32,     // begins one of kPairs
};

constexpr std::string_view kPersonalWords[] = {
    "email",       "emails",       "phone",     "phones",   "telephone", "mobile",      "cellphone",  "msisdn",
    "fax",         "whatsapp",     "firstname", "lastname", "surname",   "fullname",    "username",   "nickname",
    "birth",       "birthday",     "birthdate", "dob",      "address",   "addresses",   "street",     "zip",
    "zipcode",     "postcode",     "postal",    "ssn",      "iban",      "passport",    "ip",         "ipaddress",
    "lat",         "latitude",     "lon",       "lng",      "longitude", "coordinates", "gps",        "emailaddress",
    "phonenumber", "mobilenumber", "vorname",   "nachname", "strasse",   "plz",         "telefon",    "idfa",
    "gaid",        "imei",         "cpf",       "nino",     "bic",       "cardnumber",  "creditcard", "pan",
    "taxid",       "avatar",       "signature"};
constexpr std::string_view kSecretWords[] = {
    "password", "passwd", "pwd",         "passphrase",   "passcode",     "secret",     "token",         "otp",
    "cvv",      "cvc",    "credential",  "credentials",  "apikey",       "privatekey", "authorization", "cookie",
    "cookies",  "jwt",    "accesstoken", "clientsecret", "sessiontoken", "pin"};
constexpr std::string_view kTextWords[] = {"text",    "body",     "comment", "comments", "transcript", "utterance",
                                           "message", "question", "query",   "prompt",   "completion", "feedback",
                                           "content", "answer",   "caption", "note",     "notes",      "messages"};
constexpr std::string_view kPeopleWords[] = {
    "first",  "last",    "full",    "given",    "family",   "middle",     "maiden",     "user",      "customer",
    "client", "contact", "visitor", "person",   "personal", "agent",      "sender",     "recipient", "lead",
    "guest",  "patient", "student", "employee", "owner",    "author",     "nick",       "display",   "sur",
    "birth",  "legal",   "real",    "caller",   "member",   "subscriber", "cardholder", "holder",    "screen"};
constexpr std::string_view kAboutWords[] = {
    "count",   "counts",   "total",   "length", "type",     "types",    "verified",  "status",   "provider", "sent",
    "opened",  "clicked",  "bounced", "model",  "brand",    "version",  "format",    "field",    "step",     "valid",
    "consent", "optin",    "source",  "ms",     "seconds",  "reason",   "error",     "result",   "attempts", "required",
    "enabled", "present",  "usage",   "limit",  "budget",   "rate",     "domain",    "app",      "os",       "size",
    "lang",    "language", "kind",    "label",  "template", "campaign", "confirmed", "provided", "score",    "index"};

// Words that tell only together.
struct Pair {
  std::string_view first, second;
  Telling telling;
};
constexpr Pair kPairs[] = {
    {"api", "key", Telling::kSecret},           {"access", "key", Telling::kSecret},
    {"private", "key", Telling::kSecret},       {"secret", "key", Telling::kSecret},
    {"session", "key", Telling::kSecret},       {"auth", "key", Telling::kSecret},
    {"auth", "code", Telling::kSecret},         {"auth", "header", Telling::kSecret},
    {"e", "mail", Telling::kPersonal},          {"mail", "address", Telling::kPersonal},
    {"card", "number", Telling::kPersonal},     {"card", "no", Telling::kPersonal},
    {"card", "holder", Telling::kPersonal},     {"credit", "card", Telling::kPersonal},
    {"debit", "card", Telling::kPersonal},      {"account", "number", Telling::kPersonal},
    {"bank", "account", Telling::kPersonal},    {"routing", "number", Telling::kPersonal},
    {"national", "id", Telling::kPersonal},     {"tax", "id", Telling::kPersonal},
    {"tax", "number", Telling::kPersonal},      {"driver", "license", Telling::kPersonal},
    {"drivers", "license", Telling::kPersonal}, {"license", "plate", Telling::kPersonal},
    {"mac", "address", Telling::kPersonal},     {"advertising", "id", Telling::kPersonal},
    {"remote", "addr", Telling::kPersonal},     {"insurance", "number", Telling::kPersonal},
    {"social", "security", Telling::kPersonal}, {"tel", "number", Telling::kPersonal},
    {"tel", "no", Telling::kPersonal},          {"cell", "number", Telling::kPersonal},
    {"cell", "no", Telling::kPersonal},         {"geo", "location", Telling::kPersonal},
};

// Words differ enough in length and ends; asked for each word of each name, it has to be quick.
struct WordHash {
  std::size_t operator()(std::string_view word) const {
    const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(word[i])}; };
    return word.empty() ? 0 : word.size() + byte(0) * 31 + byte(word.size() / 2) * 1009 + byte(word.size() - 1) * 32771;
  }
};

unsigned meaning_of(std::string_view word) {
  static const auto meanings = [] {
    std::unordered_map<std::string_view, unsigned, WordHash> made;
    for (const std::string_view known : kPersonalWords) made[known] |= kPersonalWord;
    for (const std::string_view known : kSecretWords) made[known] |= kSecretWord;
    for (const std::string_view known : kTextWords) made[known] |= kTextWord;
    for (const std::string_view known : kPeopleWords) made[known] |= kPeopleWord;
    for (const std::string_view known : kAboutWords) made[known] |= kAboutWord;
    for (const Pair& pair : kPairs) made[pair.first] |= kPairWord;
    return made;
  }();
  const auto found = meanings.find(word);
  return found == meanings.end() ? 0 : found->second;
}

Telling pair_tells(std::string_view first, std::string_view second) {
  const auto found = std::find_if(std::begin(kPairs), std::end(kPairs),
                                  [&](const Pair& pair) { return pair.first == first && pair.second == second; });
  return found == std::end(kPairs) ? Telling::kNothing : found->telling;
}

}  // namespace

Telling judge_name(std::string_view name) {
  const Words words(name);
  if (words.size() == 0) return Telling::kNothing;
  bool personal = false, secret = false;
  unsigned before_last = 0, last = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    before_last = last;
    last = meaning_of(words[i]);
    secret |= (last & kSecretWord) != 0;
    personal |= (last & kPersonalWord) != 0;
    if ((last & kPairWord) == 0 || i + 1 == words.size()) continue;
    const Telling together = pair_tells(words[i], words[i + 1]);
    secret |= together == Telling::kSecret;
    personal |= together == Telling::kPersonal;
  }
  if (words.size() > 1 && (last & kAboutWord) != 0) return Telling::kNothing;
  if (secret) return Telling::kSecret;
  if (personal || words.last() == "tel") return Telling::kPersonal;
  if (words.last() == "name" && (words.size() == 1 || (before_last & kPeopleWord) != 0)) return Telling::kPersonal;
  return (last & kTextWord) != 0 ? Telling::kMessageText : Telling::kNothing;
}

bool names_an_id(std::string_view name) {
  if (name.size() < 2 || !equal_ignoring_case(name.substr(name.size() - 2), "id")) return false;
  if (name.size() == 2) return true;
  const char before = name[name.size() - 3];
  return !is_alnum(before) || (is_upper(name[name.size() - 2]) && !is_upper(before));
}

bool names_a_version(std::string_view name) {
  const Words words(name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "version") return true;
  }
  return false;
}

}  // namespace parley::privacy
