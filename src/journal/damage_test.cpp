#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/memory_disk.h"

// The promises of docs/specs/journal.md under damage, cuts and lost power.
namespace parley::journal {
namespace {

constexpr std::uint64_t kSegment = 8192;

struct Opened {
  std::unique_ptr<Journal> journal;
  std::vector<std::string> records;
};

// Opens the journal on this disk and reads all of it.
Opened open_and_read(const std::shared_ptr<MemoryDisk>& disk, Counters& counters) {
  Opened opened;
  auto journal = Journal::open({.directory = "j", .segment_bytes = kSegment, .max_bytes = 1 << 20}, counters, disk);
  EXPECT_TRUE(journal.ok()) << journal.error().message;
  if (!journal.ok()) return opened;
  opened.journal = std::move(*journal);
  for (Position at = 0; at < opened.journal->end();) {
    auto batch = opened.journal->read(at, 1 << 20);
    EXPECT_TRUE(batch.ok()) << batch.error().message;
    if (!batch.ok()) break;
    for (const auto record : batch->records) opened.records.emplace_back(record);
    at = batch->next;
  }
  return opened;
}

Status add(Journal& journal, const std::vector<std::string>& records) {
  const std::vector<std::string_view> views(records.begin(), records.end());
  Status durable = unavailable("on_durable was not called");
  PARLEY_TRY(journal.append(views, [&durable](Status outcome) { durable = std::move(outcome); }));
  journal.commit(0);
  return durable;
}

// Three segments and a bit, frames of one to three sectors; frames_[i] holds what one commit wrote.
class DamageTest : public testing::Test {
 protected:
  DamageTest() {
    Opened opened = open_and_read(disk_, counters_);
    for (int i = 0; i < 20; ++i) {
      std::vector<std::string> frame;
      for (int k = 0; k <= i % 3; ++k)
        frame.push_back("record " + std::to_string(i) + "." + std::to_string(k) + std::string(400, 'x'));
      EXPECT_TRUE(add(*opened.journal, frame).ok());
      frames_.push_back(std::move(frame));
    }
    opened.journal.reset();
    for (const std::string& path : disk_->paths())
      if (path.find("/segment-") != std::string::npos) segments_.push_back(path);
  }

  // All records, without those of one frame (none where it is past the last).
  std::vector<std::string> all_but(std::size_t without) const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < frames_.size(); ++i)
      if (i != without) all.insert(all.end(), frames_[i].begin(), frames_[i].end());
    return all;
  }
  std::vector<std::string> first_of(std::size_t frames) const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < frames; ++i) all.insert(all.end(), frames_[i].begin(), frames_[i].end());
    return all;
  }

  Counters counters_;
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::vector<std::vector<std::string>> frames_;
  std::vector<std::string> segments_;
};

TEST_F(DamageTest, a_damaged_byte_costs_at_most_the_frame_that_holds_it) {
  ASSERT_GE(segments_.size(), 3u);
  std::set<std::size_t> hit;
  for (const std::string& path : segments_) {
    for (std::size_t at = 0; at < disk_->bytes(path).size(); at += 3) {
      auto disk = disk_->copy();
      disk->bytes(path)[at] ^= static_cast<char>(0x41);
      const Opened opened = open_and_read(disk, counters_);
      if (opened.records == all_but(frames_.size())) continue;  // padding, or the unused end
      std::size_t lost = frames_.size();
      for (std::size_t i = 0; i < frames_.size() && lost == frames_.size(); ++i)
        if (opened.records == all_but(i)) lost = i;
      ASSERT_LT(lost, frames_.size()) << "more than one frame lost by byte " << at << " of " << path;
      hit.insert(lost);
    }
  }
  EXPECT_EQ(hit.size(), frames_.size()) << "not every frame was damaged once: the test is blind";
}

