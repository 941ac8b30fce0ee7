#include <autodiff/see/neighbour_label.hpp>

#include <autodiff/see/heading.hpp>
#include <autodiff/see/palette.hpp>
#include <autodiff/see/text.hpp>

namespace seegrad::detail::see {

using namespace std::literals;

auto put_neighbour(std::string& out, const scene& s, item_id i) -> void {
  const auto k = s.node(i);
  const auto place = s.g.scope_name(s.g.scope_of(k));
  std::string text;
  put_heading(text, s, i);
  text += "<tr><td><font point-size=\"10\" color=\""sv, text += ink::label, text += "\">"sv;
  if (place.empty()) text += "node "sv, text += std::to_string(k);
  else put_html(text, place);
  text += "</font></td></tr>"sv;
  out += "[label=<<table border=\"0\" cellspacing=\"0\" cellpadding=\"0\">"sv, out += text;
  out += "</table>>,style=\"rounded,dashed\",margin=\"0.06,0.02\"]"sv;
}

}  // namespace seegrad::detail::see
