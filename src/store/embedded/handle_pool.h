#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "store/embedded/engine.h"
#include "store/store.h"

namespace parley::store::embedded {

/// Handles for reading, lent to one thread each. Any thread may ask.
class HandlePool {
 public:
  struct Reader {
    std::unique_ptr<Handle> handle;
    std::optional<Store::QueryLimits> told{};  ///< the limits that the handle knows
  };

  /// A reader on loan: goes back when the loan ends.
  class Loan {
   public:
    Loan(HandlePool& pool, Reader* reader) : pool_(&pool), reader_(reader) {}
    Loan(Loan&& other) noexcept : pool_(other.pool_), reader_(std::exchange(other.reader_, nullptr)) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (reader_ != nullptr) pool_->give_back(reader_);
    }
    Reader& operator*() const { return *reader_; }
    Reader* operator->() const { return reader_; }

   private:
    HandlePool* pool_;
    Reader* reader_;
  };

  void add(std::unique_ptr<Handle> handle);
  /// Waits for a free reader; `exhausted` after `wait`.
  Result<Loan> take(std::chrono::milliseconds wait);

 private:
  void give_back(Reader* reader);

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::vector<Reader*> free_;
};

}  // namespace parley::store::embedded
