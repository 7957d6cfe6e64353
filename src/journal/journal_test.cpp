#include "journal/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "journal/crc32c.h"
#include "journal/memory_disk.h"

namespace parley::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kSmall = 8192;

// A journal on a disk in memory, with segments that are soon full.
class JournalTest : public testing::Test {
 protected:
  JournalTest() { open(); }

  void open() {
    journal_.reset();
    auto opened = Journal::open(settings_, counters_, disk_);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    journal_ = std::move(*opened);
  }

  // What append or, after a commit, the callback says.
  Status add(const std::vector<std::string>& records) {
    const std::vector<std::string_view> views(records.begin(), records.end());
    Status durable = unavailable("on_durable was not called");
    PARLEY_TRY(journal_->append(views, [&durable](Status outcome) { durable = std::move(outcome); }));
    journal_->commit(0);
    return durable;
  }

  std::vector<std::string> read_all(Position from = 0) {
    std::vector<std::string> all;
    while (from < journal_->end()) {
      auto batch = journal_->read(from, 1000);
      EXPECT_TRUE(batch.ok()) << batch.error().message;
      if (!batch.ok()) break;
      EXPECT_GT(batch->next, from);
      for (const auto record : batch->records) all.emplace_back(record);
      from = batch->next;
    }
    return all;
  }

  Journal::Settings settings_{.directory = "j", .segment_bytes = kSmall, .max_bytes = 4 * kSmall};
  Counters counters_;
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, gives_back_what_was_appended_in_order) {
  ASSERT_TRUE(add({"one", "two"}).ok());
  ASSERT_TRUE(add({"", "three"}).ok());
  EXPECT_THAT(read_all(), ElementsAre("one", "two", "", "three"));
  EXPECT_EQ(journal_->end(), 4 * 4 + 3 + 3 + 0 + 5u);
}

TEST_F(JournalTest, acknowledges_only_after_a_commit_and_all_that_wait_with_one_flush) {
  journal_->commit(0);  // has nothing to do and makes a spare
  int flushes = 0;
  disk_->set_fault([&flushes](std::string_view operation, const std::string&) -> Status {
    flushes += operation == "flush" ? 1 : 0;
    return {};
  });
  std::vector<int> called;
  const std::string_view record = "x";
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(journal_->append({&record, 1}, [&called, i](Status) { called.push_back(i); }).ok());
  EXPECT_TRUE(called.empty());
  EXPECT_EQ(journal_->end(), 0u);
  journal_->commit(0);
  EXPECT_THAT(called, ElementsAre(0, 1, 2));
  EXPECT_EQ(flushes, 1);
  EXPECT_THAT(read_all(), ElementsAre("x", "x", "x"));
}

TEST_F(JournalTest, says_at_once_that_no_records_are_durable) {
  bool durable = false;
  ASSERT_TRUE(journal_->append({}, [&durable](Status outcome) { durable = outcome.ok(); }).ok());
  EXPECT_TRUE(durable);
}

TEST_F(JournalTest, goes_on_where_it_ended_after_it_was_opened_again) {
  const std::string id = journal_->id();
  for (int life = 0; life < 5; ++life) {
    ASSERT_TRUE(add({"life " + std::to_string(life)}).ok());
    open();
  }
  EXPECT_EQ(journal_->id(), id);
  EXPECT_THAT(read_all(), ElementsAre("life 0", "life 1", "life 2", "life 3", "life 4"));
}

TEST_F(JournalTest, reads_exactly_the_range_that_is_asked_for_across_segments) {
  settings_.max_bytes = 8 * kSmall;
  open();
  std::vector<std::string> written;
  for (int i = 0; i < 30; ++i) {
    written.push_back(std::string(500, static_cast<char>('a' + i % 26)));
    ASSERT_TRUE(add({written.back()}).ok());
  }
  const Position size = 504;
  auto batch = journal_->read_range(3 * size, 28 * size);
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  EXPECT_EQ(batch->next, 28 * size);
  EXPECT_EQ(std::vector<std::string>(batch->records.begin(), batch->records.end()),
            std::vector<std::string>(written.begin() + 3, written.begin() + 28));
  EXPECT_TRUE(journal_->read_range(size, size)->records.empty());
  EXPECT_EQ(journal_->read_range(1, size).error().code, Code::kInvalid);
  EXPECT_EQ(journal_->read_range(0, size + 1).error().code, Code::kInvalid);
  EXPECT_EQ(journal_->read_range(0, 31 * size).error().code, Code::kInvalid);
  EXPECT_EQ(journal_->read(31 * size, 1).error().code, Code::kInvalid);
}

