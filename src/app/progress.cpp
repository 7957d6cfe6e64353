#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace parley::app {
namespace {

using std::chrono::steady_clock;

constexpr auto kRedrawEvery = std::chrono::milliseconds{100};
constexpr auto kLineEvery = std::chrono::seconds{5};
constexpr int kBarWidth = 24;

std::string bar(double fraction) {
  const int full = std::clamp(static_cast<int>(fraction * kBarWidth), 0, kBarWidth);
  std::string out;
  for (int i = 0; i < kBarWidth; ++i) out += i < full ? "█" : "░";
  return out;
}

}  // namespace

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string progress_text(double fraction, std::uint64_t events, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(events) / seconds : 0;
  std::string text = fraction < 0 ? std::string() : fmt::format("{:3.0f} %  ", fraction * 100);
  text += fmt::format("{} events  {}/s", with_commas(events), with_commas(static_cast<std::uint64_t>(rate)));
  if (fraction > 0 && fraction < 1) {
    const double left = seconds * (1 - fraction) / fraction;
    text += left < 90 ? fmt::format("  {:.0f} s left", left) : fmt::format("  {:.0f} min left", left / 60);
  }
  return text;
}

Progress::Progress(std::string what, std::FILE* out)
    : what_(std::move(what)),
      out_(out),
      terminal_(isatty(fileno(out)) == 1),
      started_(steady_clock::now()),
      shown_(started_) {}

Progress::~Progress() { clear(); }

double Progress::seconds() const { return std::chrono::duration<double>(steady_clock::now() - started_).count(); }

void Progress::update(double fraction, std::uint64_t events) {
  const SteadyTime now = steady_clock::now();
  if (now - shown_ < (terminal_ ? std::chrono::milliseconds{kRedrawEvery} : std::chrono::milliseconds{kLineEvery}))
    return;
  shown_ = now;
  const std::string text = progress_text(fraction, events, seconds());
  if (!terminal_) {
    fmt::print(out_, "{}  {}\n", what_, text);
  } else {
    fmt::print(out_, "\r\x1b[K{}  {}{}", what_, fraction < 0 ? "" : bar(fraction) + "  ", text);
    drawn_ = true;
  }
  std::fflush(out_);
}

void Progress::say(std::string_view line) {
  clear();
  fmt::print(out_, "{}\n", line);
}

void Progress::clear() {
  if (!drawn_) return;
  fmt::print(out_, "\r\x1b[K");
  std::fflush(out_);
  drawn_ = false;
}

}  // namespace parley::app
