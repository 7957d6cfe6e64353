#include "app/import_command.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "app/event_sender.h"
#include "app/import_lines.h"
#include "app/progress.h"

namespace parley::app {
namespace {

constexpr std::size_t kLargestBody = 400 * 1000;
constexpr std::size_t kLargestBatch = 500;
constexpr std::uint64_t kFaultsTold = 20;

std::uint64_t size_of(const std::string& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

// One run of the command: from lines to batches to the sender.
class Import {
 public:
  explicit Import(const ImportOptions& options)
      : options_(options),
        batch_size_(std::clamp<std::size_t>(options.batch, 1, kLargestBatch)),
        sender_({.url = options.url, .write_key = options.write_key}) {
    for (const std::string& file : options.files) total_bytes_ += size_of(file);
    // How much comes through a pipe is not known.
    if (std::find(options.files.begin(), options.files.end(), "-") != options.files.end()) total_bytes_ = 0;
  }

  int run() {
    if (const Status status = sender_.check(); !status.ok()) return give_up(status);
    for (const std::string& file : options_.files)
      if (const Status status = send_file(file); !status.ok()) return give_up(status);
    if (const Status status = sender_.finish(); !status.ok()) return give_up(status);
    if (options_.wait) {
      progress_.clear();
      if (const Status status = sender_.wait_until_queryable(); !status.ok()) return give_up(status);
    }
    return sum_up();
  }

 private:
  Status send_file(const std::string& file) {
    auto reader = LineReader::open(file);
    if (!reader.ok()) {
      tell_fault(reader.error().message);
      return {};
    }
    std::string_view line;
    for (;;) {
      const auto more = (*reader)->next(line);
      if (!more.ok()) tell_fault(more.error().message);
      if (!more.ok() || !*more) break;
      PARLEY_TRY(take_line(file, **reader, line));
      progress_.update(fraction((*reader)->position()), sender_.acknowledged());
    }
    bytes_before_ += size_of(file);
    return flush(file);
  }

  Status take_line(const std::string& file, const LineReader& reader, std::string_view line) {
    if (!reader.too_long() && line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    event_.clear();
    const Status status =
        reader.too_long() ? invalid("the line is longer than a megabyte") : append_import_line(line, event_);
    if (!status.ok() || event_.size() > kLargestBody - 64) {
      tell_fault(fmt::format("{}:{}: {}", file, reader.line_number(),
                             status.ok() ? "the event is larger than 400 kB" : status.error().message));
      return {};
    }
    if (events_ == batch_size_ || body_.size() + event_.size() > kLargestBody - 64) PARLEY_TRY(flush(file));
    if (events_ == 0) {
      body_ = R"({"batch":[)";
      first_line_ = reader.line_number();
    } else {
      body_ += ',';
    }
    body_ += event_;
    last_line_ = reader.line_number();
    ++events_;
    return {};
  }

  Status flush(const std::string& file) {
    if (events_ == 0) return {};
    body_ += "]}";
    EventSender::Batch batch{std::move(body_), events_, fmt::format("{}:{}-{}", file, first_line_, last_line_)};
    events_ = 0;
    return sender_.send(std::move(batch));
  }

  double fraction(std::uint64_t position) const {
    if (total_bytes_ == 0) return -1;
    return std::min(1.0, static_cast<double>(bytes_before_ + position) / static_cast<double>(total_bytes_));
  }

  void tell_fault(const std::string& fault) {
    if (faults_++ < kFaultsTold) progress_.say(fault);
    if (faults_ == kFaultsTold + 1) progress_.say("… further faults are only counted");
  }

  int give_up(const Status& status) {
    progress_.clear();
    fmt::print(stderr, "parley import: {}\n", status.error().message);
    if (sender_.acknowledged() > 0)
      fmt::print(stderr, "{} events had arrived. Run the same command again: nothing is doubled.\n",
                 with_commas(sender_.acknowledged()));
    return 1;
  }

  int sum_up() {
    std::uint64_t refused = 0;
    for (const EventSender::Refusal& refusal : sender_.refusals()) {
      tell_fault(
          fmt::format("{}: the server refused these {} events: {}", refusal.origin, refusal.events, refusal.reason));
      refused += refusal.events;
    }
    progress_.clear();
    const double seconds = progress_.seconds();
    fmt::print("{} {} events in {:.1f} s ({}/s).\n", options_.wait ? "Imported and ready:" : "Imported",
               with_commas(sender_.acknowledged()), seconds,
               with_commas(static_cast<std::uint64_t>(static_cast<double>(sender_.acknowledged()) / seconds)));
    if (faults_ == 0) return 0;
    fmt::print(stderr, "parley import: {} faults, see above; {} events were refused by the server.\n",
               with_commas(faults_), with_commas(refused));
    return 1;
  }

  const ImportOptions& options_;
  const std::size_t batch_size_;
  Progress progress_{"Importing"};
  EventSender sender_;
  std::string body_, event_;
  std::size_t events_ = 0;
  std::uint64_t first_line_ = 0, last_line_ = 0;
  std::uint64_t total_bytes_ = 0, bytes_before_ = 0, faults_ = 0;
};

}  // namespace

void add_import_options(CLI::App& command, ImportOptions& options) {
  command.add_option("--url", options.url, "Address of the server")->envname("PARLEY_URL")->capture_default_str();
  command.add_option("--write-key", options.write_key, "The workspace's write key")
      ->envname("PARLEY_WRITE_KEY")
      ->required();
  command.add_option("--batch", options.batch, "Events a request")
      ->check(CLI::Range(std::size_t{1}, kLargestBatch))
      ->capture_default_str();
  command.add_flag("--wait", options.wait, "Return only when all of it can be queried");
  command.add_option("files", options.files, "Files of JSON lines, plain or .gz; - for standard input")->required();
}

int run_import(const ImportOptions& options) { return Import(options).run(); }

}  // namespace parley::app