TEST_F(JournalTest, views_of_a_small_batch_survive_its_move) {
  ASSERT_TRUE(add({"a"}).ok());
  std::vector<Journal::Batch> moved;
  moved.push_back(std::move(*journal_->read(0, 100)));
  moved.reserve(50);
  EXPECT_THAT(moved[0].records, ElementsAre("a"));
  EXPECT_EQ(moved[0].records[0].data(), moved[0].bytes.data());
}

TEST_F(JournalTest, refuses_what_no_frame_can_hold) {
  EXPECT_EQ(add({std::string(kSmall, 'x')}).error().code, Code::kTooLarge);
  EXPECT_TRUE(add({std::string(kSmall - kSector - kFrameHeader - kRecordHeader, 'x')}).ok());
}

TEST_F(JournalTest, refuses_records_once_too_many_bytes_wait_and_takes_them_after_a_commit) {
  settings_.max_waiting_bytes = 100;
  open();
  const std::string record(60, 'x');
  const std::string_view view = record;
  ASSERT_TRUE(journal_->append({&view, 1}, [](Status) {}).ok());
  EXPECT_EQ(journal_->append({&view, 1}, [](Status) { FAIL(); }).error().code, Code::kExhausted);
  journal_->commit(0);
  EXPECT_TRUE(add({record}).ok());
}

TEST_F(JournalTest, uses_its_files_again_and_never_takes_an_old_frame_for_a_new_one) {
  const std::vector<std::string> sizes = {std::string(10, 'a'), std::string(700, 'b'), std::string(1500, 'c')};
  Position done = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string record = std::to_string(i) + sizes[static_cast<std::size_t>(i) % 3];
    ASSERT_TRUE(add({record}).ok()) << i;
    if (i % 7 == 0) open();
    EXPECT_THAT(read_all(done), ElementsAre(record)) << i;
    done = journal_->end();
    ASSERT_TRUE(journal_->save_checkpoint("store", {.position = done}).ok());
  }
  EXPECT_LE(disk_->paths().size(), 4 + 3u);  // segments and spares, and lock, id and checkpoint
}

TEST_F(JournalTest, a_file_begins_small_and_grows_to_its_full_size_as_it_fills) {
  const std::string path = "j/segment-0000000000000001";
  EXPECT_LT(disk_->bytes(path).size(), kSmall);
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(add({std::string(900, 'x')}).ok());
  EXPECT_EQ(disk_->bytes(path).size(), kSmall);
  ASSERT_TRUE(add({std::string(900, 'x')}).ok());
  EXPECT_EQ(disk_->bytes(path).size(), kSmall);
  for (const std::string& file : disk_->paths())
    EXPECT_TRUE(file.find("segment-") == std::string::npos || parse_segment_header(disk_->bytes(file))) << file;
  EXPECT_EQ(read_all().size(), 8u);
}

TEST_F(JournalTest, is_full_at_max_bytes_until_the_slowest_reader_moves_on) {
  ASSERT_TRUE(journal_->save_checkpoint("fast", {}).ok());
  ASSERT_TRUE(journal_->save_checkpoint("slow", {}).ok());
  const std::string record(3000, 'x');
  std::size_t taken = 0;
  Status outcome;
  while ((outcome = add({record})).ok()) ++taken;
  EXPECT_EQ(outcome.error().code, Code::kExhausted);
  EXPECT_EQ(taken, 2 * 4u);
  EXPECT_EQ(add({record}).error().code, Code::kExhausted);
  ASSERT_TRUE(journal_->save_checkpoint("fast", {.position = journal_->end()}).ok());
  EXPECT_EQ(add({record}).error().code, Code::kExhausted);
  ASSERT_TRUE(journal_->save_checkpoint("slow", {.position = journal_->end()}).ok());
  EXPECT_TRUE(add({record}).ok());
  EXPECT_EQ(read_all(taken * 3004).size(), 1u);
}

TEST_F(JournalTest, opens_while_full_and_goes_on_once_a_reader_moves_on) {
  while (add({std::string(3000, 'x')}).ok()) {
  }
  open();
  EXPECT_EQ(read_all().size(), 8u);
  ASSERT_TRUE(journal_->save_checkpoint("store", {.position = journal_->end()}).ok());
  EXPECT_TRUE(add({std::string(3000, 'x')}).ok());
}

TEST_F(JournalTest, refuses_records_whose_write_or_flush_fails_and_takes_the_next) {
  for (const std::string_view failing : {"write", "flush"}) {
    ASSERT_TRUE(add({"before"}).ok());
    const Position before = journal_->end();
    disk_->set_fault([failing](std::string_view operation, const std::string&) -> Status {
      return operation == failing ? Status(unavailable("broken")) : Status();
    });
    EXPECT_EQ(add({"refused"}).error().code, Code::kUnavailable);
    EXPECT_EQ(journal_->end(), before);
    disk_->set_fault(nullptr);
    journal_->commit(0);
    ASSERT_TRUE(add({"after"}).ok());
    EXPECT_THAT(read_all(before), ElementsAre("after"));
    open();
    EXPECT_THAT(read_all(before), ElementsAre("after"));
  }
}

