#include <autodiff/see/page/page.hpp>

#include <array>
#include <autodiff/see/page/page_text.hpp>
#include <autodiff/see/text.hpp>
#include <utility>

namespace seegrad::detail::see {

namespace {

// HTML has neither the declaration of an SVG nor its type.
auto bare(std::string_view svg) -> std::string_view { return svg.substr(std::min(svg.find("<svg"), svg.size())); }

auto drawings_of(const page_record& record) -> std::string {
  std::string out;
  for (const auto& [name, svg] : record.drawings) {
    out += "<script type=\"image/svg+xml\" id=\"drawing_";
    put_html(out, name, " "), out += "\">", out += bare(svg), out += "</script>\n";
  }
  return out;
}

}  // namespace

auto page_of(std::string_view title, std::string_view svg, const page_record& record) -> std::string {
  std::string heading;
  put_html(heading, title, " ");
  const auto drawings = drawings_of(record);
  const std::array<std::pair<std::string_view, std::string_view>, 5> places{{{"@TITLE@", heading},
                                                                             {"@SVG@", bare(svg)},
                                                                             {"@DRAWINGS@", drawings},
                                                                             {"@DATA@", record.json},
                                                                             {"@FUNCTIONS@", record.functions}}};

  std::string text, out;
  for (const auto piece : page_text()) text += piece;
  out.reserve(text.size() + svg.size() + drawings.size() + record.json.size() + record.functions.size());
  // From place to place, so that what is put in is not looked at again: a name may be @DATA@.
  for (std::string_view rest = text; !rest.empty();) {
    auto first = rest.size();
    std::pair<std::string_view, std::string_view> next;
    for (const auto& place : places)
      if (const auto at = rest.find(place.first); at < first) first = at, next = place;
    out += rest.substr(0, first), out += next.second;
    rest.remove_prefix(first + next.first.size());
  }
  return out;
}

}  // namespace seegrad::detail::see
