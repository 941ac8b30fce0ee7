#pragma once
// What stands above and below a picture.

#include <autodiff/see/palette.hpp>
#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::detail::see {

/// As HTML-like labels, empty if there is nothing to say: the title and what was hidden, and the legend, which explains the signs that occur and
/// no others. By itself it takes about a tenth of the picture's area at most, and leaves out what is told least.
struct captions {
  std::string above, below;
};
auto captions_of(const scene& s, const colour_scale& scale) -> captions;

}  // namespace seegrad::detail::see
