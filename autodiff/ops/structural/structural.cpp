#include <algorithm>
#include <autodiff/array/few.hpp>
#include <autodiff/ops/structural/structural.hpp>

namespace seegrad {

auto same_parameters(const operation& op, const void* p, const void* q) -> bool {
  return p == q || (op.rule->same && op.rule->same(p, q));
}

auto stand_in(const dims& shape, dtype type) -> array { return zeros({}, type).expand(shape); }

auto narrowest(std::span<const array> x) -> dtype {
  return std::all_of(x.begin(), x.end(), [](const array& a) { return a.type() == float32; }) ? float32 : float64;
}

auto all_axes_but(int axis, int rank) -> dims {
  dims to;
  for (int i = 0; i < rank; ++i) to.push(i == axis ? -1 : i);
  return to;
}

auto leading_axes(int rank, int leading, int own) -> dims {
  dims to;
  for (int i = 0; i < rank; ++i) to.push(i < rank - own ? i + leading - (rank - own) : -1);
  return to;
}

// What a picture shows of parameters follows from them.
auto parameters_hash(const operation& op, const void* p) -> std::size_t { return std::hash<std::string>{}(op.rule->text(p)); }

namespace {
// In a graph of shapes: what depends on an input is not computed.
[[gnu::cold, gnu::noinline]] auto known_of(const operation& op, const void* parameters, std::span<const array> x,
                                           std::span<const detail::array_operand> operands) -> array {
  const bool is_constant = std::all_of(operands.begin(), operands.end(), [](const auto& a) { return a.ref == 0; });
  return is_constant || !op.rule->result ? op.rule->value(parameters, x) : op.rule->result(parameters, x);
}
}  // namespace

auto record_structural(const operation& op, std::shared_ptr<const void> parameters, std::span<const tensor> x) -> tensor {
  detail::few<array> values(x.size());
  detail::few<detail::array_operand> operands(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) values[i] = x[i].value(), operands[i] = {&x[i].value(), x[i].ref()};
  auto y = graph::is_computing() ? op.rule->value(parameters.get(), values) : known_of(op, parameters.get(), values, operands);
  if (op.rule->scalar_result) {
    const auto number = y.item();
    return scalar(number, detail::record_tensor_node(op, std::move(parameters), {}, number, operands));
  }
  const auto ref = detail::record_tensor_node(op, std::move(parameters), y, 0.0, operands);
  return {std::move(y), ref};
}

namespace {

// Low-discrepancy numbers: the multiples of the golden ratio, without their whole parts, spread evenly and never meet.
auto spread(const dims& shape, unsigned seed, double low, double high) -> array {
  auto a = array::uninitialized(float64, shape);
  const auto to = a.writable<double>();
  for (std::size_t i = 0; i < to.size(); ++i) {
    const double t = 0.6180339887498949 * static_cast<double>(i + 1) + 0.3819 * seed;
    to[i] = low + (high - low) * (t - static_cast<double>(static_cast<long>(t)));
  }
  return a;
}

}  // namespace

auto sample_values(const dims& shape, unsigned seed) -> array { return spread(shape, seed, -2.5, 2.5); }
auto with_zeros(const dims& shape, unsigned seed) -> array {
  auto a = sample_values(shape, seed);
  const auto to = a.writable<double>();
  for (std::size_t i = 1; i < to.size(); i += 3) to[i] = 0;
  return a;
}
auto positive_values(const dims& shape, unsigned seed) -> array { return spread(shape, seed, 0.3, 2.8); }

}  // namespace seegrad
