#include <autodiff/derive/sweep.hpp>

#include <algorithm>
#include <autodiff/ops/list.hpp>
#include <cstring>
#include <tuple>

namespace seegrad {
namespace {

struct state {
  const node* nodes;
  double* adjoints;
  const std::uint32_t* wide;
  const graph* g;
};

template <class Op, unsigned Activity>
[[gnu::always_inline]] inline auto step(const state& s, const node n, double g) -> void {
  if constexpr (Op::arity == 1) {
    const auto a = n.first();
    s.adjoints[a] += g * partial<Op, 0>(s.nodes[a].value, n.value);
  } else if constexpr (Op::arity == 2) {
    const auto a = n.first(), b = n.second();
    const double x = s.nodes[a].value, z = s.nodes[b].value;
    if constexpr (Activity != activity::second_only) s.adjoints[a] += g * partial<Op, 0>(x, z, n.value);
    if constexpr (Activity != activity::first_only) s.adjoints[b] += g * partial<Op, 1>(x, z, n.value);
  } else {
    const auto* o = s.wide + n.first();
    const double x = s.nodes[o[0]].value, z = s.nodes[o[1]].value, w = s.nodes[o[2]].value;
    s.adjoints[o[0]] += g * partial<Op, 0>(x, z, w, n.value);
    s.adjoints[o[1]] += g * partial<Op, 1>(x, z, w, n.value);
    s.adjoints[o[2]] += g * partial<Op, 2>(x, z, w, n.value);
  }
}

[[gnu::noinline]] auto extended_step(const state& s, node_id k, double g) -> void {
  const auto& op = *s.g->op(k);
  const auto operands = s.g->operands(k);
  double x[max_arity];
  for (int i = 0; i < op.arity; ++i) x[i] = s.nodes[operands[i]].value;
  for (int i = 0; i < op.arity; ++i)
    if (!s.g->is_constant(operands[i])) s.adjoints[operands[i]] += g * op.partial(i, x, s.nodes[k].value);
}

// Which operation and which activity stands behind a code.
template <class Op, unsigned Activity>
struct coded {
  [[gnu::always_inline]] static auto run(const state& s, const node n, double g) -> void { step<Op, Activity>(s, n, g); }
};
template <class Op>
constexpr auto variants() {
  if constexpr (Op::arity == 2) return std::tuple<coded<Op, 0>, coded<Op, 1>, coded<Op, 2>>{};
  else return std::tuple<coded<Op, 0>>{};
}
template <class... Ops>
constexpr auto by_code(operation_list<Ops...>) {
  return std::tuple_cat(variants<Ops>()...);
}
using codes = decltype(by_code(all_operations{}));
static_assert(std::tuple_size_v<codes> == code_end - code::first_operation);

// A chain of comparisons with consecutive constants, which both gcc and clang compile to one jump table.
template <unsigned... C>
[[gnu::always_inline]] inline auto dispatch(const state& s, node_id k, const node n, double g, std::integer_sequence<unsigned, C...>) -> void {
  const auto c = n.code() - code::first_operation;
  const bool done = ((c == C ? (std::tuple_element_t<C, codes>::run(s, n, g), true) : false) || ...);
  if (!done && n.code() == code::extended) extended_step(s, k, g);
}

}  // namespace

auto reverse_sweep::run(graph& g, std::span<const node_id> outputs, std::span<const double> weights) -> void {
  std::vector<node_id> kept(outputs.begin(), outputs.end());
  g.adjoints_.renew(g.records_.bytes() / sizeof(node) * sizeof(double));
  auto* adjoints = static_cast<double*>(g.adjoints_.data());
  std::memset(adjoints, 0, g.size() * sizeof(double));
  for (std::size_t i = 0; i < outputs.size(); ++i) adjoints[outputs[i]] += weights[i];

  const state s{g.nodes(), adjoints, g.wide_.data(), &g};
  while (g.leaves_ < g.size() && g.is_leaf(static_cast<node_id>(g.leaves_))) ++g.leaves_;
  const auto last = outputs.empty() ? 0 : std::size_t{*std::max_element(outputs.begin(), outputs.end())} + 1;
  for (auto k = last; k-- > g.leaves_;) {
    const double a = adjoints[k];
    if (a == 0) continue;
    dispatch(s, static_cast<node_id>(k), s.nodes[k], a, std::make_integer_sequence<unsigned, std::tuple_size_v<codes>>{});
  }
  g.outputs_ = std::move(kept);
  g.swept_ = g.size();
  g.reached_.clear();
}

}  // namespace seegrad
