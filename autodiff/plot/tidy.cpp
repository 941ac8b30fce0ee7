// gnuplot's SVG, made small and fit for light and dark pages.

#include <autodiff/plot/draw.hpp>

#include <algorithm>
#include <autodiff/plot/gnuplot.hpp>
#include <autodiff/plot/theme.hpp>
#include <charconv>
#include <fmt/format.h>

namespace seegrad::detail::plotting {
namespace {

auto replace_all(std::string& s, std::string_view begin, std::string_view end, std::string_view with) -> void {
  std::size_t at = 0;
  while ((at = s.find(begin, at)) != std::string::npos) {
    const auto stop = s.find(end, at + begin.size());
    if (stop == std::string::npos) break;
    s.replace(at, stop + end.size() - at, with);
    at += with.size();
  }
}

// Groups that gnuplot opens for a colour and closes before it draws anything are half of the file.
auto without_empty_groups(const std::string& svg) -> std::string {
  std::string out;
  std::size_t from = 0;
  for (auto at = svg.find("<g "); at != std::string::npos; at = svg.find("<g ", at)) {
    const auto end = svg.find('>', at) + 1;
    const auto next = svg.find_first_not_of(" \t\n", end);
    if (svg.compare(next, 4, "</g>") != 0) {
      at = end;
      continue;
    }
    out.append(svg, from, at - from);
    from = svg.find_first_not_of('\n', next + 4), at = next + 4;
  }
  return out.append(svg, from);
}

// "#rrggbb" of what gnuplot writes for a colour: rgb(  0, 114, 178), a name, or capital letters. Anything else is left as it is.
auto plain_colour(std::string_view value) -> std::string {
  if (value == "black") return "#000000";
  if (value == "lightgrey") return "#d3d3d3";
  std::string out(value);
  if (value.starts_with("#")) {
    for (char& c : out) c = 'A' <= c && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  }
  if (!value.starts_with("rgb(")) return out;
  int c[3] = {};
  const char* at = value.data() + 4;
  const char* const end = value.data() + value.size();
  for (int& x : c) {
    while (at < end && (*at == ' ' || *at == ',')) ++at;
    at = std::from_chars(at, end, x).ptr;
  }
  return fmt::format("#{:02x}{:02x}{:02x}", c[0], c[1], c[2]);
}

auto with_plain_colours(std::string_view tag) -> std::string {
  std::string out;
  while (true) {
    auto at = std::string_view::npos;
    std::string_view name;
    for (const std::string_view n : {" fill", " stroke", " color"})
      for (const std::string_view equals : {"=", " = "})
        if (const auto k = tag.find(fmt::format("{}{}", n, equals)); k < at) at = k, name = n;
    const auto open = at == std::string_view::npos ? at : tag.find_first_of("'\"", at);
    const auto close = open == std::string_view::npos ? open : tag.find(tag[open], open + 1);
    if (close == std::string_view::npos) return out += tag;
    out += tag.substr(0, at);
    out += fmt::format("{}=\"{}\"", name, plain_colour(tag.substr(open + 1, close - open - 1)));
    tag.remove_prefix(close + 1);
  }
}

// Only in tags: words may be anything.
auto with_plain_colours_in_tags(std::string_view svg) -> std::string {
  std::string out;
  while (!svg.empty()) {
    const auto begin = std::min(svg.find('<'), svg.size()), end = std::min(svg.find('>', begin), svg.size());
    out += svg.substr(0, begin);
    out += with_plain_colours(svg.substr(begin, end - begin));
    svg.remove_prefix(end);
    if (begin == end) break;
  }
  return out += svg;
}

// Which images, in the order they are drawn, are colours for numbers, and no photographs.
auto turned_images(const figure& f) -> std::vector<bool> {
  std::vector<bool> all;
  for (const auto& p : f.panels)
    for (const auto& l : p.layers) {
      const auto* images = std::get_if<images_layer>(&l);
      const auto* heat = std::get_if<heat_layer>(&l);
      if (images) all.insert(all.end(), static_cast<std::size_t>(images->count), images->diverging);
      else if (heat && !has_rectangles(*heat)) all.push_back(true);
      else if (std::holds_alternative<contour_layer>(l) || std::holds_alternative<regions_layer>(l)) all.push_back(true);
    }
  return all;
}

auto scales_of(const figure& f) -> std::vector<scale> {
  std::vector<scale> all;
  for (const auto& p : f.panels)
    for (const auto& l : p.layers) {
      if (const auto* h = std::get_if<heat_layer>(&l)) all.push_back(scale_of(*h));
      if (const auto* c = std::get_if<contour_layer>(&l)) all.push_back(c->boundary ? scale::pale_diverging : scale::greys);
    }
  return all;
}

}  // namespace

auto tidy_svg(std::string svg, const figure& f) -> std::string {
  if (svg.rfind("</svg>") == std::string::npos) throw error("plot: gnuplot made no whole SVG");
  std::string title;
  for (const char c : clean_utf8(f.title.empty() && f.panels.size() == 1 ? f.panels.front().title : f.title))
    title += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  replace_all(svg, "<desc>", "</desc>\n", "");
  replace_all(svg, "<title>gnuplot_", "</title>", "");
  replace_all(svg, "<title>Gnuplot", "</title>\n", title.empty() ? "" : "<title>" + title + "</title>\n");
  svg = with_plain_colours_in_tags(without_empty_groups(svg));

  const auto turned = turned_images(f);
  std::size_t images = 0;
  for (auto at = svg.find("<image "); at != std::string::npos; at = svg.find("<image ", at + 1)) ++images;
  std::size_t at = 0;
  // Where an image was left out, since it has no number, it is not known which is which.
  for (std::size_t k = 0; k < images; ++k) {
    at = svg.find("<image ", at);
    const bool is_turned =
        turned.size() == images ? turned[k] : std::all_of(turned.begin(), turned.end(), [](bool t) { return t; });
    const auto with = fmt::format("<image image-rendering='optimizeSpeed' style='image-rendering:pixelated'{} x=",
                                  is_turned ? " class='turned'" : "");
    svg.replace(at, svg.find("x=", at) + 2 - at, with);
    at += with.size();
  }
  const auto body = svg.find("<g ");
  if (body != std::string::npos) svg.insert(body, dark_style(svg, scales_of(f)));
  return svg;
}

}  // namespace seegrad::detail::plotting
