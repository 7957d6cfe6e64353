#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/event.h"
#include "store/store.h"

namespace parley::delivery {

/// Folds the conversations that `events`, which the store holds already, belong to, each from all of its stored events,
/// and replaces their facts. Doing it again gives the same.
Status update_facts(store::Store& store, std::string_view batch_id, std::uint64_t version,
                    std::span<const model::Event> events);

/// A version for facts that are read from now on: grows with time and is above all that the store holds, so that facts
/// made of fewer events never win, not even after the clock was set back.
Result<std::uint64_t> next_version(store::Store& store, const Clock& clock);
/// What next_version() makes of the time alone.
std::uint64_t version_at(Timestamp now);

}  // namespace parley::delivery
