#include "simulator/simulator.h"

#include <algorithm>

#include "simulator/conversation.h"

namespace parley::simulator {

Simulator::Simulator(const Settings& settings)
    : settings_(settings),
      world_(settings.seed, settings.anchor, settings.conversations_per_day * kVisitsPerConversation) {
  day_ = std::max(settings.from, world_.first_day());
  world_.arrivals(day_, starts_);
}

bool Simulator::later(const Playing* a, const Playing* b) {
  const Timestamp a_at = a->lines.lines[a->position].at, b_at = b->lines.lines[b->position].at;
  if (a_at != b_at) return a_at > b_at;
  return a->number > b->number;
}

bool Simulator::open_next_day() {
  if (Timestamp{day_ + std::chrono::days{1}} >= settings_.to) return false;
  day_ += std::chrono::days{1};
  world_.arrivals(day_, starts_);
  next_start_ = 0;
  return true;
}

// Starts every conversation that could hold the next event.
void Simulator::refill() {
  for (;;) {
    if (next_start_ == starts_.size()) {
      // A day is opened only once the one before it has nothing left to say earlier.
      if (!playing_.empty() &&
          playing_.front()->lines.lines[playing_.front()->position].at < Timestamp{day_ + std::chrono::days{1}})
        return;
      if (!open_next_day()) return;
      continue;
    }
    const Timestamp start = starts_[next_start_];
    if (start >= settings_.to) return;
    if (!playing_.empty() && playing_.front()->lines.lines[playing_.front()->position].at < start) return;
    if (idle_.empty()) idle_.push_back(&slots_.emplace_back());
    Playing* playing = idle_.back();
    idle_.pop_back();
    playing->number = world_.visit_number(day_, next_start_);
    playing->position = 0;
    play_conversation(world_, world_.visitor(playing->number), world_.visit_seed(day_, next_start_), start,
                      playing->lines);
    playing_.push_back(playing);
    std::push_heap(playing_.begin(), playing_.end(), later);
    ++next_start_;
  }
}

Timestamp Simulator::next_time() {
  refill();
  if (playing_.empty()) return Timestamp::max();
  const Playing& playing = *playing_.front();
  return playing.lines.lines[playing.position].at;
}

bool Simulator::next(std::string& out) {
  refill();
  if (playing_.empty()) return false;
  std::pop_heap(playing_.begin(), playing_.end(), later);
  Playing* playing = playing_.back();
  out += playing->lines.text(playing->position);
  if (++playing->position < playing->lines.lines.size()) {
    std::push_heap(playing_.begin(), playing_.end(), later);
  } else {
    playing_.pop_back();
    idle_.push_back(playing);
  }
  return true;
}

std::size_t append_batch(Simulator& simulator, std::size_t max_events, std::size_t max_bytes, Timestamp until,
                         std::string& body) {
  static constexpr std::string_view kOpen = R"({"batch":[)";
  const std::size_t start = body.size();
  std::size_t events = 0;
  while (events < max_events && body.size() - start < max_bytes) {
    const Timestamp at = simulator.next_time();
    if (at == Timestamp::max() || at > until) break;
    if (events == 0) {
      body += kOpen;
    } else {
      body += ',';
    }
    simulator.next(body);
    ++events;
  }
  if (events > 0) body += "]}";
  return events;
}

void write_batches(std::uint64_t seed, Day anchor, std::size_t events, std::size_t batch_size,
                   const std::function<void(std::string_view body, std::size_t events)>& sink) {
  constexpr double kPerDay = 100'000;
  constexpr std::size_t kEventsADay = 1'000'000;
  const auto days_needed = static_cast<int>(std::min<std::size_t>(events / kEventsADay + 2, World::kPastDays));
  Simulator simulator({.seed = seed,
                       .anchor = anchor,
                       .from = anchor - std::chrono::days{days_needed},
                       .conversations_per_day = kPerDay});
  std::string body;
  while (events > 0) {
    body.clear();
    const std::size_t count = append_batch(simulator, std::min(events, batch_size),
                                           std::numeric_limits<std::size_t>::max(), Timestamp::max(), body);
    sink(body, count);
    events -= count;
  }
}

}  // namespace parley::simulator
