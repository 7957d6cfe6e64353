// Writes the simulator's first events, one JSON object a line: parley_story --events 40000 --days 90

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "base/clock.h"
#include "simulator/simulator.h"

int main(int argc, char** argv) {
  CLI::App app("The simulator's events, one a line");
  std::size_t events = 40'000;
  int days = 90;
  app.add_option("--events", events, "how many at the most");
  app.add_option("--days", days, "that the story spans, up to today")->check(CLI::Range(1, 365));
  CLI11_PARSE(app, argc, argv);
  const auto today = std::chrono::floor<std::chrono::days>(parley::SystemClock().now());
  parley::simulator::Settings settings;
  settings.anchor = today;
  settings.from = today - std::chrono::days{days};
  settings.to = today;
  settings.conversations_per_day = static_cast<double>(events) / 12.0 / days;
  parley::simulator::Simulator simulator(settings);
  std::string line;
  for (std::size_t i = 0; i < events && simulator.next(line); ++i) {
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stdout);
    line.clear();
  }
  return 0;
}
