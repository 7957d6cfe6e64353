#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "net/padded_block.h"

namespace parley::net {

/// A piece of received bytes that its owner keeps: `size` of them from `begin` on, with padding behind.
struct OwnedBytes {
  PaddedBlock block;
  std::size_t begin = 0;
  std::size_t size = 0;
  char* data() { return block.data() + begin; }
};

/// Memory into which all connections of one thread receive, one after the other, so that it stays in the processor's
/// cache and idle connections hold none.
class ScratchBlock {
 public:
  PaddedBlock& block();
  /// For keeping; the next block() is another one.
  PaddedBlock take();
  BlockPool& pool() { return *pool_; }

 private:
  std::shared_ptr<BlockPool> pool_ = std::make_shared<BlockPool>();
  PaddedBlock block_;
};

/// What was received on a connection and not yet taken off as a whole request. Received into the thread's scratch
/// block; where something is left when the event is over (settle), it becomes the connection's own.
class InputBuffer {
 public:
  explicit InputBuffer(ScratchBlock& scratch) : scratch_(scratch) {}

  /// The bytes of the request that is being read, and what follows it.
  char* data() { return active().data() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  /// Where to receive next; never empty. `expected` is how many bytes are known to come.
  std::span<char> space(std::size_t expected);
  void received(std::size_t bytes) { end_ += bytes; }

  /// Takes the first bytes off, as memory of the caller's own. Short ones are copied, long ones take the block along.
  OwnedBytes take(std::size_t bytes);
  void drop(std::size_t bytes) { begin_ += bytes; }
  void clear();

  /// Gives the scratch block back. To be called before another connection receives.
  void settle();

 private:
  PaddedBlock& active() { return own_ ? own_ : scratch_.block(); }
  void move_to(PaddedBlock block);

  ScratchBlock& scratch_;
  PaddedBlock own_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace parley::net
