#include <autodiff/run/code.hpp>
#include <fmt/format.h>

namespace seegrad::detail::run {
namespace {

auto list(const places& all, char letter) -> std::string {
  std::string out;
  for (auto s : all) out += (out.empty() ? "" : ", ") + (s == no_slot ? "0" : fmt::format("{}{}", letter, s));
  return out;
}

}  // namespace

auto to_text(const code& c) -> std::string {
  std::string out =
      fmt::format("# {} instructions, {} of them for values; {} slots\n", c.instructions.size(), c.forward, c.slots);
  out += fmt::format("inputs {}\n", list(c.inputs, 's'));
  for (const auto& k : c.constants) out += fmt::format("s{} = {}\n", k.to, k.value);
  const auto questions = [&] {
    for (const auto& q : c.questions) out += fmt::format("expect {}\n", q.text);
    out += fmt::format("results {}\n", list(c.results, 's'));
    if (!c.seeds.empty()) out += fmt::format("seeds {}\n", list(c.seeds, 's'));
  };
  for (std::size_t k = 0; k < c.instructions.size(); ++k) {
    if (k == c.forward) questions();
    const auto& i = c.instructions[k];
    const bool back = i.what == instruction::kind::vjp || i.what == instruction::kind::vjp_add;
    std::string operands;
    for (int s = 0; s < i.op->arity; ++s) {
      operands += s ? ", " : "";
      operands += back && i.x[s] == i.back ? "_" : fmt::format("s{}", i.x[s]);  // what a vjp does not look at
    }
    if (back && i.y != i.back) operands += fmt::format("; s{}", i.y);
    if (back)
      out += fmt::format("s{} {} s{} × ∂{} {}({})", i.to, i.what == instruction::kind::vjp ? "=" : "+=", i.back, i.by + 1,
                         i.op->name, operands);
    else out += fmt::format("s{} = {}({})", i.to, i.op->name, operands);
    out += fmt::format("  # node {}\n", i.node);
  }
  if (c.forward == c.instructions.size()) questions();
  if (!c.slopes.empty()) out += fmt::format("derivatives {}\n", list(c.slopes, 's'));
  return out;
}

}  // namespace seegrad::detail::run
