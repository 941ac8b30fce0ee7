#include <autodiff/see/heading.hpp>

#include <autodiff/see/call.hpp>
#include <autodiff/see/formula_text.hpp>
#include <autodiff/see/text.hpp>
#include <fmt/format.h>

namespace seegrad::detail::see {
namespace {

using namespace std::literals;

struct title {
  std::string name, formula;
};

// The constants among the terms have no lines, unless they are drawn.
auto title_of_terms(const scene& s, item_id i) -> title {
  const auto& g = s.g;
  const bool is_sum = g.op(s.node(i))->symbol == "+";
  std::size_t terms = 0, constants = 0;
  std::string text;
  s.each_node(i, [&](node_id k) {
    for (auto o : g.operands(k)) {
      if (s.item_of[o] == i) continue;
      if (s.shown[o]) ++terms;
      else text += constants++ ? ", " : "", put_number(text, g.value(o), s.options.digits);
    }
  });
  if (constants > 3) text = count_text(constants) + " constants";
  text = fmt::format("{} of {} {}s{}{}", is_sum ? "Σ" : "Π", count_text(terms), is_sum ? "term" : "factor",
                     constants ? " and " : "", text);
  const auto name = g.name(s.node(i));
  if (const auto bare = without_brackets(name); bare.size() < name.size()) return {{}, std::string(bare)};
  return {std::string(name), text};
}

auto title_of_node(const graph& g, node_id k, int digits) -> title {
  const std::string name(g.name(k));
  if (!g.op(k)) return {name, {}};
  // A name that is itself a formula, as the command line gives to steps without a name, says it all.
  const auto& op = *g.op(k);
  auto formula = formula_of(g, k, digits, !name.empty());
  const auto bare = without_brackets(name);
  const bool is_call = name.ends_with(')') && name.starts_with(std::string(op.name) + "(");
  const bool says_all = !formula.empty() && formula.find("□") == std::string::npos;
  if (is_same_formula(name, formula) || (is_call && says_all)) return {{}, formula};
  const bool has_sign = op.symbol != op.name && name.find(op.symbol) != std::string::npos;
  if (is_call || bare.size() < name.size() || (has_sign && formula_of(g, k, digits, false).empty()))
    return {{}, std::string(bare)};
  return {name, formula};
}

}  // namespace

auto put_heading(std::string& out, const scene& s, item_id i) -> void {
  const auto k = s.node(i);
  const auto what = s.items[i].what;
  auto [name, text] = what == item::kind::terms  ? title_of_terms(s, i)
                      : what == item::kind::call ? title{std::string(s.g.name(k)), call_text(s, i)}
                                                 : title_of_node(s.g, k, s.options.digits);
  if (s.g.op(k) && text.empty()) text = sign_of(*s.g.op(k));
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

}  // namespace seegrad::detail::see
