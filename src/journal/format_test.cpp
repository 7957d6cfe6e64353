#include "journal/format.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::journal {
namespace {

const JournalId kId = {'p', 'a', 'r', 'l', 'e', 'y', 0, 1, 2, 3, 4, 5, 6, 7, 8, '\xff'};

std::string frame_of_two() {
  std::string frame;
  begin_frame(frame);
  append_record(frame, "first");
  append_record(frame, std::string(600, 'x'));
  finish_frame(frame, frame_seed(kId, 3), 77, 2);
  return frame;
}

TEST(JournalFormat, frame_reads_back_as_written) {
  const std::string frame = frame_of_two();
  EXPECT_EQ(frame.size() % kSector, 0u);
  const ParsedFrame parsed = parse_frame(frame, frame_seed(kId, 3));
  ASSERT_EQ(parsed.state, ParsedFrame::State::kWhole);
  EXPECT_EQ(parsed.position, 77u);
  EXPECT_EQ(parsed.stored, frame.size());
  std::string_view payload = parsed.payload;
  EXPECT_EQ(next_record(payload), "first");
  EXPECT_EQ(next_record(payload), std::string(600, 'x'));
  EXPECT_TRUE(payload.empty());
}

TEST(JournalFormat, frame_with_any_bit_changed_is_not_whole) {
  const std::string whole = frame_of_two();
  const std::size_t used = kFrameHeader + 2 * kRecordHeader + 5 + 600;
  for (std::size_t at = 0; at < used; ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      EXPECT_NE(parse_frame(damaged, frame_seed(kId, 3)).state, ParsedFrame::State::kWhole) << at << ":" << bit;
    }
}

TEST(JournalFormat, frame_cut_anywhere_is_not_whole) {
  const std::string whole = frame_of_two();
  for (std::size_t size = 0; size < kFrameHeader + 2 * kRecordHeader + 5 + 600; ++size)
    EXPECT_NE(parse_frame(std::string_view(whole).substr(0, size), frame_seed(kId, 3)).state,
              ParsedFrame::State::kWhole);
}

TEST(JournalFormat, frame_of_an_older_life_of_the_file_or_of_another_journal_is_not_whole) {
  JournalId other = kId;
  other[0] = 'q';
  EXPECT_EQ(parse_frame(frame_of_two(), frame_seed(kId, 2)).state, ParsedFrame::State::kNone);
  EXPECT_EQ(parse_frame(frame_of_two(), frame_seed(other, 3)).state, ParsedFrame::State::kNone);
}

TEST(JournalFormat, segment_header_reads_back_and_no_changed_byte_passes) {
  const std::string sector = segment_header({.sequence = 9, .first = 1234567890123ull, .id = kId});
  ASSERT_EQ(sector.size(), kSector);
  const auto parsed = parse_segment_header(sector);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->sequence, 9u);
  EXPECT_EQ(parsed->first, 1234567890123ull);
  EXPECT_EQ(parsed->id, kId);
  for (std::size_t at = 0; at < 48; ++at) {
    std::string damaged = sector;
    damaged[at] = static_cast<char>(damaged[at] + 1);
    std::uint32_t version = kVersion;
    EXPECT_FALSE(parse_segment_header(damaged, &version).has_value()) << at;
    EXPECT_EQ(version, kVersion) << "a damaged header passed for one of another version";
  }
}

TEST(JournalFormat, checkpoint_reads_back_and_no_changed_byte_or_length_passes) {
  const std::string file = checkpoint_file(kId, {.position = 5, .in_flight_end = 1ull << 40});
  const auto parsed = parse_checkpoint_file(kId, file);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->position, 5u);
  EXPECT_EQ(parsed->in_flight_end, 1ull << 40);
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] + 1);
    EXPECT_FALSE(parse_checkpoint_file(kId, damaged).has_value()) << at;
    EXPECT_FALSE(parse_checkpoint_file(kId, file.substr(0, at)).has_value()) << at;
  }
}

TEST(JournalFormat, id_file_reads_back_and_no_changed_byte_passes) {
  const std::string file = id_file(kId);
  EXPECT_EQ(parse_id_file(file), kId);
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] + 1);
    EXPECT_FALSE(parse_id_file(damaged).has_value()) << at;
  }
  EXPECT_FALSE(parse_id_file("").has_value());
}

}  // namespace
}  // namespace parley::journal
