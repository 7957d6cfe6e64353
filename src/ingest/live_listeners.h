#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ingest.h"
#include "model/event.h"

namespace parley::ingest {

/// Who watches events as they come. The JSON of an event is made once, and only where somebody watches its workspace.
/// A listener is called under a lock, so that none is called once its handle is gone: it must not let go of a handle
/// itself, and must be quick.
class LiveListeners : public std::enable_shared_from_this<LiveListeners> {
 public:
  std::shared_ptr<void> add(std::string_view workspace, LiveListener listener);
  /// The events as JSON, where somebody watches the workspace; nothing otherwise, at the cost of one atomic load where
  /// nobody watches at all.
  std::vector<std::string> written(std::string_view workspace, std::span<const model::Event> events);
  void tell(std::string_view workspace, std::span<const std::string> written);

 private:
  struct Listening {
    std::uint64_t number;
    std::string workspace;
    LiveListener listener;
  };
  void remove(std::uint64_t number);
  bool is_watched(std::string_view workspace);

  std::atomic<int> count_{0};
  std::mutex mutex_;
  std::vector<Listening> listening_;
  std::uint64_t next_number_ = 0;
};

}  // namespace parley::ingest
