#pragma once
// An SVG made fit to stand inside a page, among others.
//
//   std::string part = embedded_svg(svg, "f3-", "Loss by epoch");
//
// The text is read tag by tag. Its ids, and what refers to them, get the prefix; the XML declaration, the document type and
// comments fall away; style sheets reach no further than the figure; the outer element gets role="img" and the label. A page must
// not run or load anything because of a figure: elements other than those that draw, attributes that run scripts, and addresses
// outside of the text are refused.

#include <string>
#include <string_view>

namespace seegrad::nn::detail {

/// Throws if the text is no well-formed SVG, or has something in it that is refused.
auto embedded_svg(std::string_view svg, std::string_view prefix, std::string_view label) -> std::string;

/// Text in HTML or XML, in an element or an attribute in quotes: clean UTF-8, with & < > " ' escaped.
auto escaped(std::string_view text) -> std::string;

}  // namespace seegrad::nn::detail
