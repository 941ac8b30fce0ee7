#include <autodiff/trace/tensor.hpp>

#include <algorithm>

namespace seegrad {

auto record_pointwise(const operation& op, std::initializer_list<const tensor*> x) -> tensor {
  const array* values[max_arity];
  array_operand operands[max_arity];
  std::size_t i = 0;
  for (const auto* a : x) values[i] = &a->value(), operands[i++] = {&a->value(), a->ref()};
  const array_pointers list(values, x.size());
  const bool is_known = graph::is_computing() || std::all_of(x.begin(), x.end(), [](auto* a) { return a->is_constant(); });
  auto y = is_known ? compute_pointwise(op, list) : pointwise_result(op, list);
  const auto ref = record_tensor_node(op, nullptr, y, 0.0, {operands, x.size()});
  return {std::move(y), ref};
}

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

auto tensor_handle(node_id k) -> tensor {
  const auto& g = graph::active();
  if (k >= g.size()) throw error("tensor_handle: the graph has no node of that number");
  return {g.array_value(k), g.ref(k)};
}

}  // namespace seegrad
