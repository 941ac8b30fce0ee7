#include <autodiff/derive/reverse.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

// One output and what it is weighed by: without a seed by 1, if it has one element.
struct seeded {
  node_id output;
  double number;
  array whole;

  seeded(const graph& g, const scalar& y, double seed, std::string_view who) : output(g.id(y.ref(), who)), number(seed) {}
  seeded(const graph& g, const tensor& y, const array* given, std::string_view who) {
    if (!given && y.size() != 1)
      throw error(fmt::format(
          "{}: the output has the shape {}; a gradient is of one number: take sum() or mean(), or give a seed of that shape", who,
          to_string(y.shape())));
    output = g.id(y.ref(), who);
    const auto seed = given ? *given : array(1.0);
    if (seed.shape() != y.shape() && broadcast(seed.shape(), y.shape(), std::string(who) + ": seed and output") != y.shape())
      throw error(
          fmt::format("{}: the seed has the shape {}, the output {}", who, to_string(seed.shape()), to_string(y.shape())));
    whole = seed.cast(y.type()).expand(y.shape());
    number = g.is_tensor(output) ? 0.0 : whole.item();
  }
  auto request(adjoints::kept kept = adjoints::all, node_id first = 0) const -> detail::reverse_sweep::request {
    return {{&output, 1}, {&number, 1}, {&whole, 1}, kept, first};
  }
};

// Several scalars, without the constants among them.
struct seeded_list {
  std::vector<node_id> outputs;
  std::vector<double> weights;

  seeded_list(const graph& g, std::span<const scalar> ys, std::span<const double> w) {
    if (ys.size() != w.size())
      throw error(fmt::format("backward: {} outputs but {} weights; give one weight for each output", ys.size(), w.size()));
    for (std::size_t i = 0; i < ys.size(); ++i)
      if (!ys[i].is_constant()) outputs.push_back(g.id(ys[i].ref(), "backward")), weights.push_back(w[i]);
  }
};

auto swept(const graph& g, const detail::reverse_sweep::request& r) -> adjoints {
  adjoints a(g);
  detail::reverse_sweep::run(g, r, a);
  return a;
}

auto first_of(const graph& g, std::span<const scalar> xs) -> node_id {
  auto first = static_cast<node_id>(g.size());
  for (const auto& x : xs) first = std::min(first, g.id(x.ref(), "gradient"));
  return first;
}

auto refs_of(std::span<const tensor> xs) -> std::vector<node_ref> {
  std::vector<node_ref> out;
  for (const auto& x : xs) out.push_back(x.ref());
  return out;
}

auto all_of(const adjoints& a, std::span<const tensor> xs) -> std::vector<array> {
  std::vector<array> out;
  for (const auto& x : xs) out.push_back(a.of(x));
  return out;
}

}  // namespace

auto detail::need_room(std::size_t variables, std::size_t numbers, std::string_view who) -> void {
  if (variables != numbers)
    throw error(fmt::format("{}: there are {} variables, and room for {} numbers", who, variables, numbers));
}

auto adjoints::of(const scalar& x, std::string_view who) const -> double {
  const auto k = node(x.ref(), who);
  if (!covers(k))
    throw error(fmt::format("{}: no reverse sweep has covered this value; call backward(y) after recording it", who));
  return number(k);
}

auto adjoints::of(const tensor& x, std::string_view who) const -> array {
  const auto k = node(x.ref(), who);
  if (covers(k) && !graph_->is_tensor(k)) return number(k);
  switch (state(k)) {
    case adjoint_state::number:
      if (!whole(k).is_null()) return whole(k);
      [[fallthrough]];
    case adjoint_state::structural_zero: return zeros(x.shape(), x.type());
    default:
      throw error(fmt::format("{}: {}", who,
                              covers(k)
                                  ? "the sweep was told to keep the adjoints of inputs only; call backward(y, adjoints::all)"
                                  : "no reverse sweep has covered this value; call backward(y) after recording it"));
  }
}

auto backward(const scalar& y, double seed) -> void {
  auto& g = graph::active();
  detail::reverse_sweep::run(g, seeded(g, y, seed, "backward").request());
}

