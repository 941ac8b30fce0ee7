#pragma once
// The colours of plots, on light pages and on dark ones.
//
//   colour(0)                        // "#0072b2", the first of the palette
//   shade(scale::sequential, 0.75)   // a cell of a matrix
//   dark_style(svg)                  // <style>…</style>, what each colour of a drawing is where the reader's pages are dark

#include <string>
#include <string_view>
#include <vector>

namespace seegrad::detail::plotting {

/// The palette of Okabe and Ito, and shapes for those who cannot tell colours at all.
auto colour(int k) -> std::string;
auto pale_colour(int k) -> std::string;
auto shape(int k) -> int;

/// Numbers as colours, on one side of a number or on both: of cells; of images of numbers; and paler, to lie under points.
enum class scale { sequential, diverging, fine_sequential, fine_diverging, greys, pale_diverging };

/// The colour at a share from 0 to 1.
auto shade(scale s, double share) -> std::string;
/// The colours of a scale as gnuplot's `set palette` reads them.
auto palette_of(scale s) -> std::string;
/// What is written over a shade of a cell. It can be read at every share: the colours of light pages and of dark ones cross the lightness at
/// which black and white are equally well seen at the same share.
auto ink_on(scale s, double share) -> std::string_view;

/// A colour "#rrggbb" on a dark page, in a plot that has these scales.
auto dark_colour(std::string_view colour, const std::vector<scale>& scales = {}) -> std::string;
/// A style sheet for dark pages, with a rule for each colour in an SVG that names them so, and one for images of the class "turned".
auto dark_style(std::string_view svg, const std::vector<scale>& scales = {}) -> std::string;

}  // namespace seegrad::detail::plotting
