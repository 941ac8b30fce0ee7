#include <autodiff/see/page/page.hpp>

#include <array>
#include <autodiff/see/page/page_text.hpp>
#include <autodiff/see/text.hpp>
#include <utility>

namespace seegrad::see {

auto page_of(std::string_view title, std::string_view svg, const page_record& record) -> std::string {
  std::string heading;
  put_html(heading, title, " ");
  svg.remove_prefix(std::min(svg.find("<svg"), svg.size()));  // HTML has neither its declaration nor its type
  const std::array<std::pair<std::string_view, std::string_view>, 4> places{
      {{"@TITLE@", heading}, {"@SVG@", svg}, {"@DATA@", record.json}, {"@FUNCTIONS@", record.functions}}};

  std::string text, out;
  for (const auto piece : page_text()) text += piece;
  out.reserve(text.size() + svg.size() + record.json.size() + record.functions.size());
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

}  // namespace seegrad::see
