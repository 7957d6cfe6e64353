#include "net/input_buffer.h"

#include <algorithm>
#include <cstring>

namespace parley::net {
namespace {

// A copy of this many bytes costs less than giving up a block that is in the processor's cache.
constexpr std::size_t kCopyUpTo = 4 * 1024;
// Less room than this is not worth a system call.
constexpr std::size_t kLeastSpace = 2 * 1024;
// What a sender merely promises to send is believed up to here; past it the block grows as bytes come.
constexpr std::size_t kBelieved = 256 * 1024;

}  // namespace

PaddedBlock& ScratchBlock::block() {
  if (!block_) block_ = pool_->take();
  return block_;
}

PaddedBlock ScratchBlock::take() {
  block();
  return std::exchange(block_, {});
}

std::span<char> InputBuffer::space(std::size_t expected) {
  if (empty()) {
    begin_ = end_ = 0;
    own_ = {};
  }
  const std::size_t free = active().capacity() - end_;
  const std::size_t wanted = std::clamp<std::size_t>(expected, 1, std::max(kBelieved, size()));
  if (free < (own_ ? wanted : kLeastSpace)) move_to(PaddedBlock(size() + std::max({wanted, size(), kLeastSpace})));
  return {active().data() + end_, active().capacity() - end_};
}

OwnedBytes InputBuffer::take(std::size_t bytes) {
  OwnedBytes taken;
  const std::size_t rest = size() - bytes;
  if (bytes <= kCopyUpTo) {
    taken.block = PaddedBlock(bytes);
    taken.size = bytes;
    std::memcpy(taken.block.data(), data(), bytes);
    begin_ += bytes;
    return taken;
  }
  taken.begin = begin_;
  taken.size = bytes;
  taken.block = own_ ? std::exchange(own_, {}) : scratch_.take();
  const char* after = taken.data() + bytes;
  begin_ = end_ = 0;
  if (rest > 0) {
    // What follows may be longer than the scratch block where it came out of a larger one.
    if (rest > BlockPool::kCapacity) own_ = PaddedBlock(rest);
    std::memcpy(active().data(), after, rest);
    end_ = rest;
  }
  return taken;
}

void InputBuffer::clear() {
  begin_ = end_ = 0;
  own_ = {};
}

void InputBuffer::settle() {
  if (empty()) {
    clear();
  } else if (!own_ && size() <= kCopyUpTo) {
    move_to(PaddedBlock(size() + std::max(size(), kLeastSpace)));
  } else if (!own_) {
    own_ = scratch_.take();
  }
}

void InputBuffer::move_to(PaddedBlock block) {
  const std::size_t bytes = size();
  std::memcpy(block.data(), data(), bytes);
  own_ = std::move(block);
  begin_ = 0;
  end_ = bytes;
}

}  // namespace parley::net
