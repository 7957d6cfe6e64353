#pragma once

#include <string_view>

namespace parley::sources {

struct UserAgent {
  bool is_browser = false;  ///< a person's browser or the web view of an app
  bool is_crawler = false;  ///< a search engine, a monitor, a link preview: no person
};

/// What sent a request, from its User-Agent text. Cheap for the same text again on the same thread.
UserAgent classify_user_agent(std::string_view text);

}  // namespace parley::sources
