#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::privacy {

/// A text as a person reads it: percent-encoding undone, digits, dashes, spaces and signs of other scripts and widths
/// as their ASCII twins, invisible characters left out. `origin[i]` tells where byte i came from in the text, and its
/// last entry is the text's end, so that what is found in the reading can be cut from the text.
struct Reading {
  std::string text;
  std::vector<std::uint32_t> origin;
};

/// Makes the reading of `text` in `reading`, whose memory is used again. False, with nothing promised about
/// `reading`, where it is no different from the text.
bool read_plainly(std::string_view text, Reading& reading);

}  // namespace parley::privacy
