#include "store/embedded/handle_pool.h"

#include <fmt/format.h>

namespace parley::store::embedded {

void HandlePool::add(std::unique_ptr<Handle> handle) {
  readers_.push_back(std::make_unique<Reader>(Reader{std::move(handle)}));
  give_back(readers_.back().get());
}

Result<HandlePool::Loan> HandlePool::take(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, wait, [&] { return !free_.empty(); }))
    return Error{Code::kExhausted, fmt::format("store: no query could start within {} ms: {} are running", wait.count(),
                                               readers_.size())};
  Reader* const reader = free_.back();
  free_.pop_back();
  return Loan(*this, reader);
}

void HandlePool::give_back(Reader* reader) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(reader);
  }
  freed_.notify_one();
}

}  // namespace parley::store::embedded
