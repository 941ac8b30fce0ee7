#include <autodiff/see/heading.hpp>

#include <autodiff/see/formula_text.hpp>
#include <autodiff/see/text.hpp>

namespace seegrad::see {

using namespace std::literals;

auto put_heading(std::string& out, const graph& g, node_id k, int digits) -> void {
  auto name = g.name(k);
  std::string text;
  if (g.op(k)) text = formula_of(g, k, digits, !name.empty());
  // A name that is itself a formula, as the command line gives to steps without a name, says it all.
  if (g.op(k)) {
    const auto bare = without_brackets(name);
    const bool is_call = name.ends_with(')') && name.starts_with(std::string(g.op(k)->name) + "(");
    const bool says_all = !text.empty() && text.find("□") == std::string::npos;
    if (is_same_formula(name, text) || (is_call && says_all)) name = {};
    else if (is_call || bare.size() < name.size() || (!says_all && name.find(g.op(k)->symbol) != std::string::npos))
      text = bare, name = {};
  }
  if (g.op(k) && text.empty()) text = sign_of(*g.op(k));
  else if (!name.empty() && !text.empty()) text = "= " + text;
  if (name.empty() && text.empty()) return;
  out += "<tr><td colspan=\"2\" cellpadding=\"1\">"sv;
  if (!name.empty())
    out += "<font point-size=\"16\"><b>"sv, put_html(out, name), out += text.empty() ? "</b></font>"sv : "&#160;</b></font>"sv;
  if (!text.empty()) {
    out += name.empty() ? "<font point-size=\"14\">" : "<font point-size=\"13\" color=\"#3d3d3d\">";
    put_html(out, text), out += "</font>"sv;
  }
  out += "</td></tr>"sv;
}

}  // namespace seegrad::see
