#include "journal/checkpoints.h"

#include <algorithm>
#include <limits>

#include "base/log.h"

namespace parley::journal {
namespace {

constexpr std::string_view kPrefix = "reader-";
constexpr std::string_view kSuffix = ".checkpoint";

bool is_reader_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<Checkpoints>> Checkpoints::open(std::string directory, std::shared_ptr<Disk> disk,
                                                       JournalId id) {
  std::unique_ptr<Checkpoints> all(new Checkpoints(std::move(directory), std::move(disk), id));
  auto names = all->disk_->list(all->directory_);
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
    const std::string reader = name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
    auto bytes = all->disk_->read_small(all->path(reader));
    if (!bytes) return bytes.error();
    const auto checkpoint = parse_checkpoint_file(id, *bytes);
    if (!checkpoint) log_error("journal: {} is no whole checkpoint of this journal", all->path(reader));
    all->readers_.emplace(reader, checkpoint);
  }
  return all;
}

std::string Checkpoints::path(std::string_view reader) const {
  return directory_ + "/" + std::string(kPrefix) + std::string(reader) + std::string(kSuffix);
}

Result<Journal::Checkpoint> Checkpoints::get(std::string_view reader) const {
  std::lock_guard lock(mutex_);
  const auto found = readers_.find(reader);
  if (found == readers_.end()) return Journal::Checkpoint{};
  if (!found->second) return corrupt("journal: " + path(reader) + " is no whole checkpoint of this journal");
  return *found->second;
}

Status Checkpoints::save(std::string_view reader, Journal::Checkpoint checkpoint) {
  if (!is_reader_name(reader))
    return invalid("journal: reader \"" + std::string(reader) + "\": expected letters a-z, digits, _ and -");
  std::lock_guard lock(mutex_);
  PARLEY_TRY(disk_->replace_small(path(reader), checkpoint_file(id_, checkpoint)));
  readers_.insert_or_assign(std::string(reader), checkpoint);
  return {};
}

Position Checkpoints::lowest() const {
  std::lock_guard lock(mutex_);
  if (readers_.empty()) return 0;
  Position lowest = std::numeric_limits<Position>::max();
  for (const auto& [name, checkpoint] : readers_) lowest = std::min(lowest, checkpoint ? checkpoint->position : 0);
  return lowest;
}

Position Checkpoints::highest() const {
  std::lock_guard lock(mutex_);
  Position highest = 0;
  for (const auto& [name, checkpoint] : readers_)
    if (checkpoint) highest = std::max({highest, checkpoint->position, checkpoint->in_flight_end});
  return highest;
}

}  // namespace parley::journal