TEST_F(JournalTest, refuses_appends_while_the_disk_is_full_and_recovers_when_there_is_space) {
  ASSERT_TRUE(add({"before"}).ok());
  disk_->set_fault([](std::string_view operation, const std::string&) -> Status {
    return operation == "write" ? Status(Error{Code::kExhausted, "no space left"}) : Status();
  });
  EXPECT_EQ(add({"refused"}).error().code, Code::kExhausted);  // by its callback
  EXPECT_EQ(add({"refused"}).error().code, Code::kExhausted);
  const std::string_view record = "refused at once";
  EXPECT_EQ(journal_->append({&record, 1}, [](Status) { FAIL(); }).error().code, Code::kExhausted);
  journal_->commit(0);
  EXPECT_EQ(journal_->append({&record, 1}, [](Status) { FAIL(); }).error().code, Code::kExhausted);
  disk_->set_fault(nullptr);
  journal_->commit(0);
  ASSERT_TRUE(add({"after"}).ok());
  open();
  EXPECT_THAT(read_all(), ElementsAre("before", "after"));
}

TEST_F(JournalTest, an_abandoned_file_is_removed_and_not_recycled) {
  disk_->set_fault([](std::string_view operation, const std::string&) -> Status {
    return operation == "flush" ? Status(unavailable("broken")) : Status();
  });
  const std::vector<std::string> before = disk_->paths();
  EXPECT_FALSE(add({"refused"}).ok());
  disk_->set_fault(nullptr);
  journal_->commit(0);
  ASSERT_TRUE(add({"after"}).ok());
  ASSERT_TRUE(journal_->save_checkpoint("store", {.position = journal_->end()}).ok());
  const std::vector<std::string> after = disk_->paths();
  EXPECT_THAT(before, testing::Contains("j/segment-0000000000000001"));
  EXPECT_THAT(after, testing::Not(testing::Contains(HasSubstr("0000000000000001"))));
}

TEST_F(JournalTest, keeps_checkpoints_by_reader) {
  ASSERT_TRUE(add({"record"}).ok());
  EXPECT_EQ(journal_->checkpoint("store")->position, 0u);
  ASSERT_TRUE(journal_->save_checkpoint("store", {.position = 0, .in_flight_end = 10}).ok());
  ASSERT_TRUE(journal_->save_checkpoint("other", {.position = 10}).ok());
  open();
  EXPECT_EQ(journal_->checkpoint("store")->position, 0u);
  EXPECT_EQ(journal_->checkpoint("store")->in_flight_end, 10u);
  EXPECT_EQ(journal_->checkpoint("other")->position, 10u);
  EXPECT_EQ(journal_->save_checkpoint("../x", {}).error().code, Code::kInvalid);
  EXPECT_EQ(journal_->save_checkpoint("store", {.position = 11}).error().code, Code::kInvalid);
}

TEST_F(JournalTest, a_damaged_checkpoint_is_corrupt_and_nothing_is_recycled_until_it_is_saved_anew) {
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(add({std::string(3000, 'x')}).ok());
  ASSERT_TRUE(journal_->save_checkpoint("broken", {}).ok());
  disk_->bytes("j/reader-broken.checkpoint")[20] ^= 1;
  open();
  EXPECT_EQ(journal_->checkpoint("broken").error().code, Code::kCorrupt);
  ASSERT_TRUE(journal_->save_checkpoint("store", {.position = journal_->end()}).ok());
  EXPECT_EQ(read_all().size(), 6u);
  ASSERT_TRUE(journal_->save_checkpoint("broken", {.position = journal_->end()}).ok());
  EXPECT_LT(read_all().size(), 6u);
}

TEST_F(JournalTest, never_gives_a_position_twice_even_where_segments_are_lost) {
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(add({std::string(3000, 'x')}).ok());
  const Position end = journal_->end();
  ASSERT_TRUE(journal_->save_checkpoint("store", {.position = 3004, .in_flight_end = end}).ok());
  journal_.reset();
  for (const std::string& path : disk_->paths()) {
    if (path.find("segment-") != std::string::npos) (void)disk_->remove(path);
  }
  open();
  EXPECT_EQ(journal_->end(), end);
  ASSERT_TRUE(add({"after"}).ok());
  EXPECT_THAT(read_all(3004), ElementsAre("after"));
  EXPECT_TRUE(journal_->read_range(3004, end)->records.empty());
}

