#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/journal.h"

/// The bytes of docs/specs/journal.md: pure functions, no files.
namespace parley::journal {

inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint64_t kSector = 512;
inline constexpr std::uint64_t kFrameHeader = 24;
inline constexpr std::uint64_t kRecordHeader = 4;
/// Record bytes in one frame at most.
inline constexpr std::uint64_t kMaxPayload = 8ull << 20;

constexpr std::uint64_t whole_sectors(std::uint64_t bytes) { return (bytes + kSector - 1) / kSector * kSector; }

using JournalId = std::array<char, 16>;
std::string hex(const JournalId& id);
/// The whole content of the file `journal.id`, and back: nothing where it is not whole.
std::string id_file(const JournalId& id);
std::optional<JournalId> parse_id_file(std::string_view bytes);

struct SegmentHeader {
  std::uint64_t sequence = 0;
  Position first = 0;
  JournalId id{};
};
/// One sector.
std::string segment_header(const SegmentHeader& header);
/// Nothing where it is not whole or of another version, which `version` then tells.
std::optional<SegmentHeader> parse_segment_header(std::string_view bytes, std::uint32_t* version = nullptr);

/// What every CRC of a segment's frames begins with.
std::uint32_t frame_seed(const JournalId& id, std::uint64_t sequence);

/// A frame under construction: `begin_frame` leaves room for the header, records are appended, `finish_frame` fills
/// the header in and pads to whole sectors.
void begin_frame(std::string& frame);
void append_record(std::string& frame, std::string_view record);
void finish_frame(std::string& frame, std::uint32_t seed, Position position, std::uint32_t records);

/// What stands at a place where a frame may begin.
struct ParsedFrame {
  enum class State {
    kWhole,
    kCut,  ///< could be a frame of `stored` bytes, of which only some were given
    kNone,
  };
  State state = State::kNone;
  Position position = 0;
  std::uint64_t stored = 0;  ///< bytes in the file, padding included
  std::string_view payload;  ///< the records with their lengths
};
ParsedFrame parse_frame(std::string_view bytes, std::uint32_t seed);

/// The record at the head of a whole frame's payload, which it takes off. The payload must not be empty.
std::string_view next_record(std::string_view& payload);

std::string checkpoint_file(const JournalId& id, Journal::Checkpoint checkpoint);
std::optional<Journal::Checkpoint> parse_checkpoint_file(const JournalId& id, std::string_view bytes);

}  // namespace parley::journal
