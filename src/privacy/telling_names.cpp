#include "privacy/telling_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "privacy/characters.h"

namespace parley::privacy {
namespace {

using Words = std::vector<std::string>;

// first_name, firstName, first-name, FIRST NAME, IPAddress: words in lower case.
Words words_of(std::string_view name) {
  Words words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
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
    word += to_lower(c);
  }
  finish();
  return words;
}

using WordSet = std::unordered_set<std::string_view>;

// Words that tell wherever they stand.
const WordSet& personal_words() {
  static const WordSet words = {
      "email",       "emails",       "phone",     "phones",   "telephone", "mobile",      "cellphone",  "msisdn",
      "fax",         "whatsapp",     "firstname", "lastname", "surname",   "fullname",    "username",   "nickname",
      "birth",       "birthday",     "birthdate", "dob",      "address",   "addresses",   "street",     "zip",
      "zipcode",     "postcode",     "postal",    "ssn",      "iban",      "passport",    "ip",         "ipaddress",
      "lat",         "latitude",     "lon",       "lng",      "longitude", "coordinates", "gps",        "emailaddress",
      "phonenumber", "mobilenumber", "vorname",   "nachname", "strasse",   "plz",         "telefon",    "idfa",
      "gaid",        "imei",         "cpf",       "nino",     "bic",       "cardnumber",  "creditcard", "pan",
      "taxid",       "avatar",       "signature",
  };
  return words;
}
const WordSet& secret_words() {
  static const WordSet words = {
      "password", "passwd", "pwd",         "passphrase",   "passcode",     "secret",     "token",         "otp",
      "cvv",      "cvc",    "credential",  "credentials",  "apikey",       "privatekey", "authorization", "cookie",
      "cookies",  "jwt",    "accesstoken", "clientsecret", "sessiontoken", "pin",
  };
  return words;
}
// Words of a person, where they are the whole name or its last word.
const WordSet& text_words() {
  static const WordSet words = {"text",    "body",     "comment", "comments", "transcript", "utterance",
                                "message", "question", "query",   "prompt",   "completion", "feedback",
                                "content", "answer",   "caption", "note",     "notes",      "messages"};
  return words;
}
// Words before `name` that make it a person's.
const WordSet& people_words() {
  static const WordSet words = {
      "first",  "last",    "full",    "given",    "family",   "middle",     "maiden",     "user",      "customer",
      "client", "contact", "visitor", "person",   "personal", "agent",      "sender",     "recipient", "lead",
      "guest",  "patient", "student", "employee", "owner",    "author",     "nick",       "display",   "sur",
      "birth",  "legal",   "real",    "caller",   "member",   "subscriber", "cardholder", "holder",    "screen"};
  return words;
}
// Last words that make a name speak about a thing rather than hold it.
const WordSet& about_words() {
  static const WordSet words = {
      "count",    "counts",    "total",    "length",  "type",    "types",    "verified", "status", "provider",
      "sent",     "opened",    "clicked",  "bounced", "model",   "brand",    "version",  "format", "field",
      "step",     "valid",     "consent",  "optin",   "source",  "ms",       "seconds",  "reason", "error",
      "result",   "attempts",  "required", "enabled", "present", "usage",    "limit",    "budget", "rate",
      "domain",   "app",       "os",       "size",    "lang",    "language", "kind",     "label",  "template",
      "campaign", "confirmed", "provided", "score",   "index"};
  return words;
}
// Two words that tell only together.
bool pair_tells(const std::string& first, const std::string& second, Telling& telling) {
  static const std::unordered_map<std::string_view, WordSet> personal = {
      {"e", {"mail"}},           {"mail", {"address"}},      {"card", {"number", "no", "holder"}},
      {"credit", {"card"}},      {"debit", {"card"}},        {"account", {"number"}},
      {"bank", {"account"}},     {"routing", {"number"}},    {"national", {"id"}},
      {"tax", {"id", "number"}}, {"driver", {"license"}},    {"drivers", {"license"}},
      {"license", {"plate"}},    {"mac", {"address"}},       {"advertising", {"id"}},
      {"remote", {"addr"}},      {"insurance", {"number"}},  {"social", {"security"}},
      {"tel", {"number", "no"}}, {"cell", {"number", "no"}}, {"geo", {"location"}},
  };
  static const std::unordered_map<std::string_view, WordSet> secret = {
      {"api", {"key"}},
      {"access", {"key"}},
      {"private", {"key"}},
      {"secret", {"key"}},
      {"auth", {"key", "code", "header"}},
      {"session", {"key"}},
  };
  const auto holds = [&](const auto& pairs) {
    const auto found = pairs.find(first);
    return found != pairs.end() && found->second.count(second) != 0;
  };
  if (holds(secret)) {
    telling = Telling::kSecret;
  } else if (holds(personal)) {
    telling = Telling::kPersonal;
  } else {
    return false;
  }
  return true;
}

}  // namespace

Telling judge_name(std::string_view name) {
  const Words words = words_of(name);
  if (words.empty() || (words.size() > 1 && about_words().count(words.back()) != 0)) return Telling::kNothing;
  Telling telling = Telling::kNothing;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (secret_words().count(words[i]) != 0) return Telling::kSecret;
    if (i + 1 < words.size() && pair_tells(words[i], words[i + 1], telling) && telling == Telling::kSecret)
      return telling;
    if (personal_words().count(words[i]) != 0) telling = Telling::kPersonal;
  }
  if (telling != Telling::kNothing) return telling;
  if (words.back() == "tel") return Telling::kPersonal;
  if (words.back() == "name" && (words.size() == 1 || people_words().count(words[words.size() - 2]) != 0))
    return Telling::kPersonal;
  if (text_words().count(words.back()) != 0) return Telling::kMessageText;
  return Telling::kNothing;
}

bool names_an_id(std::string_view name) {
  if (name.size() < 2 || !equal_ignoring_case(name.substr(name.size() - 2), "id")) return false;
  if (name.size() == 2) return true;
  const char before = name[name.size() - 3];
  return !is_alnum(before) || (is_upper(name[name.size() - 2]) && !is_upper(before));
}

bool names_a_version(std::string_view name) {
  const Words words = words_of(name);
  return std::find(words.begin(), words.end(), "version") != words.end();
}

}  // namespace parley::privacy
