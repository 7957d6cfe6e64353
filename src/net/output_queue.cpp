#include "net/output_queue.h"

#include <algorithm>
#include <utility>

namespace parley::net {

void OutputQueue::append(std::string_view text) {
  if (text.empty()) return;
  if (!tail_open_) {
    pieces_.push_back({.owned = std::exchange(spare_, {}), .fixed = {}});
    tail_open_ = true;
  }
  pieces_.back().owned.append(text);
  size_ += text.size();
}

void OutputQueue::keep(std::string&& text) {
  if (text.size() < kLong) return append(text);
  size_ += text.size();
  pieces_.push_back({.owned = std::move(text), .fixed = {}});
  tail_open_ = false;
}

void OutputQueue::append_static(std::string_view bytes) {
  if (bytes.size() < kLong) return append(bytes);
  size_ += bytes.size();
  pieces_.push_back({.owned = {}, .fixed = bytes});
  tail_open_ = false;
}

std::size_t OutputQueue::gather(std::span<iovec> into) const {
  std::size_t count = 0;
  for (std::size_t i = first_; i < pieces_.size() && count < into.size(); ++i, ++count) {
    std::string_view text = pieces_[i].text();
    if (i == first_) text.remove_prefix(written_);
    into[count] = {const_cast<char*>(text.data()), text.size()};
  }
  return count;
}

void OutputQueue::consume(std::size_t bytes) {
  size_ -= bytes;
  if (size_ == 0) return clear();
  while (bytes > 0) {
    const std::size_t left = pieces_[first_].text().size() - written_;
    const std::size_t step = std::min(left, bytes);
    bytes -= step;
    written_ += step;
    if (step == left) {
      pieces_[first_] = {};
      ++first_;
      written_ = 0;
    }
  }
}

void OutputQueue::clear() {
  if (tail_open_ && pieces_.back().owned.capacity() <= kLong) {
    spare_ = std::move(pieces_.back().owned);
    spare_.clear();
  }
  pieces_.clear();
  first_ = written_ = size_ = 0;
  tail_open_ = false;
}

}  // namespace parley::net
