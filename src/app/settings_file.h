#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace parley::app {

/// Reads `name = value` lines (# begins a comment) into the command's options that neither a flag nor the environment
/// has set. Names are those of the flags without the dashes. Every fault, with its line; empty where there is none.
std::vector<std::string> apply_settings_file(CLI::App& command, const std::string& path);

}  // namespace parley::app
