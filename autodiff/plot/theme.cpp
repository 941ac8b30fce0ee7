#include <autodiff/plot/theme.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include <span>

namespace seegrad::detail::plotting {
namespace {

struct rgb {
  double r, g, b;
};
struct stop {
  double at;
  rgb light, dark;
};

constexpr auto hex(unsigned c) -> rgb {
  return {static_cast<double>(c >> 16), static_cast<double>(c >> 8 & 255), static_cast<double>(c & 255)};
}
auto text(const rgb& c) -> std::string {
  const auto byte = [](double x) { return static_cast<int>(std::lround(std::clamp(x, 0.0, 255.0))); };
  return fmt::format("#{:02x}{:02x}{:02x}", byte(c.r), byte(c.g), byte(c.b));
}
auto read(std::string_view colour) -> rgb {
  unsigned c = 0;
  std::from_chars(colour.data() + 1, colour.data() + colour.size(), c, 16);
  return hex(c);
}

// Yellow is hard to see on white, and so is a little darker here, and late.
constexpr std::array<unsigned, 8> okabe_ito{0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000, 0xc8b91e};

// What filter: invert(0.92) hue-rotate(180deg) makes of a colour (Filter Effects 1, 9.1), for what stands beside an image that it turns.
constexpr std::string_view filter = "invert(0.92) hue-rotate(180deg)";
constexpr auto filtered(const rgb& c) -> rgb {
  const auto inverted = [](double x) { return 0.92 * 255 - 0.84 * x; };
  const double r = inverted(c.r), g = inverted(c.g), b = inverted(c.b);
  return {-0.574 * r + 1.43 * g + 0.144 * b, 0.426 * r + 0.43 * g + 0.144 * b, 0.426 * r + 1.43 * g - 0.856 * b};
}

constexpr stop turned(double at, unsigned light) { return {at, hex(light), filtered(hex(light))}; }

// At a share of `crossing` the luminance is 0.18, on which black and white have a contrast of 4.6 each.
constexpr double crossing = 0.6;
constexpr rgb blue = hex(0x2f7ab8), orange = hex(0xb45f14);
constexpr std::array<stop, 4> sequential{{{0, hex(0xf7fbff), hex(0x1b2229)},
                                          {crossing / 2, hex(0xb9d6ea), hex(0x1d4666)},
                                          {crossing, blue, blue},
                                          {1, hex(0x08306b), hex(0xdcefff)}}};
constexpr std::array<stop, 7> diverging{{{0, hex(0x08306b), hex(0xdcefff)},
                                         {0.5 - crossing / 2, blue, blue},
                                         {0.5 - crossing / 4, hex(0xb9d6ea), hex(0x1d4666)},
                                         {0.5, hex(0xf7f7f7), hex(0x20242a)},
                                         {0.5 + crossing / 4, hex(0xf7cfa6), hex(0x5c3512)},
                                         {0.5 + crossing / 2, orange, orange},
                                         {1, hex(0x642a00), hex(0xffe2c4)}}};
// In images the filter turns every colour.
constexpr std::array fine_sequential{turned(0, 0xf5fafe), turned(0.25, 0xc6dbef), turned(0.5, 0x6baed6), turned(0.75, 0x2171b5),
                                     turned(1, 0x08306b)};
constexpr std::array fine_diverging{turned(0, 0x084594), turned(0.25, 0x6baed6), turned(0.5, 0xf5f5f5), turned(0.75, 0xf4a460),
                                    turned(1, 0xa63603)};
constexpr std::array pale_diverging{turned(0, 0x8fc4e6), turned(0.5, 0xfbfbfb), turned(1, 0xf5bd8f)};
constexpr std::array greys{turned(0, 0xffffff), turned(1, 0x8c8c8c)};

auto stops_of(scale s) -> std::span<const stop> {
  switch (s) {
    case scale::sequential: return sequential;
    case scale::diverging: return diverging;
    case scale::fine_sequential: return fine_sequential;
    case scale::fine_diverging: return fine_diverging;
    case scale::pale_diverging: return pale_diverging;
    case scale::greys: break;
  }
  return greys;
}

auto at(std::span<const stop> stops, double share, rgb stop::*mode) -> rgb {
  std::size_t k = 1;
  while (k + 1 < stops.size() && share > stops[k].at) ++k;
  const auto &a = stops[k - 1], &b = stops[k];
  const double t = std::clamp((share - a.at) / (b.at - a.at), 0.0, 1.0);
  const auto between = [&](double rgb::*c) { return (1 - t) * (a.*mode.*c) + t * (b.*mode.*c); };
  return {between(&rgb::r), between(&rgb::g), between(&rgb::b)};
}

// Colours that mean something by themselves: paper, words, lines and marks.
constexpr std::array<std::array<unsigned, 2>, 24> meanings{
    {{0xffffff, 0x181818}, {0x000000, 0xf0f2f4}, {0x1a1a1a, 0xf0f2f4}, {0x222222, 0xf2f2f2}, {0x333333, 0xc9ced4},
     {0x1d2126, 0xe6e9ec}, {0x666666, 0xa7afb8}, {0x6b6b6b, 0x9aa3ac}, {0x808080, 0x7d858e}, {0x999999, 0x9aa3ac},
     {0xd7dce1, 0x3a4149}, {0xe4e4e4, 0x2b3036}, {0xc02d00, 0xff9b7a}, {0x010101, 0xffffff}, {0xfefefe, 0x000000},
     {0x0072b2, 0x4aa3e0}, {0xd55e00, 0xff8445}, {0x009e73, 0x22c198}, {0xcc79a7, 0xe79cc6}, {0xe69f00, 0xf0b030},
     {0x56b4e9, 0x9fdcff}, {0xc8b91e, 0xe3d64a}, {0xd3d3d3, 0x3a4149}, {0x9400d3, 0xd58cff}}};

}  // namespace

auto colour(int k) -> std::string { return text(hex(okabe_ito[static_cast<std::size_t>(k) % 8])); }

auto pale_colour(int k) -> std::string {
  const auto c = hex(okabe_ito[static_cast<std::size_t>(k) % 8]);
  const auto pale = [](double x) { return std::floor(255 - (255 - x) * 0.3); };
  return text({pale(c.r), pale(c.g), pale(c.b)});
}

// Filled circle, square, triangle, diamond, triangle upside down, pentagon. With 8 colours, 24 classes look different.
auto shape(int k) -> int {
  constexpr std::array shapes{7, 5, 9, 13, 11, 15};
  return shapes[static_cast<std::size_t>(k) % shapes.size()];
}

auto shade(scale s, double share) -> std::string { return text(at(stops_of(s), share, &stop::light)); }

auto palette_of(scale s) -> std::string {
  std::string out = "defined (";
  for (const auto& x : stops_of(s)) out += fmt::format("{}{} '{}'", out.back() == '(' ? "" : ", ", x.at, text(x.light));
  return out + ")";
}

auto ink_on(scale s, double share) -> std::string_view {
  const double depth = s == scale::sequential ? share : std::abs(2 * share - 1);
  return depth > crossing ? "#fefefe" : "#010101";
}

auto dark_colour(std::string_view colour, const std::vector<scale>& scales) -> std::string {
  const auto c = read(colour);
  for (const auto& [light, dark] : meanings)
    if (text(hex(light)) == colour) return text(hex(dark));
  // What is left is a shade of a scale: the nearest there is, or else what the filter makes of it.
  auto best = filtered(c);
  double least = 30;
  for (const auto s : scales)
    for (int k = 0; k <= 1000; ++k) {
      const auto x = at(stops_of(s), k / 1000.0, &stop::light);
      const double far = (x.r - c.r) * (x.r - c.r) + (x.g - c.g) * (x.g - c.g) + (x.b - c.b) * (x.b - c.b);
      if (far < least) least = far, best = at(stops_of(s), k / 1000.0, &stop::dark);
    }
  return text(best);
}

auto dark_style(std::string_view svg, const std::vector<scale>& scales) -> std::string {
  std::string out = "<style>@media (prefers-color-scheme: dark) {\n";
  for (const std::string_view name : {"color", "fill", "stroke"}) {
    std::set<std::string_view> seen;
    const auto begin = fmt::format(" {}=\"#", name);
    for (auto k = svg.find(begin); k != std::string_view::npos; k = svg.find(begin, k + 1)) {
      const auto value = svg.substr(k + begin.size() - 1, 8);
      const bool is_colour = value.size() == 8 && value.back() == '"' && value.find_first_not_of("0123456789abcdef", 1) == 7;
      if (is_colour) seen.insert(value.substr(0, 7));
    }
    for (const auto value : seen) out += fmt::format("[{0}=\"{1}\"] {{ {0}: {2} }}\n", name, value, dark_colour(value, scales));
  }
  return out + fmt::format("image.turned {{ filter: {} }}\n}}</style>\n", filter);
}

}  // namespace seegrad::detail::plotting
