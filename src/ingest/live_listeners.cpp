#include "ingest/live_listeners.h"

#include <algorithm>

#include "model/event_codec.h"

namespace parley::ingest {

std::shared_ptr<void> LiveListeners::add(std::string_view workspace, LiveListener listener) {
  auto entry = std::make_unique<Listening>(Listening{std::string(workspace), std::move(listener)});
  Listening* const raw = entry.get();
  {
    const std::lock_guard lock(mutex_);
    listening_.push_back(std::move(entry));
    ++count_;
  }
  // The handle may outlive the engine, but not these.
  return std::shared_ptr<void>(
      raw, [self = shared_from_this()](void* handle) { self->remove(static_cast<const Listening*>(handle)); });
}

void LiveListeners::remove(const Listening* listening) {
  const std::lock_guard lock(mutex_);
  std::erase_if(listening_, [listening](const auto& entry) { return entry.get() == listening; });
  --count_;
}

bool LiveListeners::is_watched(std::string_view workspace) {
  if (count_.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock(mutex_);
  return std::any_of(listening_.begin(), listening_.end(),
                     [workspace](const auto& entry) { return entry->workspace == workspace; });
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
  for (const std::string& event : written)
    for (const auto& entry : listening_)
      if (entry->workspace == workspace) entry->listener(workspace, event);
}

}  // namespace parley::ingest
