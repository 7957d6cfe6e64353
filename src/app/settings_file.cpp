#include "app/settings_file.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <numeric>
#include <sstream>

#include "base/file.h"

namespace parley::app {
namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

// The option's name as it stands in a file; empty for those that make no sense there.
std::string file_name_of(const CLI::Option& option) {
  const auto& names = option.get_lnames();
  return names.empty() || names[0] == "help" || names[0] == "config" ? std::string() : names[0];
}

std::string nearest_name(const CLI::App& command, const std::string& wrong) {
  std::string nearest;
  std::size_t best = 0;
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = file_name_of(*option);
    if (name.empty()) continue;
    const std::size_t distance = edit_distance(wrong, name);
    if (nearest.empty() || distance < best) {
      nearest = name;
      best = distance;
    }
  }
  return nearest;
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r");
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

}  // namespace

std::vector<std::string> apply_settings_file(CLI::App& command, const std::string& path) {
  auto text = read_file(path);
  if (!text.ok()) return {text.error().message};
  std::vector<std::string> faults;
  std::istringstream lines(*text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const auto equals = line.find('=');
    if (equals == std::string::npos) {
      faults.push_back(fmt::format("{}:{}: expected `name = value`", path, number));
      continue;
    }
    const std::string name = trimmed(line.substr(0, equals));
    const std::string value = trimmed(line.substr(equals + 1));
    CLI::Option* found = nullptr;
    for (CLI::Option* option : command.get_options())
      if (!name.empty() && file_name_of(*option) == name) found = option;
    if (found == nullptr) {
      faults.push_back(fmt::format("{}:{}: unknown setting \"{}\"; did you mean \"{}\"?", path, number, name,
                                   nearest_name(command, name)));
      continue;
    }
    if (found->count() > 0) continue;  // a flag or the environment says otherwise
    try {
      found->add_result(value);
      found->run_callback();
    } catch (const CLI::Error& fault) {
      faults.push_back(fmt::format("{}:{}: {}", path, number, fault.what()));
    }
  }
  return faults;
}

}  // namespace parley::app