TEST_F(DamageTest, a_damaged_stretch_of_any_length_costs_only_the_frames_it_touches_and_is_counted) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    auto disk = disk_->copy();
    std::string& bytes = disk->bytes(segments_[0]);
    const std::size_t from = kSector + random() % (bytes.size() - kSector);
    const std::size_t size = 1 + random() % 3000;
    for (std::size_t at = from; at < std::min(from + size, bytes.size()); ++at) bytes[at] = static_cast<char>(random());
    Counters counters;
    const Opened opened = open_and_read(disk, counters);
    std::uint64_t missing = 0;
    std::size_t at = 0;
    for (const auto& frame : frames_) {
      const bool there = at < opened.records.size() && opened.records[at] == frame[0];
      for (const std::string& record : frame) {
        if (there) {
          ASSERT_LT(at, opened.records.size());
          ASSERT_EQ(opened.records[at++], record);
        } else {
          missing += record.size() + kRecordHeader;
        }
      }
    }
    EXPECT_EQ(at, opened.records.size()) << "something was read that was never written";
    EXPECT_LE(missing, size + 3 * 1536);
    EXPECT_EQ(counters.counter("parley_journal_lost_bytes_total", "").value(), missing);
  }
}

TEST_F(DamageTest, a_file_cut_at_any_offset_gives_every_whole_frame_before_the_cut_and_can_be_written_again) {
  const std::string newest = segments_.back();
  std::size_t before = frames_.size();
  std::size_t shortest = frames_.size();
  for (std::size_t size = disk_->bytes(newest).size(); size-- > 0;) {
    auto disk = disk_->copy();
    disk->bytes(newest).resize(size);
    Opened opened = open_and_read(disk, counters_);
    std::size_t whole = before;
    while (whole > 0 && opened.records.size() < first_of(whole).size()) --whole;
    ASSERT_EQ(opened.records, first_of(whole)) << "cut at " << size;
    before = whole;
    shortest = std::min(shortest, whole);
    if (size % 37 == 0) {
      ASSERT_TRUE(add(*opened.journal, {"after the cut"}).ok());
      opened.journal.reset();
      auto expected = first_of(whole);
      expected.emplace_back("after the cut");
      ASSERT_EQ(open_and_read(disk, counters_).records, expected) << "cut at " << size;
    }
  }
  EXPECT_LT(shortest, frames_.size());
}

TEST_F(DamageTest, a_lost_segment_in_the_middle_costs_its_own_records_only) {
  auto disk = disk_->copy();
  ASSERT_TRUE(disk->remove(segments_[1]).ok());
  const Opened opened = open_and_read(disk, counters_);
  const auto all = all_but(frames_.size());
  EXPECT_LT(opened.records.size(), all.size());
  EXPECT_EQ(opened.records.front(), all.front());
  EXPECT_EQ(opened.records.back(), all.back());
  EXPECT_GT(counters_.counter("parley_journal_lost_bytes_total", "").value(), 0u);
}

TEST(Journal, a_refused_frame_is_not_read_in_place_of_a_damaged_one_before_it) {
  auto disk = std::make_shared<MemoryDisk>();
  Counters counters;
  Opened opened = open_and_read(disk, counters);
  ASSERT_TRUE(add(*opened.journal, {"first"}).ok());
  ASSERT_TRUE(add(*opened.journal, {"damaged"}).ok());
  disk->set_fault([](std::string_view operation, const std::string&) -> Status {
    return operation == "flush" ? Status(unavailable("broken")) : Status();
  });
  ASSERT_FALSE(add(*opened.journal, {"refused"}).ok());  // and yet it stands in the file
  disk->set_fault(nullptr);
  ASSERT_TRUE(add(*opened.journal, {"last"}).ok());
  opened.journal.reset();
  disk->bytes("j/segment-0000000000000001")[2 * kSector + kFrameHeader + kRecordHeader] ^= 1;
  EXPECT_EQ(open_and_read(disk, counters).records, (std::vector<std::string>{"first", "last"}));
}

TEST(Journal, what_was_read_once_stays_even_where_its_own_flush_had_failed) {
  for (unsigned seed = 0; seed < 16; ++seed) {
    auto disk = std::make_shared<MemoryDisk>();
    Counters counters;
    Opened opened = open_and_read(disk, counters);
    disk->set_fault([](std::string_view operation, const std::string&) -> Status {
      return operation == "flush" ? Status(unavailable("broken")) : Status();
    });
    ASSERT_FALSE(add(*opened.journal, {"in the page cache only"}).ok());
    disk->set_fault(nullptr);
    opened.journal.reset();  // killed: the page cache stays
    ASSERT_EQ(open_and_read(disk, counters).records.size(), 1u);
    std::mt19937 random(seed);
    disk->lose_power(random);
    EXPECT_EQ(open_and_read(disk, counters).records.size(), 1u);
  }
}

