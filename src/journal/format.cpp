#include "journal/format.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "journal/crc32c.h"

namespace parley::journal {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian, and so is this code");

constexpr std::string_view kSegmentMagic = "PARLEYJ\n";
constexpr std::string_view kCheckpointMagic = "PARLEYC\n";
constexpr std::string_view kFrameMagic = "PJFR";
constexpr std::size_t kHeaderBytes = 48;  // of a segment's header and of a checkpoint

template <typename T>
void put(std::string& out, std::size_t offset, T value) {
  std::memcpy(out.data() + offset, &value, sizeof value);
}

template <typename T>
T get(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// Both small headers have the same shape: magic, version, CRC, two numbers, the journal's id.
std::string header(std::string_view magic, std::uint64_t first, std::uint64_t second, const JournalId& id) {
  std::string out(kHeaderBytes, '\0');
  out.replace(0, magic.size(), magic);
  put(out, 8, kVersion);
  put(out, 16, first);
  put(out, 24, second);
  std::memcpy(out.data() + 32, id.data(), id.size());
  const std::string_view all = out;
  put(out, 12, crc32c(all.substr(16, 32), crc32c(all.substr(0, 12))));
  return out;
}

bool header_is_whole(std::string_view magic, std::string_view bytes, std::uint32_t* version) {
  if (bytes.size() < kHeaderBytes || bytes.substr(0, magic.size()) != magic) return false;
  if (get<std::uint32_t>(bytes, 12) != crc32c(bytes.substr(16, 32), crc32c(bytes.substr(0, 12)))) return false;
  const auto stands = get<std::uint32_t>(bytes, 8);
  if (version != nullptr) *version = stands;
  return stands == kVersion;
}

JournalId id_at(std::string_view bytes, std::size_t offset) {
  JournalId id;
  std::memcpy(id.data(), bytes.data() + offset, id.size());
  return id;
}

bool records_fit(std::string_view payload, std::uint32_t records) {
  for (; records > 0; --records) {
    if (payload.size() < kRecordHeader) return false;
    const auto size = get<std::uint32_t>(payload, 0);
    if (payload.size() - kRecordHeader < size) return false;
    payload.remove_prefix(kRecordHeader + size);
  }
  return payload.empty();
}

}  // namespace

std::string hex(const JournalId& id) {
  std::string text;
  for (const char byte : id) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string id_file(const JournalId& id) {
  const std::string digits = hex(id);
  return fmt::format("{} {:08x}\n", digits, crc32c(digits));
}

std::optional<JournalId> parse_id_file(std::string_view bytes) {
  constexpr std::size_t kDigits = 2 * std::tuple_size_v<JournalId>;
  if (bytes.size() != kDigits + 10) return std::nullopt;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  JournalId id;
  for (std::size_t i = 0; i < id.size(); ++i)
    id[i] = static_cast<char>(digit(bytes[2 * i]) * 16 + digit(bytes[2 * i + 1]));
  // Writing it again and comparing checks every character, the CRC among them.
  if (id_file(id) != bytes) return std::nullopt;
  return id;
}

std::string segment_header(const SegmentHeader& it) {
  std::string out = header(kSegmentMagic, it.sequence, it.first, it.id);
  out.resize(kSector, '\0');
  return out;
}

std::optional<SegmentHeader> parse_segment_header(std::string_view bytes, std::uint32_t* version) {
  if (!header_is_whole(kSegmentMagic, bytes, version)) return std::nullopt;
  return SegmentHeader{
      .sequence = get<std::uint64_t>(bytes, 16), .first = get<std::uint64_t>(bytes, 24), .id = id_at(bytes, 32)};
}

std::uint32_t frame_seed(const JournalId& id, std::uint64_t sequence) {
  char bytes[sizeof sequence];
  std::memcpy(bytes, &sequence, sizeof sequence);
  return crc32c({bytes, sizeof bytes}, crc32c({id.data(), id.size()}));
}

void begin_frame(std::string& frame) { frame.assign(kFrameHeader, '\0'); }

void append_record(std::string& frame, std::string_view record) {
  char size[kRecordHeader];
  const auto bytes = static_cast<std::uint32_t>(record.size());
  std::memcpy(size, &bytes, sizeof size);
  frame.append(size, sizeof size).append(record);
}

void finish_frame(std::string& frame, std::uint32_t seed, Position position, std::uint32_t records) {
  frame.replace(0, kFrameMagic.size(), kFrameMagic);
  put(frame, 8, position);
  put(frame, 16, static_cast<std::uint32_t>(frame.size() - kFrameHeader));
  put(frame, 20, records);
  put(frame, 4, crc32c(std::string_view(frame).substr(8), seed));
  frame.resize(whole_sectors(frame.size()), '\0');
}

ParsedFrame parse_frame(std::string_view bytes, std::uint32_t seed) {
  ParsedFrame parsed;
  if (bytes.size() < kFrameHeader || bytes.substr(0, kFrameMagic.size()) != kFrameMagic) return parsed;
  const auto payload = get<std::uint32_t>(bytes, 16);
  const auto records = get<std::uint32_t>(bytes, 20);
  if (payload > kMaxPayload || records == 0 || records > payload / kRecordHeader) return parsed;
  parsed.position = get<std::uint64_t>(bytes, 8);
  parsed.stored = whole_sectors(kFrameHeader + payload);
  if (bytes.size() < kFrameHeader + payload) {
    parsed.state = ParsedFrame::State::kCut;
    return parsed;
  }
  if (get<std::uint32_t>(bytes, 4) != crc32c(bytes.substr(8, kFrameHeader - 8 + payload), seed)) return parsed;
  parsed.payload = bytes.substr(kFrameHeader, payload);
  if (records_fit(parsed.payload, records)) parsed.state = ParsedFrame::State::kWhole;
  return parsed;
}

std::string_view next_record(std::string_view& payload) {
  const auto size = get<std::uint32_t>(payload, 0);
  const std::string_view record = payload.substr(kRecordHeader, size);
  payload.remove_prefix(kRecordHeader + size);
  return record;
}

std::string checkpoint_file(const JournalId& id, Journal::Checkpoint checkpoint) {
  return header(kCheckpointMagic, checkpoint.position, checkpoint.in_flight_end, id);
}

std::optional<Journal::Checkpoint> parse_checkpoint_file(const JournalId& id, std::string_view bytes) {
  if (bytes.size() != kHeaderBytes || !header_is_whole(kCheckpointMagic, bytes, nullptr) || id_at(bytes, 32) != id)
    return std::nullopt;
  return Journal::Checkpoint{.position = get<std::uint64_t>(bytes, 16), .in_flight_end = get<std::uint64_t>(bytes, 24)};
}

}  // namespace parley::journal
