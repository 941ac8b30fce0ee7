// Figures of a report: as wide as the page allows, and large after a click.

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/from_chars.hpp>
#include <autodiff/see/dark_mode.hpp>
#include <fmt/format.h>
#include <nn/see/report.hpp>
#include <nn/see/svg.hpp>

namespace seegrad::nn {
namespace {

struct size {
  double width = 0, height = 0;
};

// The value of an attribute of the outer element, or nothing.
auto attribute(std::string_view svg, std::string_view name) -> std::string_view {
  const auto tag = svg.substr(0, svg.find('>'));
  for (const char quote : {'"', '\''}) {
    const auto begin = fmt::format(" {}={}", name, quote);
    if (const auto at = tag.find(begin); at != std::string_view::npos)
      return tag.substr(at + begin.size(), tag.find(quote, at + begin.size()) - at - begin.size());
  }
  return {};
}

auto number(std::string_view& text) -> double {
  while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
  double x = 0;
  const auto [end, bad] = seegrad::detail::from_chars(text.data(), text.data() + text.size(), x);
  if (bad != std::errc()) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return x;
}

// In pixels; nothing where the drawing does not say its size, or would not become smaller with its box.
auto size_of(std::string_view svg) -> size {
  auto box = attribute(svg, "viewBox"), width = attribute(svg, "width");
  number(box), number(box);
  size s;
  s.width = number(box), s.height = number(box);
  if (!(s.width > 0 && s.width < 1e6 && s.height > 0 && s.height < 1e6)) return {};
  const double asked = number(width);
  const double pixels = width == "pt" ? asked * 4 / 3 : width.empty() || width == "px" ? asked : 0;
  if (!(pixels > 0 && pixels < 1e6)) return s;
  return {pixels, s.height * pixels / s.width};
}

}  // namespace

auto report::figure(const plot& p, std::string_view caption) -> report& { return figure(p.to_svg(), caption); }
auto report::figure(const picture& p, std::string_view caption) -> report& {
  return figure(seegrad::detail::see::with_dark_mode(p.to_svg()), caption);
}

auto report::figure(std::string_view svg, std::string_view caption) -> report& {
  if (caption.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw error("figure: a figure needs a caption; it is read out to who cannot see it");
  const auto part = detail::embedded_svg(svg, fmt::format("figure{}-", figures_ + 1), caption);
  const bool is_dark = part.find("@media (prefers-color-scheme: dark)") != std::string::npos;
  const auto [width, height] = size_of(part);
  const auto fits = width > 0
                        ? fmt::format(" fits\" style=\"--natural: {}px; --ratio: {:.4f}", static_cast<int>(width), width / height)
                        : std::string();
  ++figures_;
  body_ += fmt::format(
      "<figure id=\"figure-{0}\">\n<div class=\"figure{1}\" id=\"figure-{0}-large\">\n"
      "<a class=\"open{2}\" href=\"#figure-{0}-large\" title=\"Open large\">{3}</a>\n"
      "<a class=\"close\" href=\"#figure-{0}\">Close</a>\n</div>\n<figcaption>Figure {0}. {4}</figcaption>\n</figure>\n",
      figures_, is_dark ? "" : " light", fits, part, set(caption));
  return *this;
}

}  // namespace seegrad::nn
