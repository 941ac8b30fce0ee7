// What is written in a picture can be read: 4.5 : 1 between each colour of text and each ground it stands on, on light pages and dark ones
// (WCAG 2.1, relative luminance).
#include "contrast.hpp"

#include <autodiff/see/dark_mode.hpp>
#include <autodiff/see/palette.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <string>
#include <vector>

using namespace seegrad::detail::see;

namespace {

auto check(std::string_view text, std::string_view ground) -> void {
  const std::string paper = ground == "white" ? "#ffffff" : std::string(ground);
  CAPTURE(text);
  CAPTURE(paper);
  CHECK(contrast(text, paper) >= 4.5);
  CHECK(contrast(dark_of(text), dark_of(paper)) >= 4.5);
}

}  // namespace

TEST_CASE("every text on every ground") {
  colour_scale scale;
  scale.see(1e-4), scale.see(1e4);
  scale.settle();
  std::vector<std::string_view> blues, oranges,
      plain{"white", ink::unknown_fill, "#f8f8f5", "#efefea", "#f4f1ea", "#fafaf7", ink::odd_fill};
  for (double e = -4; e <= 4; e += 0.25)
    blues.push_back(scale.fill(std::pow(10, e))), oranges.push_back(scale.fill(-std::pow(10, e)));
  for (const auto ground : blues)
    for (const auto text : {ink::text, ink::label, ink::positive, ink::bad, ink::good, ink::doubtful}) check(text, ground);
  for (const auto ground : oranges)
    for (const auto text : {ink::text, ink::label, ink::negative, ink::bad, ink::good, ink::doubtful}) check(text, ground);
  for (const auto ground : plain)
    for (const auto text : {ink::text, ink::label, ink::positive, ink::negative, ink::bad, ink::good, ink::doubtful, ink::odd})
      check(text, ground);
  for (const auto ground :
       {std::string_view("white"), std::string_view("#fafaf7"), std::string_view("#f8f8f5"), std::string_view("#efefea")})
    check(ink::quiet, ground);
}

TEST_CASE("edges and bars of either sign are seen") {
  for (const double x : {-1.0, 1.0}) {
    CHECK(contrast(line_colour(x), "#ffffff") >= 3);
    CHECK(contrast(dark_of(line_colour(x)), dark_of("#ffffff")) >= 3);
  }
}

TEST_CASE("a rule for each colour in the drawing, before what it is of") {
  const auto svg = with_dark_mode(
      R"(<svg><g id="a"><polygon fill="white" stroke="none"/><text fill="#08458a">1</text><path fill="none" stroke="#4292c6"/></g></svg>)");
  CHECK(svg.find("[fill=\"white\"] { fill: " + dark_of("#ffffff") + " }") != std::string::npos);
  CHECK(svg.find("[fill=\"#08458a\"]") != std::string::npos);
  CHECK(svg.find("[stroke=\"#4292c6\"]") != std::string::npos);
  CHECK(svg.find("[fill=\"none\"]") == std::string::npos);
  CHECK(svg.find("<style>") < svg.find("<g "));
  CHECK(luminance(dark_of("#ffffff")) < 0.03);
  CHECK(luminance(dark_of("#1a1a1a")) > 0.6);
}
