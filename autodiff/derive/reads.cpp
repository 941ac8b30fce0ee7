#include <autodiff/derive/reads.hpp>

#include <autodiff/graph/reach.hpp>
#include <autodiff/ops/structural/structural.hpp>

namespace seegrad::detail {
namespace {

auto leaf(graph& g, const array& like) -> tensor {
  const auto x = stand_in(like.shape(), like.type());
  return {x, g.append_input(x)};
}

}  // namespace

auto vjp_reads(const operation& op, const void* p, int i, std::span<const array> x) -> read_set {
  graph apart(shapes_only);
  std::vector<tensor> operands;
  for (const auto& a : x) operands.push_back(leaf(apart, a));
  const auto y = leaf(apart, op.rule->result ? op.rule->result(p, x) : op.rule->value(p, x));
  const auto change = op.rule->vjp_recorded(p, i, operands, y, leaf(apart, y.value()));
  read_set read{std::vector<bool>(x.size()), false};
  if (change.is_constant()) return read;
  const auto reached = leading_to(apart, apart.id(change.ref(), "vjp_reads"));
  const auto is_read = [&](const tensor& t) { return reached[apart.id(t.ref(), "vjp_reads")]; };
  for (std::size_t k = 0; k < x.size(); ++k) read.operands[k] = is_read(operands[k]);
  read.result = is_read(y);
  return read;
}

}  // namespace seegrad::detail
