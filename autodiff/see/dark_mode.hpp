#pragma once
// A drawing that is dark where the reader's screen is.

#include <cstdint>
#include <string>
#include <string_view>

namespace seegrad::detail::see {

/// What a colour "#rrggbb" is on a dark page: the same hue, light for dark and dark for light, so that what could be read can be read.
auto dark_of(std::string_view colour) -> std::string;

/// The SVG with a style sheet for readers who prefer dark pages, which has a rule for each colour in it.
auto with_dark_mode(std::string svg) -> std::string;

}  // namespace seegrad::detail::see
