#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace parley::app {

/// What `parley import` is told.
struct ImportOptions {
  std::string url = "http://127.0.0.1:8400";
  std::string write_key;
  std::vector<std::string> files;  ///< JSON lines, plain or gzip; "-" is standard input
  std::size_t batch = 500;         ///< events a request, at most 500
  bool wait = false;               ///< return only when all of it can be queried
};

void add_import_options(CLI::App& command, ImportOptions& options);

/// Sends the files to a running server. Lines that cannot be sent are told with file and line, and the others go on.
/// Running it again doubles nothing. Gives the process's exit code: 0 where everything arrived, else 1.
int run_import(const ImportOptions& options);

}  // namespace parley::app
