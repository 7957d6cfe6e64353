#pragma once

#include <cstdint>

#include "base/clock.h"
#include "simulator/event_lines.h"
#include "simulator/world.h"

namespace parley::simulator {

/// Share of the visits on the web in which the widget is seen and not used.
inline constexpr double kSeenNotUsed = 0.3;
/// A visit is a conversation or, on the web (58 % of them), a look at the widget only.
inline constexpr double kVisitsPerConversation = 1.0 / (1.0 - 0.58 * kSeenNotUsed);

/// Plays one visit from the first event to the last and writes it into `lines`, in order of time. The same
/// arguments give the same bytes.
void play_conversation(const World& world, const Visitor& visitor, std::uint64_t seed, Timestamp start,
                       EventLines& lines);

}  // namespace parley::simulator
