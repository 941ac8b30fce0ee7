#include <algorithm>
#include <autodiff/ops/pointwise/cpp_source.hpp>
#include <autodiff/ops/table/functions.hpp>
#include <autodiff/run/code.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::detail::run {
namespace {

auto is_identifier(std::string_view name) -> bool {
  const auto letter = [](char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || ('0' <= c && c <= '9'); });
}

auto number(double x) -> std::string {
  if (std::isnan(x)) return "std::numeric_limits<double>::quiet_NaN()";
  if (std::isinf(x)) return x > 0 ? "std::numeric_limits<double>::infinity()" : "-std::numeric_limits<double>::infinity()";
  const auto text = fmt::format("{}", x);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

class function_writer {
 public:
  explicit function_writer(const code& c) : c_(c) {}

  auto body() -> std::string {
    line(fmt::format("double s[{}];", std::max<std::size_t>(1, c_.slots)));
    for (const auto& k : c_.constants) line(fmt::format("s[{}] = {};", k.to, number(k.value)));
    for (std::size_t i = 0; i < c_.inputs.size(); ++i) line(fmt::format("s[{}] = x[{}];", c_.inputs[i], i));
    for (std::size_t i = 0; i < c_.seeds.size(); ++i) line(fmt::format("s[{}] = w[{}];", c_.seeds[i], i));
    for (std::size_t k = 0; k < c_.instructions.size(); ++k) {
      if (k == c_.forward) questions();
      line(text_of(c_.instructions[k]));
    }
    if (c_.forward == c_.instructions.size()) questions();
    for (std::size_t i = 0; i < c_.results.size(); ++i) line(fmt::format("y[{}] = s[{}];", i, c_.results[i]));
    for (std::size_t i = 0; i < c_.slopes.size(); ++i)
      line(c_.slopes[i] == no_slot ? fmt::format("slopes[{}] = 0.0;", i) : fmt::format("slopes[{}] = s[{}];", i, c_.slopes[i]));
    return std::move(out_);
  }

 private:
  auto line(std::string_view text) -> void { out_ += fmt::format("  {}\n", text); }

  static auto call(const operation& op, int by, const std::string& arguments) -> std::string {
    return fmt::format("{}::{}({})", cpp_namespace, cpp_name(op.name, by), arguments);
  }
  static auto text_of(const instruction& i) -> std::string {
    const bool back = i.what == instruction::kind::vjp || i.what == instruction::kind::vjp_add;
    const auto at = [&](slot s) { return back && s == i.back ? std::string("0.0") : fmt::format("s[{}]", s); };
    std::string arguments;
    for (int s = 0; s < i.op->arity; ++s) arguments += (s ? ", " : "") + at(i.x[s]);
    if (i.what == instruction::kind::add) return fmt::format("s[{}] = s[{}] + s[{}];", i.to, i.x[0], i.x[1]);
    if (!back) return fmt::format("s[{}] = {};", i.to, call(*i.op, -1, arguments));
    const auto product =
        fmt::format("{}::strong_mul_value(s[{}], {})", cpp_namespace, i.back, call(*i.op, i.by, arguments + ", " + at(i.y)));
    return fmt::format("s[{}] {} {};", i.to, i.what == instruction::kind::vjp ? "=" : "+=", product);
  }

  auto questions() -> void {
    for (const auto& q : c_.questions) {
      const std::string_view sign = q.asked.question;
      if (sign != "<" && sign != ">" && sign != "<=" && sign != ">=" && sign != "==" && sign != "!=")
        throw error(fmt::format("program::to_cpp: {}: only comparisons can be written", q.text));
      const auto side = [](slot s, const guard::subject& n) { return s == no_slot ? number(n.number) : fmt::format("s[{}]", s); };
      line(fmt::format("if ({}({} {} {})) return false;", q.asked.answer != 0 ? "!" : "", side(q.first, q.asked.first), sign,
                       side(q.second, q.asked.second)));
    }
  }

  const code& c_;
  std::string out_;
};

}  // namespace

auto to_cpp(const code& values, const code& slopes, std::string_view name) -> std::string {
  if (!is_identifier(name)) throw error(fmt::format("program::to_cpp: '{}' is no name of a function in C++", name));
  std::vector<const operation*> ops = {find_operation("strong_mul")};
  for (const auto& i : slopes.instructions)
    if (std::find(ops.begin(), ops.end(), i.op) == ops.end()) ops.push_back(i.op);
  auto out = cpp_functions(ops);
  out += fmt::format(
      "\n// {} numbers x, {} results y. False, and nothing of meaning, where the program would have branched otherwise.\n",
      values.inputs.size(), values.results.size());
  out += fmt::format("inline bool {}([[maybe_unused]] const double* x, double* y) {{\n{}  return true;\n}}\n\n", name,
                     function_writer(values).body());
  out += fmt::format(
      "// The same, and the derivatives of the sum of w[i] y[i].\ninline bool {}_vjp([[maybe_unused]] const double* x, [[maybe_unused]] const double* w, double* y, double* slopes) {{\n{}  return true;\n}}\n",
      name, function_writer(slopes).body());
  return out;
}

}  // namespace seegrad::detail::run
