#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parley::app {

/// A few threads that do what would keep the server's own threads waiting. Its queue is bounded: `offer` says no past
/// that. Ends when it goes, after the jobs in hand; those that wait are let go.
class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t most_waiting);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool offer(std::function<void()> job);

 private:
  void work();

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace parley::app
