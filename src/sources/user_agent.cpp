#include "sources/user_agent.h"

#include <algorithm>
#include <array>
#include <string>

namespace parley::sources {
namespace {

// Parts of the names under which crawlers introduce themselves, in lower case. "bot" alone would also hit telephones
// (Cubot) and chatbots' own servers, hence its company.
constexpr std::array<std::string_view, 24> kCrawlers = {"googlebot",
                                                        "bingbot",
                                                        "yandexbot",
                                                        "duckduckbot",
                                                        "baiduspider",
                                                        "applebot",
                                                        "slurp",
                                                        "crawler",
                                                        "spider",
                                                        "ahrefsbot",
                                                        "semrushbot",
                                                        "mj12bot",
                                                        "dotbot",
                                                        "petalbot",
                                                        "gptbot",
                                                        "claudebot",
                                                        "ccbot",
                                                        "bytespider",
                                                        "facebookexternalhit",
                                                        "slackbot",
                                                        "twitterbot",
                                                        "linkedinbot",
                                                        "pingdom",
                                                        "uptimerobot"};

UserAgent classify(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  UserAgent agent;
  agent.is_crawler = std::any_of(kCrawlers.begin(), kCrawlers.end(),
                                 [&lower](std::string_view part) { return lower.find(part) != std::string::npos; });
  agent.is_browser = lower.starts_with("mozilla/") || lower.starts_with("opera/");
  return agent;
}

}  // namespace

UserAgent classify_user_agent(std::string_view text) {
  // The events of a batch, and the requests of a connection, mostly come from one place.
  thread_local std::string last_text;
  thread_local UserAgent last;
  if (text != last_text) {
    last = classify(text);
    last_text = text;
  }
  return last;
}

}  // namespace parley::sources
