#include "simulator/phrasebook.h"

namespace parley::simulator {

std::string_view intent_of(Flow flow) {
  static constexpr std::array<std::string_view, kFlows> kIntents = {
      "order_status", "return_item",   "product_question", "billing_question", "change_address",
      "cancel_order", "refund_status", "buying_advice",    "talk_to_agent",
  };
  return kIntents[static_cast<std::size_t>(flow)];
}

const Phrasebook& phrasebook(Language language) {
  static constexpr std::array<const Phrasebook*, kLanguages> kBooks = {
      &kEnglishPhrases, &kGermanPhrases, &kFrenchPhrases, &kSpanishPhrases, &kDutchPhrases, &kPortuguesePhrases,
  };
  return *kBooks[static_cast<std::size_t>(language)];
}

}  // namespace parley::simulator
