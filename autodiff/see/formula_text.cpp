#include <autodiff/see/formula_text.hpp>

#include <autodiff/array/utf8.hpp>
#include <autodiff/see/text.hpp>

namespace seegrad::see {

auto sign_of(const operation& op) -> std::string_view {
  if (op.symbol == "*") return "×";
  if (op.symbol == "-") return "−";
  return op.symbol;
}

auto formula_of(const graph& g, node_id k, int digits, bool always) -> std::string {
  constexpr std::size_t longest = 26;
  constexpr int most_operands = 8;
  const auto& op = *g.op(k);
  if (g.operands(k).size() > most_operands) return {};
  std::string x[most_operands];
  bool any_known = always;
  int n = 0;
  for (auto o : g.operands(k)) {
    if (const auto name = g.name(o); !name.empty()) x[n] = name, any_known = true;
    else if (g.is_constant(o) && !g.is_tensor(o)) put_number(x[n], g.value(o), digits), any_known = true;
    else x[n] = "□";
    if (x[n].find_first_of("\r\n") != std::string::npos) return {};
    ++n;
  }
  if (!any_known) return {};

  const auto sign = std::string(sign_of(op));
  const bool is_word = sign == op.name;
  std::string text;
  if (const auto at = sign.find('x'); n == 1 && !is_word && at != std::string::npos)
    text = std::string(sign).replace(at, 1, x[0]);
  else if (n == 1 && sign == "ᵀ") text = x[0] + sign;
  else if (n == 1 && op.symbol == "-") text = sign + x[0];
  else if (n == 2 && !is_word) text = x[0] + " " + sign + " " + x[1];
  else {
    text = sign + "(" + x[0];
    for (int i = 1; i < n; ++i) text += ", " + x[i];
    text += ")";
  }
  return detail::characters(text) > longest ? std::string{} : text;
}

}  // namespace seegrad::see
