#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace parley::app {

/// What `parley demo` is told about the bot that it plays.
struct DemoOptions {
  std::string url;
  std::string write_key;
  int days = 90;  ///< of history, up to 365
  std::uint64_t seed = 1;
  double rate = 600;   ///< conversations a day
  std::string anchor;  ///< the day on which the story ends, YYYY-MM-DD; empty for today
  bool history = true;
  bool live = true;                         ///< goes on in real time after the history, until it is stopped
  const std::atomic<bool>* stop = nullptr;  ///< who stops it; null for SIGINT and SIGTERM
};

void add_demo_options(CLI::App& command, DemoOptions& options);

/// Plays the simulator's bot to a running server: the days before now as fast as the server takes them, then what
/// happens from now on. The same seed, rate and anchor give the same events with the same message ids, so that
/// starting it again doubles nothing. Gives the process's exit code.
int run_demo(const DemoOptions& options);

}  // namespace parley::app