auto backward(std::span<const scalar> ys, std::span<const double> weights) -> void {
  auto& g = graph::active();
  const seeded_list list(g, ys, weights);
  detail::reverse_sweep::run(g, {.outputs = list.outputs, .weights = list.weights});
}

auto backward(std::span<const scalar> ys) -> void { backward(ys, std::vector<double>(ys.size(), 1.0)); }

auto backward(const tensor& y, adjoints::kept kept) -> void {
  auto& g = graph::active();
  detail::reverse_sweep::run(g, seeded(g, y, nullptr, "backward").request(kept));
}
auto backward(const tensor& y, const array& seed, adjoints::kept kept) -> void {
  auto& g = graph::active();
  detail::reverse_sweep::run(g, seeded(g, y, &seed, "backward").request(kept));
}

auto reverse(const graph& g, const scalar& y, double seed) -> adjoints {
  return swept(g, seeded(g, y, seed, "reverse").request());
}
auto reverse(const graph& g, const tensor& y, adjoints::kept kept) -> adjoints {
  return swept(g, seeded(g, y, nullptr, "reverse").request(kept));
}
auto reverse(const graph& g, const tensor& y, const array& seed, adjoints::kept kept) -> adjoints {
  return swept(g, seeded(g, y, &seed, "reverse").request(kept));
}

namespace detail {
auto reverse_to(std::span<const node_ref> xs, const tensor& y, const array* seed, std::string_view who) -> adjoints {
  const auto& g = graph::active();
  auto first = static_cast<node_id>(g.size());
  for (auto x : xs) first = std::min(first, g.id(x, who));
  return swept(g, seeded(g, y, seed, who).request(adjoints::all, first));
}

auto require_node(node_ref r, const char* who) -> void { graph::active().id(r, who); }

auto grad_slowly(const scalar& x) -> double { return graph::active().last_sweep().of(x, "grad"); }
}  // namespace detail

auto grad(const tensor& x) -> array { return graph::active().last_sweep().of(x, "grad"); }

auto gradients(std::span<const scalar> xs, std::span<double> into) -> void { detail::read_gradients(xs, into); }

auto grad_state(const scalar& x) -> adjoint_state {
  const auto& g = graph::active();
  return g.state(g.id(x.ref(), "grad_state"));
}
auto grad_state(const tensor& x) -> adjoint_state {
  const auto& g = graph::active();
  return g.state(g.id(x.ref(), "grad_state"));
}

auto gradient(const scalar& y, std::span<const scalar> xs) -> std::vector<double> {
  std::vector<double> out(xs.size());
  gradient(y, xs, out);
  return out;
}

auto gradient(const scalar& y, std::span<const scalar> xs, std::span<double> into) -> void {
  detail::need_room(xs.size(), into.size(), "gradient");
  const auto& g = graph::active();
  const auto first = first_of(g, xs);
  const double one = 1;
  const auto output = y.is_constant() ? node_id{} : g.id(y.ref(), "gradient");
  detail::reverse_sweep::request r{.outputs = {}, .weights = {&one, 1}, .first = first};
  if (!y.is_constant()) r.outputs = {&output, 1};
  const auto a = swept(g, r);
  for (std::size_t i = 0; i < xs.size(); ++i) into[i] = a.number(g.id(xs[i].ref(), "gradient"));
}

auto vjp(std::span<const scalar> ys, std::span<const double> weights, std::span<const scalar> xs) -> std::vector<double> {
  const auto& g = graph::active();
  const seeded_list list(g, ys, weights);
  const auto a = swept(g, {.outputs = list.outputs, .weights = list.weights, .first = first_of(g, xs)});
  std::vector<double> out;
  for (const auto& x : xs) out.push_back(a.of(x));
  return out;
}

auto gradient(const tensor& y, std::span<const tensor> xs) -> std::vector<array> {
  return all_of(detail::reverse_to(refs_of(xs), y, nullptr, "gradient"), xs);
}

namespace detail {
auto vjp_of_array(const tensor& y, const array& seed, std::span<const tensor> xs) -> std::vector<array> {
  return all_of(reverse_to(refs_of(xs), y, &seed, "vjp"), xs);
}
}  // namespace detail

}  // namespace seegrad
