#include <autodiff/trace/traced.hpp>

#include <istream>
#include <ostream>
#include <string>

namespace seegrad {

auto input(double value, std::string_view name) -> scalar {
  const auto x = input(value);
  auto& g = graph::active();
  g.set_name(g.id(x.ref(), "input"), name);
  return x;
}

auto detail::append_inputs(std::span<const double> values, std::size_t room) -> node_ref {
  if (values.size() != room)
    throw error("inputs: there are " + std::to_string(values.size()) + " numbers, and room for " + std::to_string(room));
  return graph::active().append_inputs(values);
}

auto inputs(std::span<const double> values, std::span<scalar> into) -> void {
  auto ref = detail::append_inputs(values, into.size());
  for (std::size_t i = 0; i < values.size(); ++i, ref += sizeof(node)) into[i] = {values[i], ref};
}

auto inputs(std::span<const double> values) -> std::vector<scalar> {
  std::vector<scalar> x(values.size());
  inputs(values, x);
  return x;
}

auto named(const scalar& x, std::string_view name) -> scalar {
  if (x.is_constant()) return x;
  auto& g = graph::active();
  g.set_name(g.id(x.ref(), "named"), name);
  return x;
}

auto handle(node_id k) -> scalar {
  const auto& g = graph::active();
  if (k >= g.size()) throw error("handle: the graph has no node of that number");
  return {g.value(k), g.ref(k)};
}

auto operator<<(std::ostream& out, const scalar& x) -> std::ostream& { return out << x.value(); }

auto operator>>(std::istream& in, scalar& x) -> std::istream& {
  double v;
  if (in >> v) x = v;
  return in;
}

}  // namespace seegrad
