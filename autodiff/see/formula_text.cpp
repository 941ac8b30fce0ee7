#include <autodiff/see/formula_text.hpp>

#include <array>
#include <autodiff/array/utf8.hpp>
#include <autodiff/see/text.hpp>

namespace seegrad::detail::see {
namespace {

constexpr std::size_t longest = 26, most_operands = 8;

struct operand_texts {
  std::array<std::string, most_operands> x;
  int count = 0;
  bool any_known = false, any_constant = false, breaks = false;
};

auto texts_of(const graph& g, node_id k, int digits, bool names) -> operand_texts {
  operand_texts t;
  for (auto o : g.operands(k)) {
    auto& x = t.x[static_cast<std::size_t>(t.count++)];
    const bool is_number = g.is_constant(o) && !g.is_tensor(o);
    if (const auto name = g.name(o); !name.empty() && (names || is_number)) x = name, t.any_known = true;
    else if (is_number) put_number(x, g.value(o), digits), t.any_known = true;
    else x = "□";
    t.any_constant |= is_number;
    t.breaks |= x.find_first_of("\r\n") != std::string::npos;
  }
  return t;
}

// Brackets that a formula has around an operand anyway are enough, and a product in a sum needs none.
auto bare(const std::string& x) -> std::string { return std::string(without_brackets(x)); }
auto in_sum(const graph& g, node_id operand, const std::string& x) -> std::string {
  const auto* op = g.op(operand);
  return op && (op->symbol == "*" || op->symbol == "/") ? bare(x) : x;
}

auto written(const graph& g, node_id k, const operand_texts& t) -> std::string {
  const auto& op = *g.op(k);
  const auto sign = std::string(sign_of(op));
  const bool is_word = sign == op.name;
  const auto& x = t.x;
  if (const auto at = sign.find('x'); t.count == 1 && !is_word && at != std::string::npos) {
    const bool enclosed = at > 0 && at + 1 < sign.size();  // |x|
    return std::string(sign).replace(at, 1, enclosed ? bare(x[0]) : x[0]);
  }
  if (t.count == 1 && (sign == "ᵀ" || sign == "⁻¹")) return x[0] + sign;
  if (t.count == 1 && op.symbol == "-") return sign + x[0];
  if (t.count == 2 && !is_word) {
    const bool sum = op.symbol == "+" || op.symbol == "-";
    const auto operands = g.operands(k);
    const auto side = [&](int i) {
      const auto& text = x[static_cast<std::size_t>(i)];
      return sum ? in_sum(g, operands[i], text) : text;
    };
    return side(0) + " " + sign + " " + side(1);
  }
  auto text = sign + "(" + bare(x[0]);
  for (int i = 1; i < t.count; ++i) text += ", " + bare(x[static_cast<std::size_t>(i)]);
  return text + ")";
}

// The signs of a formula that mean something.
auto essence(std::string_view text) -> std::string {
  std::string out;
  for (text = without_brackets(text); !text.empty();) {
    const auto c = detail::character_at(text, 0);
    if (c.code == U'×') out += '*';
    else if (c.code == U'−') out += '-';
    else if (c.code != U' ') out += text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
  }
  return out;
}

}  // namespace

auto sign_of(const operation& op) -> std::string_view {
  if (op.symbol == "*") return "×";
  if (op.symbol == "-") return "−";
  return op.symbol;
}

auto formula_of(const graph& g, node_id k, int digits, bool always) -> std::string {
  if (static_cast<std::size_t>(g.operands(k).size()) > most_operands) return {};
  // Constants are said in any case, as nothing else may.
  for (const bool names : {true, false}) {
    const auto t = texts_of(g, k, digits, names);
    if (!names && !t.any_constant) break;
    if (t.breaks || !(always || t.any_known)) continue;
    if (auto text = written(g, k, t); detail::characters(text) <= longest) return text;
  }
  return {};
}

auto without_brackets(std::string_view text) -> std::string_view {
  while (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    int open = 0;
    std::size_t at = 0;
    do open += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
    while (open > 0 && ++at < text.size());
    if (at != text.size() - 1) break;
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

auto is_same_formula(std::string_view a, std::string_view b) -> bool { return essence(a) == essence(b); }

}  // namespace seegrad::detail::see
