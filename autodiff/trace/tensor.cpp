#include <autodiff/trace/tensor.hpp>

#include <algorithm>

namespace seegrad {

namespace {
// In a graph of shapes: what depends on an input is not computed.
[[gnu::cold, gnu::noinline]] auto known_of(const operation& op, std::span<const detail::array_operand> x) -> array {
  std::vector<array> values;
  for (const auto& a : x) values.push_back(*a.value);
  const bool is_constant = std::all_of(x.begin(), x.end(), [](auto& a) { return a.ref == 0; });
  return is_constant ? detail::compute_pointwise(op, values) : detail::pointwise_result(op, values);
}
}  // namespace

namespace detail {
auto record_pointwise(const operation& op, std::initializer_list<const tensor*> x) -> tensor {
  const array* values[max_arity];
  array_operand operands[max_arity];
  std::size_t i = 0;
  for (const auto* a : x) values[i] = &a->value(), operands[i++] = {&a->value(), a->ref()};
  auto y = graph::is_computing() ? compute_pointwise(op, array_pointers(values, x.size())) : known_of(op, {operands, x.size()});
  const auto ref = record_tensor_node(op, nullptr, y, 0.0, {operands, x.size()});
  return {std::move(y), ref};
}
}  // namespace detail

tensor::operator bool() const {
  const bool answer = value_.cast(float64).item() != 0;
  if (ref_ & detail::guard_bit) [[unlikely]]
    detail::note_guard(
        "!= 0", [](double a, double) { return static_cast<double>(a != 0); }, {ref_, value_.cast(float64).item()}, {}, answer);
  return answer;
}

auto tensor::note_element(const dims& index, double answer) const -> void {
  std::int64_t element = 0;
  for (int a = 0; a < rank(); ++a) element = element * shape()[a] + (index[a] < 0 ? index[a] + shape()[a] : index[a]);
  detail::note_guard(
      "an element", [](double a, double) { return a; }, {ref_, answer, element}, {}, answer);
}

auto input(const array& value) -> tensor {
  auto x = !value.is_floating() || value.is_number() ? value.cast(float64) : value;
  const auto ref = graph::active().append_input(x);
  return {std::move(x), ref};
}

auto input(const array& value, std::string_view name) -> tensor {
  auto x = input(value);
  named(x, name);
  return x;
}

auto named(const tensor& x, std::string_view name) -> tensor {
  if (!x.is_constant()) {
    auto& g = graph::active();
    g.set_name(g.id(x.ref(), "named"), name);
  }
  return x;
}

namespace detail {
auto tensor_handle(node_id k) -> tensor {
  const auto& g = graph::active();
  if (k >= g.size()) throw error("tensor_handle: the graph has no node of that number");
  return {g.array_value(k), g.ref(k)};
}
}  // namespace detail

}  // namespace seegrad
