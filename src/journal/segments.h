#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/disk.h"
#include "journal/format.h"
#include "journal/segment.h"

namespace parley::journal {

/// The segment files of one journal: which there are, the new ones that are made ahead, and the old ones that are
/// recycled. begin() and the fill_… are for the committing thread; the rest for any.
class Segments {
 public:
  struct Settings {
    std::string directory;
    std::uint64_t segment_bytes;
    std::uint64_t max_bytes;
  };
  /// Finds what is there. The id is the journal's own where it is known; else it is taken from a segment, and where
  /// there is none `id()` is empty.
  static Result<std::unique_ptr<Segments>> open(Settings settings, std::shared_ptr<Disk> disk,
                                                std::optional<JournalId> id);
  const std::optional<JournalId>& id() const { return id_; }
  void set_id(const JournalId& id) { id_ = id; }

  /// The one that records were last written to, if any is left.
  std::shared_ptr<Segment> newest() const;

  /// Begins a new segment whose first record will be at `first`. `exhausted` where the disk or max_bytes is full.
  Result<std::shared_ptr<Segment>> begin(Position first);
  /// Writes the next spare until about `bytes` of it are written. Does nothing while a spare is ready. A failure only
  /// means that begin() will have to do the work and tell of it.
  void fill_ahead(std::uint64_t bytes);
  /// A little more of it.
  void fill_one_step();

  struct Found {
    std::shared_ptr<Segment> segment;
    Position until = FrameCursor::kNoLimit;  ///< where the next segment begins
  };
  /// The segment that holds `position`, or the first one after it. Nothing where there is no segment.
  std::optional<Found> find(Position position) const;

  /// Recycles the segments whose records all lie before `position`. True where that made room.
  bool recycle_before(Position position);

  std::uint64_t disk_bytes() const;

 private:
  struct Spare {
    std::shared_ptr<File> file;
    std::string path;
  };
  Segments(Settings settings, std::shared_ptr<Disk> disk, std::optional<JournalId> id)
      : settings_(std::move(settings)), disk_(std::move(disk)), id_(id) {}

  std::string path(const std::string& name) const { return settings_.directory + "/" + name; }
  Status take_stock();
  struct Opened {
    std::string path;
    std::shared_ptr<File> file;
    std::uint64_t size = 0;
    std::optional<SegmentHeader> header;  ///< nothing where it is damaged
  };
  Result<Opened> open_segment(std::uint64_t sequence) const;
  Status adopt_segment(std::uint64_t sequence);
  Status adopt_damaged(std::uint64_t sequence, const Opened& opened);
  void adopt_spare(const std::string& name);
  Status fill_to(std::uint64_t end);
  void drop_filling();
  Result<Spare> take_spare();
  std::uint64_t files() const { return segments_.size() + spares_.size() + (filling_ ? 1 : 0); }

  const Settings settings_;
  const std::shared_ptr<Disk> disk_;
  std::optional<JournalId> id_;

  mutable std::mutex mutex_;  // for what follows; not held while files are written
  std::deque<std::shared_ptr<Segment>> segments_;
  std::vector<Spare> spares_;
  std::optional<Spare> filling_;  // changed by the committing thread only
  std::uint64_t next_sequence_ = 1;

  std::uint64_t filled_ = 0;  // bytes of `filling_`; the committing thread's own
};

}  // namespace parley::journal
