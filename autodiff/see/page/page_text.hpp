#pragma once
// The files in browser/, joined by embed.py when the library is built.

#include <span>
#include <string_view>

namespace seegrad::detail::see {

/// Pieces of one text, in which @TITLE@, @SVG@, @DRAWINGS@, @DATA@ and @FUNCTIONS@ are to be put in place.
auto page_text() -> std::span<const std::string_view>;

}  // namespace seegrad::detail::see
