#include "ingest/live_listeners.h"

#include <algorithm>

#include "model/event_codec.h"

namespace parley::ingest {

std::shared_ptr<void> LiveListeners::add(std::string_view workspace, LiveListener listener) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = next_number_++;
    listening_.push_back({number, std::string(workspace), std::move(listener)});
    ++count_;
  }
  // The handle may outlive the engine, but not these.
  return std::shared_ptr<void>(nullptr, [self = shared_from_this(), number](void*) { self->remove(number); });
}

void LiveListeners::remove(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  if (std::erase_if(listening_, [number](const Listening& entry) { return entry.number == number; }) > 0) --count_;
}

bool LiveListeners::is_watched(std::string_view workspace) {
  if (count_.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock(mutex_);
  return std::any_of(listening_.begin(), listening_.end(),
                     [workspace](const Listening& entry) { return entry.workspace == workspace; });
}

std::vector<std::string> LiveListeners::written(std::string_view workspace, std::span<const model::Event> events) {
  std::vector<std::string> texts;
  if (!is_watched(workspace)) return texts;
  texts.resize(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) model::append_event_json(events[i], texts[i]);
  return texts;
}

void LiveListeners::tell(std::string_view workspace, std::span<const std::string> written) {
  if (written.empty()) return;
  const std::lock_guard lock(mutex_);
  const auto gone = std::erase_if(listening_, [&](const Listening& entry) {
    return entry.workspace == workspace && !std::all_of(written.begin(), written.end(), [&](const std::string& event) {
             return entry.listener(workspace, event);
           });
  });
  count_ -= static_cast<int>(gone);
}

}  // namespace parley::ingest