TEST_F(JournalTest, does_not_open_files_of_a_newer_version_or_of_another_journal) {
  ASSERT_TRUE(add({"record"}).ok());
  journal_.reset();
  const auto refused = [this](const std::shared_ptr<MemoryDisk>& disk) {
    auto opened = Journal::open(settings_, counters_, disk);
    return opened.ok() ? Code::kInternal : opened.error().code;
  };
  auto newer = disk_->copy();
  std::string& header = newer->bytes("j/segment-0000000000000001");
  header[8] = 2;
  const std::uint32_t crc =
      crc32c(std::string_view(header).substr(16, 32), crc32c(std::string_view(header).substr(0, 12)));
  header.replace(12, 4, reinterpret_cast<const char*>(&crc), 4);
  EXPECT_EQ(refused(newer), Code::kConflict);

  auto foreign = disk_->copy();
  foreign->bytes("j/journal.id") = id_file({'o', 't', 'h', 'e', 'r'});
  EXPECT_EQ(refused(foreign), Code::kCorrupt);
}

TEST_F(JournalTest, finds_its_id_again_in_a_segment) {
  ASSERT_TRUE(add({"record"}).ok());
  const std::string id = journal_->id();
  journal_.reset();
  ASSERT_TRUE(disk_->remove("j/journal.id").ok());
  open();
  EXPECT_EQ(journal_->id(), id);
  EXPECT_THAT(read_all(), ElementsAre("record"));
}

TEST_F(JournalTest, refuses_sizes_that_cannot_work) {
  for (const auto& [segment, most] : {std::pair{100ull, 8192ull}, {4097ull, 99999ull}, {8192ull, 8192ull}}) {
    Journal::Settings settings = settings_;
    settings.segment_bytes = segment;
    settings.max_bytes = most;
    EXPECT_EQ(Journal::open(settings, counters_, std::make_shared<MemoryDisk>()).error().code, Code::kInvalid);
  }
}

// On the machine's own disk from here on.
class JournalOnDisk : public testing::Test {
 protected:
  JournalOnDisk() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = testing::TempDir() + "parley_journal_" + test->name() + "_" + std::to_string(::getpid());
    std::filesystem::remove_all(directory_);
    settings_ = {.directory = directory_, .segment_bytes = 1 << 20, .max_bytes = 8 << 20};
  }
  ~JournalOnDisk() override { std::filesystem::remove_all(directory_); }

  std::string directory_;
  Journal::Settings settings_;
  Counters counters_;
};

TEST_F(JournalOnDisk, lets_one_journal_at_a_time_use_a_directory) {
  auto first = Journal::open(settings_, counters_);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(Journal::open(settings_, counters_).error().code, Code::kConflict);
  first->reset();
  EXPECT_TRUE(Journal::open(settings_, counters_).ok());
}

TEST_F(JournalOnDisk, carries_every_record_of_many_threads_to_a_reader_once_and_in_order) {
  auto opened = Journal::open(settings_, counters_);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  Journal& journal = **opened;
  constexpr int kThreads = 3;
  constexpr int kBatches = 3000;
  std::atomic<bool> done{false};
  std::atomic<int> durable{0};
  std::thread committer([&] {
    while (!done) journal.commit(50);
  });
  std::vector<std::thread> writers;
  for (int t = 0; t < kThreads; ++t)
    writers.emplace_back([&, t] {
      for (int i = 0; i < kBatches;) {
        const std::string a = std::to_string(t) + " " + std::to_string(2 * i) + std::string(100, '.');
        const std::string b = std::to_string(t) + " " + std::to_string(2 * i + 1) + std::string(1000, '.');
        const std::vector<std::string_view> records = {a, b};
        const Status taken = journal.append(records, [&](Status outcome) { durable += outcome.ok() ? 1 : 0; });
        if (taken.ok())
          ++i;
        else
          std::this_thread::yield();  // full until the reader moves on
      }
    });
  std::vector<int> expected(kThreads, 0);
  int read = 0;
  for (Position at = 0; read < kThreads * kBatches * 2;) {
    if (!journal.wait_past(at, 10'000)) break;
    auto batch = journal.read(at, 100'000);
    ASSERT_TRUE(batch.ok()) << batch.error().message;
    for (const std::string_view record : batch->records) {
      const auto thread = static_cast<std::size_t>(record[0] - '0');
      ASSERT_EQ(std::stoi(std::string(record.substr(2, 10))), expected[thread]++);
      ++read;
    }
    at = batch->next;
    ASSERT_TRUE(journal.save_checkpoint("reader", {.position = at}).ok());
  }
  for (auto& writer : writers) writer.join();
  done = true;
  journal.wake();
  committer.join();
  EXPECT_EQ(durable, kThreads * kBatches);
  EXPECT_EQ(read, kThreads * kBatches * 2);
  EXPECT_LE(counters_.gauge("parley_journal_disk_bytes", "").value(), static_cast<double>(settings_.max_bytes));
}

}  // namespace
}  // namespace parley::journal
