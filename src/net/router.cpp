#include "net/router.h"

#include <algorithm>

namespace parley::net {
namespace {

std::string_view without_trailing_slash(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == path.npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

template <typename Routes>
std::string list_methods(const Routes& routes) {
  std::string list;
  for (const Route& route : routes) {
    if (!list.empty()) list += ", ";
    list += route.method;
    if (route.method == "GET") list += ", HEAD";
  }
  return list;
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, RouteOptions options, Handler handler) {
  const bool is_prefix = pattern.ends_with("/*");
  const std::string_view bare = is_prefix ? pattern.substr(0, pattern.size() - 1) : without_trailing_slash(pattern);
  auto place = std::find_if(places_.begin(), places_.end(),
                            [&](const Place& p) { return p.pattern == bare && p.is_prefix == is_prefix; });
  if (place == places_.end()) {
    places_.push_back({.pattern = std::string(bare), .is_prefix = is_prefix, .segments = {}, .routes = {}});
    place = std::prev(places_.end());
    if (is_prefix) {
      prefixes_.push_back(&*place);
      std::stable_sort(prefixes_.begin(), prefixes_.end(),
                       [](const Place* a, const Place* b) { return a->pattern.size() > b->pattern.size(); });
    } else if (bare.find('{') != bare.npos) {
      place->segments = split(bare);
      const auto fixed = [](const Place* p) {
        return std::count_if(p->segments.begin(), p->segments.end(), [](const auto& s) { return !is_parameter(s); });
      };
      patterns_.push_back(&*place);
      std::stable_sort(patterns_.begin(), patterns_.end(),
                       [&](const Place* a, const Place* b) { return fixed(a) > fixed(b); });
    } else {
      exact_.emplace(bare, &*place);
    }
  }
  place->routes.push_back({.method = std::string(method), .options = options, .handler = std::move(handler)});
}

void Router::set_fallback(Handler handler) { fallback_.handler = std::move(handler); }

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match match;
  const Place* place = find_place(path, match);
  if (place == nullptr) {
    if (fallback_.handler) match.route = &fallback_;
    return match;
  }
  match.path_known = true;
  const std::string_view served = method == "HEAD" ? "GET" : method;
  for (const Route& route : place->routes) {
    match.cross_origin = match.cross_origin || route.options.cross_origin;
    if (route.method == served) match.route = &route;
  }
  if (match.route == nullptr) match.methods = list_methods(place->routes);
  return match;
}

const Router::Place* Router::find_place(std::string_view path, Match& match) const {
  if (!path.starts_with('/')) return nullptr;
  const std::string_view bare = without_trailing_slash(path);
  if (const auto found = exact_.find(bare); found != exact_.end()) return found->second;
  for (const Place* place : patterns_) {
    if (fits(*place, bare, match)) return place;
  }
  match.parameters.clear();
  for (const Place* place : prefixes_) {
    if (path.starts_with(place->pattern)) {
      match.parameters.emplace_back("*", percent_decode(path.substr(place->pattern.size()), false));
      return place;
    }
  }
  return nullptr;
}

bool Router::fits(const Place& place, std::string_view path, Match& match) {
  match.parameters.clear();
  path.remove_prefix(1);
  for (std::size_t i = 0; i < place.segments.size(); ++i) {
    const std::size_t slash = path.find('/');
    const bool last = i + 1 == place.segments.size();
    if (last != (slash == path.npos)) return false;
    const std::string_view got = path.substr(0, slash);
    const std::string_view want = place.segments[i];
    if (is_parameter(want)) {
      if (got.empty()) return false;
      match.parameters.emplace_back(want.substr(1, want.size() - 2), percent_decode(got, false));
    } else if (got != want) {
      return false;
    }
    if (!last) path.remove_prefix(slash + 1);
  }
  return true;
}

}  // namespace parley::net
