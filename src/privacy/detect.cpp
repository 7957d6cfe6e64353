#include "privacy/detect.h"

#include <algorithm>

#include "privacy/characters.h"
#include "privacy/reading.h"
#include "privacy/recognisers.h"
#include "privacy/signs.h"

namespace parley::privacy {
namespace {

// The shape of nearly every id that machines make.
bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : hex_value(text[i]) < 0) return false;
  }
  return true;
}

void find_plainly(std::string_view text, const Signs& signs, Findings& found) {
  if (signs.at) find_emails(text, found);
  if (signs.may_hold_numbers()) {
    find_ibans(text, found);
    find_numbers(text, found);
  }
  if (signs.may_hold_ip_address()) find_ip_addresses(text, found);
}

// Looks at the text as a person reads it, and finds the place of each finding in the text itself.
void find_in_reading(std::string_view text, Findings& found) {
  thread_local Reading reading;
  if (!read_plainly(text, reading)) return;
  const std::size_t before = found.size();
  find_plainly(reading.text, look_at(reading.text), found);
  for (std::size_t i = before; i < found.size(); ++i) {
    const std::size_t start = reading.origin[found[i].start];
    found[i].length = reading.origin[found[i].start + found[i].length] - start;
    found[i].start = start;
  }
}

// Where two findings overlap, their union is taken, under the name of the longer one.
void resolve_overlaps(Findings& found) {
  std::stable_sort(found.begin(), found.end(), [](const Finding& a, const Finding& b) { return a.start < b.start; });
  std::size_t kept = 0;
  std::size_t longest = 0;
  for (const Finding& finding : found) {
    Finding& last = found[kept == 0 ? 0 : kept - 1];
    if (kept == 0 || finding.start >= last.start + last.length) {
      longest = finding.length;
      found[kept++] = finding;
      continue;
    }
    const std::size_t end = std::max(last.start + last.length, finding.start + finding.length);
    if (finding.length > longest || (finding.length == longest && last.kind == Kind::kUrlSecret)) {
      longest = finding.length;
      last.kind = finding.kind;
    }
    last.length = end - last.start;
  }
  found.resize(kept);
}

}  // namespace

std::string_view token_of(Kind kind) {
  switch (kind) {
    case Kind::kEmail: return "[email]";
    case Kind::kPhone: return "[phone]";
    case Kind::kCard: return "[card]";
    case Kind::kIban: return "[iban]";
    case Kind::kIpAddress: return "[ip]";
    case Kind::kUrlSecret: return "[secret]";
    case Kind::kNationalId: return "[id]";
  }
  return "[id]";
}

std::vector<Finding> find_personal_data(std::string_view text) {
  Findings found;
  const Signs signs = look_at(text);
  if (signs.clean() || is_uuid(text)) return found;
  if (signs.may_hold_secret()) find_secrets(text, found);
  find_plainly(text, signs, found);
  if (signs.need_reading()) find_in_reading(text, found);
  if (found.size() > 1) resolve_overlaps(found);
  return found;
}

bool holds_personal_data(std::string_view text) { return !find_personal_data(text).empty(); }

std::string masked(std::string_view text) {
  std::string result(text);
  // A token in place of a finding can part what stood beside it from its neighbours, and so bring out one more.
  for (Findings found = find_personal_data(result); !found.empty(); found = find_personal_data(result)) {
    std::string next;
    std::size_t from = 0;
    for (const Finding& finding : found) {
      next.append(result, from, finding.start - from);
      next += token_of(finding.kind);
      from = finding.start + finding.length;
    }
    next.append(result, from);
    result = std::move(next);
  }
  return result;
}

}  // namespace parley::privacy
