#include "net/padded_block.h"

#include <algorithm>
#include <utility>

namespace parley::net {

PaddedBlock::PaddedBlock(std::size_t capacity) : bytes_(new char[capacity + kPadding]), capacity_(capacity) {}

void PaddedBlock::Release::operator()(char* bytes) const {
  if (pool) {
    pool->give_back(bytes);
  } else {
    delete[] bytes;
  }
}

BlockPool::~BlockPool() {
  for (char* bytes : free_) delete[] bytes;
}

PaddedBlock BlockPool::take() {
  char* bytes = nullptr;
  {
    std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      bytes = free_.back();
      free_.pop_back();
      fewest_free_ = std::min(fewest_free_, free_.size());
    }
  }
  PaddedBlock block;
  block.capacity_ = kCapacity;
  block.bytes_ = {bytes != nullptr ? bytes : new char[kCapacity + PaddedBlock::kPadding], {shared_from_this()}};
  return block;
}

void BlockPool::give_back(char* bytes) {
  {
    std::lock_guard lock(mutex_);
    if (free_.size() < kMostFree) {
      free_.push_back(bytes);
      return;
    }
  }
  delete[] bytes;
}

bool BlockPool::empty() {
  std::lock_guard lock(mutex_);
  return free_.empty();
}

void BlockPool::trim() {
  std::vector<char*> unneeded;
  {
    std::lock_guard lock(mutex_);
    // The oldest lie at the front.
    const auto end = free_.begin() + static_cast<std::ptrdiff_t>(std::min(fewest_free_, free_.size()));
    unneeded.assign(free_.begin(), end);
    free_.erase(free_.begin(), end);
    fewest_free_ = free_.size();
  }
  for (char* bytes : unneeded) delete[] bytes;
}

}  // namespace parley::net