TEST(Journal, a_record_that_looks_like_a_frame_is_never_taken_for_one) {
  auto disk = std::make_shared<MemoryDisk>();
  Counters counters;
  Opened opened = open_and_read(disk, counters);
  // The bytes of another journal's frame, at the place and with the position that a true one would have.
  std::string fake;
  begin_frame(fake);
  append_record(fake, "forged");
  finish_frame(fake, frame_seed(JournalId{}, 1), 1000, 1);
  std::string carrier(kSector - kFrameHeader - kRecordHeader, '.');
  carrier += fake;
  ASSERT_TRUE(add(*opened.journal, {carrier}).ok());
  ASSERT_TRUE(add(*opened.journal, {"true"}).ok());
  opened.journal.reset();
  disk->bytes("j/segment-0000000000000001")[kSector] ^= 1;
  EXPECT_EQ(open_and_read(disk, counters).records, std::vector<std::string>{"true"});
}

// Writes at random, fails at random, loses power at random, many times over, and keeps account of what was promised.
TEST(Journal, keeps_every_acknowledged_record_once_and_in_order_through_lost_power_and_failing_disks) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    auto disk = std::make_shared<MemoryDisk>();
    std::vector<std::string> acknowledged;
    std::set<std::string> refused;         // and not seen; or without an answer yet
    std::map<Position, std::string> read;  // what readers have seen, for good
    std::size_t seen = 0;                  // of `acknowledged`
    int written = 0;
    for (int life = 0; life < 12; ++life) {
      Counters counters;
      disk->set_fault(nullptr);
      auto journal = Journal::open({.directory = "j", .segment_bytes = 4096, .max_bytes = 6 * 4096}, counters, disk);
      ASSERT_TRUE(journal.ok()) << journal.error().message;

      // From its checkpoint on: what was read before, the same again; then the acknowledged in order, and between them
      // only records that were refused.
      Position reader = (*journal)->checkpoint("reader")->position;
      const auto read_on = [&] {
        while (reader < (*journal)->end()) {
          auto batch = (*journal)->read(reader, 1 + random() % 5000);
          ASSERT_TRUE(batch.ok()) << batch.error().message;
          for (const auto record : batch->records) {
            const auto [at, is_new] = read.emplace(reader, record);
            if (!is_new)
              ASSERT_EQ(at->second, record) << "a position was used twice";
            else if (seen < acknowledged.size() && record == acknowledged[seen])
              ++seen;
            else
              ASSERT_EQ(refused.erase(std::string(record)), 1u) << "a record came twice, late or out of nowhere";
            reader += kRecordHeader + record.size();
          }
          ASSERT_EQ(reader, batch->next);
        }
        ASSERT_EQ(seen, acknowledged.size()) << "an acknowledged record is gone";
      };
      read_on();
      ASSERT_EQ(counters.counter("parley_journal_lost_bytes_total", "").value(), 0u);

      disk->set_fault([&random](std::string_view operation, const std::string&) -> Status {
        const bool may_fail = operation == "write" || operation == "flush" || operation == "rename" ||
                              operation == "flush_directory" || operation == "remove";
        if (may_fail && random() % 25 == 0) return unavailable("chance");
        return {};
      });
      const int steps = 1 + static_cast<int>(random() % 30);
      for (int step = 0; step < steps; ++step) {
        const int groups = 1 + static_cast<int>(random() % 3);
        for (int g = 0; g < groups; ++g) {
          const std::string record = std::to_string(++written) + std::string(random() % 900, '-');
          refused.insert(record);
          const std::string_view view = record;
          (void)(*journal)->append({&view, 1}, [&, record](Status outcome) {
            if (!outcome.ok()) return;
            refused.erase(record);
            acknowledged.push_back(record);
          });
        }
        if (random() % 8 != 0) (*journal)->commit(0);
        if (random() % 6 == 0) {
          read_on();
          (void)(*journal)->save_checkpoint("reader", {.position = reader});
        }
      }
      journal->reset();
      if (random() % 3 != 0) disk->lose_power(random);
    }
    EXPECT_GT(acknowledged.size(), 20u);
  }
}

}  // namespace
}  // namespace parley::journal
