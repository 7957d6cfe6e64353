#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/server.h"

namespace parley::net {

/// One route, as it was added.
struct Route {
  std::string method;
  RouteOptions options;
  Handler handler;
};

/// Finds who answers a path. An exact path goes before one with parameters, that before a prefix, and the longest
/// prefix wins. Filled first, then asked from any number of threads.
class Router {
 public:
  void add(std::string_view method, std::string_view pattern, RouteOptions options, Handler handler);
  void set_fallback(Handler handler);

  struct Match {
    const Route* route = nullptr;  ///< nothing where the path or its method is not served
    bool path_known = false;       ///< some method of this path is served
    bool cross_origin = false;     ///< some route of this path may be called across origins
    std::string methods;           ///< where the method is not served or is OPTIONS: for Allow, "GET, HEAD, POST"
    std::vector<std::pair<std::string, std::string>> parameters;  ///< percent-decoded; "*" is a prefix's rest
  };
  /// Never a route for an unknown path, except the fallback's.
  Match find(std::string_view method, std::string_view path) const;

 private:
  /// The routes of one pattern, one for each method.
  struct Place {
    std::string pattern;  // of a prefix: up to and with its last slash
    bool is_prefix = false;
    std::vector<std::string> segments;  // of a pattern with parameters; "{name}" as it stands
    std::deque<Route> routes;           // stays in place: matches point here
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  const Place* find_place(std::string_view path, Match& match) const;
  static bool fits(const Place& place, std::string_view path, Match& match);

  std::deque<Place> places_;
  std::unordered_map<std::string, Place*, TextHash, std::equal_to<>> exact_;
  std::vector<Place*> patterns_;  // with parameters, those with more fixed segments first
  std::vector<Place*> prefixes_;  // longest first
  Route fallback_;
};

}  // namespace parley::net
