#pragma once

#include <string_view>
#include <vector>

#include "privacy/detect.h"

namespace parley::privacy {

using Findings = std::vector<Finding>;

/// Each looks for one family of personal data in plain ASCII terms and appends what it finds, left to right. They do
/// not know of each other: findings of two may overlap. All take time linear in the text.
void find_emails(std::string_view text, Findings& found);
/// Payment cards, telephone numbers and national ids: all that is made of groups of digits.
void find_numbers(std::string_view text, Findings& found);
void find_ibans(std::string_view text, Findings& found);
void find_ip_addresses(std::string_view text, Findings& found);
/// Passwords and tokens in URLs and beside their names, personal query parameters, keys of well-known shapes.
void find_secrets(std::string_view text, Findings& found);

}  // namespace parley::privacy
