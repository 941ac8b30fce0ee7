#pragma once
// The head of a picture: its title, the legend, and what was hidden.

#include <autodiff/see/palette.hpp>
#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::see {

/// As an HTML-like label; empty if there is nothing to say. The legend explains the signs that occur, and no others.
auto head(const scene& s, const colour_scale& scale) -> std::string;

}  // namespace seegrad::see
