#include <autodiff/see/dark_mode.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace seegrad::detail::see {
namespace {

// Colours as Björn Ottosson's Oklab (2020) has them, in which lightness is what is seen.
struct lab {
  double lightness, a, b;
};

auto linear(double c) -> double { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); }
auto gamma(double c) -> double { return c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055; }

auto to_lab(const std::array<double, 3>& c) -> lab {
  const double r = linear(c[0]), g = linear(c[1]), b = linear(c[2]);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

auto to_rgb(const lab& c) -> std::array<double, 3> {
  const auto cube = [](double x) { return x * x * x; };
  const double l = cube(c.lightness + 0.3963377774 * c.a + 0.2158037573 * c.b);
  const double m = cube(c.lightness - 0.1055613458 * c.a - 0.0638541728 * c.b);
  const double s = cube(c.lightness - 0.0894841775 * c.a - 1.2914855480 * c.b);
  return {gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

// What is drawn on a page is lighter than this, what is written darker.
constexpr double ground = 0.68;

auto turned(double lightness) -> double { return lightness > ground ? 0.21 + 0.55 * (1 - lightness) : 1.02 - 0.55 * lightness; }

}  // namespace

auto dark_of(std::string_view colour) -> std::string {
  std::array<double, 3> c{};
  for (std::size_t i = 0; i < 3; ++i) {
    int v = 0;
    std::from_chars(colour.data() + 1 + 2 * i, colour.data() + 3 + 2 * i, v, 16);
    c[i] = v / 255.0;
  }
  auto x = to_lab(c);
  x.lightness = turned(x.lightness);
  std::string out = "#";
  for (const double v : to_rgb(x)) out += fmt::format("{:02x}", static_cast<int>(std::lround(255 * std::clamp(v, 0.0, 1.0))));
  return out;
}

auto with_dark_mode(std::string svg) -> std::string {
  std::set<std::pair<std::string, std::string>> seen;  // attribute and colour
  for (const std::string_view attribute : {"fill=\"", "stroke=\""})
    for (auto at = svg.find(attribute); at != std::string::npos; at = svg.find(attribute, at + 1)) {
      const auto from = at + attribute.size();
      const auto colour = svg.substr(from, svg.find('"', from) - from);
      if (colour != "none" && colour != "transparent") seen.emplace(attribute.substr(0, attribute.size() - 2), colour);
    }
  // Graphviz leaves out a fill that is black.
  std::string style = "<style>@media (prefers-color-scheme: dark) {\ntext:not([fill]) { fill: " + dark_of("#000000") + " }\n";
  for (const auto& [attribute, colour] : seen) {
    const bool is_hex = colour.size() == 7 && colour[0] == '#';
    if (!is_hex && colour != "white" && colour != "black") continue;
    style += fmt::format("[{}=\"{}\"] {{ {}: {} }}\n", attribute, colour, attribute,
                         dark_of(is_hex              ? colour
                                 : colour == "white" ? "#ffffff"
                                                     : "#000000"));
  }
  const auto at = svg.find("<g ");
  if (at != std::string::npos) svg.insert(at, style + "}</style>\n");
  return svg;
}

}  // namespace seegrad::detail::see
