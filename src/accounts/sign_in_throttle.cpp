#include "accounts/sign_in_throttle.h"

#include <algorithm>
#include <vector>

namespace parley::accounts {
namespace {

constexpr std::size_t kMostNames = 10'000;

std::string peer_name(std::string_view peer) { return "peer " + std::string(peer); }
std::string email_name(std::string_view email) { return "email " + std::string(email); }

}  // namespace

std::chrono::seconds SignInThrottle::wait(std::string_view peer, std::string_view email, Timestamp now) {
  return std::max(wait_of(peer_name(peer), kMostOfPeer, now), wait_of(email_name(email), kMostOfEmail, now));
}

void SignInThrottle::failed(std::string_view peer, std::string_view email, Timestamp now) {
  if (failures_.size() + 2 > kMostNames) forget_old(now);
  note(peer_name(peer), now);
  note(email_name(email), now);
}

void SignInThrottle::succeeded(std::string_view peer, std::string_view email) {
  for (const std::string& name : {peer_name(peer), email_name(email)}) {
    const auto found = failures_.find(name);
    if (found == failures_.end()) continue;
    if (!found->second.empty()) found->second.pop_back();
    if (found->second.empty()) failures_.erase(found);
  }
}

std::chrono::seconds SignInThrottle::wait_of(const std::string& name, std::size_t most, Timestamp now) {
  const auto found = failures_.find(name);
  if (found == failures_.end()) return {};
  std::deque<Timestamp>& times = found->second;
  while (!times.empty() && times.front() + kWindow <= now) times.pop_front();
  if (times.size() < most) return {};
  return std::chrono::ceil<std::chrono::seconds>(times.front() + kWindow - now);
}

void SignInThrottle::note(const std::string& name, Timestamp now) {
  std::deque<Timestamp>& times = failures_[name];
  times.push_back(now);
  if (times.size() > std::max(kMostOfPeer, kMostOfEmail)) times.pop_front();
}

void SignInThrottle::forget_old(Timestamp now) {
  std::erase_if(failures_,
                [now](const auto& entry) { return entry.second.empty() || entry.second.back() + kWindow <= now; });
  if (failures_.size() + 2 <= kMostNames) return;
  // All are young: the older half goes at once, so that a flood of names does not search for each.
  std::vector<Timestamp> ages;
  ages.reserve(failures_.size());
  for (const auto& [name, times] : failures_) ages.push_back(times.back());
  const auto middle = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 2);
  std::nth_element(ages.begin(), middle, ages.end());
  std::erase_if(failures_, [limit = *middle](const auto& entry) { return entry.second.back() <= limit; });
}

}  // namespace parley::accounts
