// How fast the journal makes records durable: a closed loop of clients, each of which sends its next batch once the
// last one is acknowledged. Prints events a second and the time to acknowledgement beside the time of a bare fdatasync
// on the same disk.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "journal/journal.h"

namespace {

using Clock = std::chrono::steady_clock;
using parley::Status;
using parley::journal::Journal;

double milliseconds(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

// Processor time of this process until now.
double processor_us() { return 1e6 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// One overwritten block and an fdatasync: what the disk itself takes.
double bare_fdatasync_ms(const std::string& directory) {
  const std::string path = directory + "/bare";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(4096, 'x');
  std::vector<double> times;
  for (int i = 0; i < 200 && file >= 0; ++i) {
    const auto start = Clock::now();
    if (::pwrite(file, block.data(), block.size(), 0) < 0 || ::fdatasync(file) != 0) break;
    times.push_back(milliseconds(Clock::now() - start));
  }
  if (file >= 0) ::close(file);
  std::filesystem::remove(path);
  return percentile(times, 0.5);
}

// One client of the closed loop.
struct Client {
  Journal& journal;
  const std::vector<std::string_view>& batch;
  std::vector<double>& waits;
  std::uint64_t& acknowledged;
  Clock::time_point sent{};

  void send() {
    sent = Clock::now();
    const Status taken = journal.append(batch, [this](Status outcome) {
      if (!outcome.ok()) return;
      waits.push_back(milliseconds(Clock::now() - sent));
      acknowledged += batch.size();
      send();
    });
    if (!taken.ok()) fmt::print(stderr, "refused: {}\n", taken.error().message);
  }
};

bool run(const std::string& directory, std::size_t clients, std::size_t batch_size, std::size_t record_bytes,
         std::chrono::milliseconds length) {
  parley::Counters counters;
  auto journal = Journal::open({.directory = directory + "/journal"}, counters);
  if (!journal.ok()) {
    fmt::print(stderr, "{}\n", journal.error().message);
    return false;
  }
  const std::string record(record_bytes, 'r');
  const std::vector<std::string_view> batch(batch_size, record);
  std::vector<double> waits;
  waits.reserve(1 << 20);
  std::uint64_t acknowledged = 0;
  std::vector<Client> loop(clients, Client{**journal, batch, waits, acknowledged});
  for (Client& client : loop) client.send();
  const auto start = Clock::now();
  const double processor_before = processor_us();
  std::uint64_t commits = 0;
  while (Clock::now() - start < length) {
    (*journal)->commit(10);
    ++commits;
    // As the store does once it has confirmed: files go round.
    if (commits % 64 == 0 && !(*journal)->save_checkpoint("bench", {.position = (*journal)->end()}).ok()) return false;
  }
  const double seconds = milliseconds(Clock::now() - start) / 1000;
  fmt::print("{:8} {:6} {:12.0f} {:10.0f} {:8.3f} {:8.3f} {:8.3f} {:12.3f}\n", clients, batch_size,
             static_cast<double>(acknowledged) / seconds, static_cast<double>(commits) / seconds,
             percentile(waits, 0.5), percentile(waits, 0.99), percentile(waits, 1),
             (processor_us() - processor_before) / static_cast<double>(std::max<std::uint64_t>(acknowledged, 1)));
  journal->reset();
  std::filesystem::remove_all(directory + "/journal");
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::string directory = ".";
  std::size_t record_bytes = 200;
  int length_ms = 2000;
  CLI::App app{"How fast the journal makes records durable."};
  app.add_option("--dir", directory, "Where to write: the disk that is measured")->capture_default_str();
  app.add_option("--record-bytes", record_bytes, "Bytes of one record")->capture_default_str();
  app.add_option("--length-ms", length_ms, "Time for each line")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  parley::set_log_level(parley::LogLevel::kWarn);
  fmt::print("one block and a bare fdatasync: p50 {:.3f} ms\n", bare_fdatasync_ms(directory));
  fmt::print("{:>8} {:>6} {:>12} {:>10} {:>8} {:>8} {:>8} {:>12}\n", "clients", "batch", "events/s", "commits/s",
             "p50 ms", "p99 ms", "max ms", "cpu us/event");
  for (const auto& [clients, batch] : std::vector<std::pair<std::size_t, std::size_t>>{
           {1, 1}, {32, 1}, {32, 20}, {32, 100}, {256, 1}, {256, 20}, {256, 100}})
    if (!run(directory, clients, batch, record_bytes, std::chrono::milliseconds(length_ms))) return 1;
  return 0;
}
