#include <autodiff/run/engine.hpp>
#include <autodiff/run/program.hpp>
#include <fmt/format.h>

namespace seegrad {

auto program::record(std::span<const scalar> x) const -> std::vector<scalar> {
  if (x.size() != inputs_) throw error(fmt::format("program::record: {} numbers for a point; {} are wanted", x.size(), inputs_));
  const auto& c = values_->program();
  std::vector<scalar> now(c.slots);
  for (const auto& k : c.constants) now[k.to] = k.value;
  for (std::size_t i = 0; i < x.size(); ++i) now[c.inputs[i]] = x[i];
  for (const auto& i : c.instructions) {
    scalar operands[max_arity];
    for (int k = 0; k < i.op->arity; ++k) operands[k] = now[i.x[k]];
    i.op->record(operands, now[i.to]);
  }
  std::vector<scalar> y;
  for (const auto s : c.results) y.push_back(now[s]);
  return y;
}

}  // namespace seegrad
