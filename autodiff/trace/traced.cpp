#include <autodiff/trace/traced.hpp>

#include <istream>
#include <ostream>

namespace seegrad {

auto input(double value, std::string_view name) -> scalar {
  const auto x = input(value);
  auto& g = graph::active();
  g.set_name(g.id(x.ref(), "input"), name);
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
