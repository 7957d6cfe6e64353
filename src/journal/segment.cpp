#include "journal/segment.h"

#include <algorithm>

namespace parley::journal {
namespace {

constexpr std::uint64_t kPlaceSpacing = 64 * 1024;
constexpr std::uint64_t kGrowStep = 256 * 1024;
constexpr std::uint64_t kReadAhead = 1 << 20;

}  // namespace

// Writes the zeros: blocks that are only allocated would make each later fdatasync write the file system's own journal.
Status Segment::grow(std::uint64_t size) {
  static const std::string zeros(kGrowStep, '\0');
  for (std::uint64_t at = this->size(); at < size;) {
    const std::uint64_t step = std::min(kGrowStep, size - at);
    PARLEY_TRY(file_->write(at, std::string_view(zeros).substr(0, step)));
    at += step;
    size_.store(at, std::memory_order_release);
  }
  return {};
}

Place Segment::place_before(Position position) const {
  std::lock_guard lock(mutex_);
  Place best{.position = first(), .offset = kSector};
  if (auto after = places_.upper_bound(position); after != places_.begin()) {
    --after;
    best = {.position = after->first, .offset = after->second};
  }
  if (latest_.position <= position && latest_.offset > best.offset) best = latest_;
  return best;
}

void Segment::remember(Place place) {
  std::lock_guard lock(mutex_);
  latest_ = place;
  const auto after = places_.upper_bound(place.position);
  const std::uint64_t before = after == places_.begin() ? kSector : std::prev(after)->second;
  if (place.offset >= before + kPlaceSpacing) places_.emplace_hint(after, place.position, place.offset);
}

FrameCursor::FrameCursor(const Segment& segment, Place from, Position until)
    : segment_(segment), seed_(segment.seed()), end_(segment.readable()), until_(until), place_(from) {}

Result<std::optional<FrameCursor::Frame>> FrameCursor::next() {
  for (std::uint64_t offset = place_.offset; offset + kFrameHeader <= end_; offset += kSector) {
    auto parsed = frame_at(offset);
    if (!parsed) return parsed.error();
    if (parsed->state != ParsedFrame::State::kWhole) continue;
    const Position frame_end = parsed->position + parsed->payload.size();
    if (parsed->position < place_.position || frame_end > until_) continue;
    Frame frame{.place = {.position = parsed->position, .offset = offset},
                .next = {.position = frame_end, .offset = offset + parsed->stored},
                .payload = parsed->payload};
    place_ = frame.next;
    return std::optional<Frame>(frame);
  }
  return std::optional<Frame>();
}

Result<ParsedFrame> FrameCursor::frame_at(std::uint64_t offset) {
  auto bytes = bytes_at(offset, kFrameHeader);
  if (!bytes) return bytes.error();
  ParsedFrame parsed = parse_frame(*bytes, seed_);
  if (parsed.state != ParsedFrame::State::kCut || offset + parsed.stored > whole_sectors(end_)) return parsed;
  bytes = bytes_at(offset, parsed.stored);
  if (!bytes) return bytes.error();
  return parse_frame(*bytes, seed_);
}

// At least `size` bytes from `offset` on, or fewer at the end; all that the window holds from there on.
Result<std::string_view> FrameCursor::bytes_at(std::uint64_t offset, std::uint64_t size) {
  const bool held = offset >= window_offset_ && offset + size <= window_offset_ + window_.size();
  if (!held && offset < end_) {
    window_.resize(std::min(std::max(size, kReadAhead), end_ - offset));
    window_offset_ = offset;
    auto got = segment_.file().read(offset, window_.data(), window_.size());
    if (!got) {
      window_.clear();
      return got.error();
    }
    window_.resize(*got);
  }
  if (offset < window_offset_ || offset >= window_offset_ + window_.size()) return std::string_view();
  return std::string_view(window_).substr(offset - window_offset_);
}

}  // namespace parley::journal
