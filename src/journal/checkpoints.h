#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/disk.h"
#include "journal/format.h"

namespace parley::journal {

/// The checkpoint files of a journal's readers. Safe for any number of threads.
class Checkpoints {
 public:
  static Result<std::unique_ptr<Checkpoints>> open(std::string directory, std::shared_ptr<Disk> disk, JournalId id);

  /// `corrupt` where the file is damaged; zeros for a reader that was never saved.
  Result<Journal::Checkpoint> get(std::string_view reader) const;
  Status save(std::string_view reader, Journal::Checkpoint checkpoint);

  /// Before it every reader is done: 0 while there is no reader, or while one is damaged.
  Position lowest() const;
  /// The highest position that any checkpoint names.
  Position highest() const;

 private:
  Checkpoints(std::string directory, std::shared_ptr<Disk> disk, JournalId id)
      : directory_(std::move(directory)), disk_(std::move(disk)), id_(id) {}
  std::string path(std::string_view reader) const;

  const std::string directory_;
  const std::shared_ptr<Disk> disk_;
  const JournalId id_;
  mutable std::mutex mutex_;
  std::map<std::string, std::optional<Journal::Checkpoint>, std::less<>> readers_;  // nothing: damaged
};

}  // namespace parley::journal
