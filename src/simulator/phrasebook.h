#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley::simulator {

/// What a visitor came for.
enum class Flow : std::uint8_t {
  kOrderStatus,
  kReturnItem,
  kProductQuestion,
  kBillingQuestion,
  kChangeAddress,
  kCancelOrder,
  kRefundStatus,
  kBuyingAdvice,
  kTalkToAgent,
};
inline constexpr std::size_t kFlows = 9;

/// The flow's intent, as the bot reports it: "order_status".
std::string_view intent_of(Flow flow);

enum class Language : std::uint8_t { kEnglish, kGerman, kFrench, kSpanish, kDutch, kPortuguese };
inline constexpr std::size_t kLanguages = 6;

/// What is said in one flow. Texts hold `{order}`, `{email}`, `{phone}`, `{name}`, `{product}` and `{amount}`.
struct FlowPhrases {
  std::array<std::string_view, 3> openings;  ///< the visitor's question
  std::string_view ask;                      ///< what the bot needs to know
  std::array<std::string_view, 3> details;   ///< the visitor's answer to that
  std::array<std::string_view, 2> solutions;
};

/// Everything that visitors, bot and agents say in one language. Texts need no escaping in JSON. One file a language.
struct Phrasebook {
  std::string_view code;  ///< "en"
  std::array<std::string_view, 2> greetings;
  std::array<FlowPhrases, kFlows> flows;
  std::array<std::string_view, 4> unclear;    ///< what the visitor says that no bot understands
  std::array<std::string_view, 2> fallbacks;  ///< what the bot says then
  std::array<std::string_view, 3> thanks;
  std::array<std::string_view, 3> complaints;
  std::array<std::string_view, 2> not_cancel;  ///< "return, not cancel"
  std::string_view tool_failed;
  std::array<std::string_view, 2> want_agent;
  std::string_view handing_over;
  std::string_view agents_away;
  std::array<std::string_view, 2> agent_replies;
  std::string_view contact;  ///< the visitor leaves name and address
  std::string_view goodbye;
  std::array<std::string_view, 2> praise;  ///< comments of good ratings
  std::array<std::string_view, 2> blame;   ///< and of bad ones
  std::array<std::string_view, 6> names;   ///< given name and family name
  std::string_view phone;                  ///< '#' stands for a digit
};

extern const Phrasebook kEnglishPhrases, kGermanPhrases, kFrenchPhrases, kSpanishPhrases, kDutchPhrases,
    kPortuguesePhrases;

const Phrasebook& phrasebook(Language language);

}  // namespace parley::simulator
