#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace parley::app {

/// How far a long command is: on a terminal one line with a bar that is drawn over, elsewhere a plain line every few
/// seconds. One thread at a time.
class Progress {
 public:
  /// `what` opens the line: "Importing". `out` is standard error but in tests.
  explicit Progress(std::string what, std::FILE* out = stderr);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Draws if it is time to. `fraction` is negative where the whole is not known.
  void update(double fraction, std::uint64_t events);
  /// Prints a line above the bar.
  void say(std::string_view line);
  /// Takes the bar away; for the last line of the command.
  void clear();
  double seconds() const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  std::string what_;
  std::FILE* out_;
  bool terminal_;
  bool drawn_ = false;
  SteadyTime started_, shown_;
};

/// The line that Progress shows, without what comes before it: "61 %  120,345 events  45,210/s  12 s left".
std::string progress_text(double fraction, std::uint64_t events, double seconds);

/// 1234567 as "1,234,567".
std::string with_commas(std::uint64_t number);

}  // namespace parley::app
