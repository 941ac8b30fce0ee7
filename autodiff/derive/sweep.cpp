#include <autodiff/derive/sweep.hpp>

#include <algorithm>
#include <autodiff/derive/by_code.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/memory_error.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <bit>
#include <cstring>

namespace seegrad::detail {
namespace {

// An adjoint or a slope of zero contributes nothing, whatever the other is (strong_mul): a branch that was computed but not used must
// not poison the gradient with 0 * infinity. Asking for zero at every node costs a tenth of the sweep, so the first sweep does not ask.
// All it could get wrong is a NaN, which reaches an input below wherever it is born; only if an input has one is the sweep done again,
// with care.
enum class manner { swift, careful };

template <manner Manner>
[[gnu::always_inline]] inline auto times(double g, double slope) -> double {
  return Manner == manner::swift ? g * slope : strong_mul(g, slope);
}

using state = sweep_state;

template <manner Manner, class Op, unsigned Activity>
[[gnu::always_inline]] inline auto step(const state& s, const node n, double g) -> void {
  if constexpr (Op::arity == 1) {
    const auto a = n.first();
    s.adjoints[a] += times<Manner>(g, partial<Op, 0>(s.nodes[a].value, n.value));
  } else if constexpr (Op::arity == 2) {
    const auto a = n.first(), b = n.second();
    const double x = s.nodes[a].value, z = s.nodes[b].value;
    if constexpr (Activity != activity::second_only) s.adjoints[a] += times<Manner>(g, partial<Op, 0>(x, z, n.value));
    if constexpr (Activity != activity::first_only) s.adjoints[b] += times<Manner>(g, partial<Op, 1>(x, z, n.value));
  } else {
    const auto* o = s.operand_ids + n.first();
    const double x = s.nodes[o[0]].value, z = s.nodes[o[1]].value, w = s.nodes[o[2]].value;
    const auto active = [&](int i) { return s.nodes[o[i]].code() != code::constant; };
    if (active(0)) s.adjoints[o[0]] += times<Manner>(g, partial<Op, 0>(x, z, w, n.value));
    if (active(1)) s.adjoints[o[1]] += times<Manner>(g, partial<Op, 1>(x, z, w, n.value));
    if (active(2)) s.adjoints[o[2]] += times<Manner>(g, partial<Op, 2>(x, z, w, n.value));
  }
}

// A call to the mathematical library inside the loop would make the compiler keep everything in memory around it, for all operations.
template <manner Manner, class Op, unsigned Activity>
[[gnu::noinline]] auto step_apart(const state& s, node_id k) -> void {
  step<Manner, Op, Activity>(s, s.nodes[k], s.adjoints[k]);
}

[[gnu::noinline]] auto extended_step(const state& s, node_id k) -> void {
  node_of_numbers(*s.g, k).each_vjp(s.adjoints[k], [&](node_id o, double c) { s.adjoints[o] += c; });
}

// Returns how many nodes before k are done with, too: the constant of an operation with a constant operand is the node before it, which the
// sweep then need not visit.
template <manner Manner>
[[gnu::always_inline]] inline auto dispatch(state& s, node_id k, const node n, double g) -> std::ptrdiff_t {
  std::ptrdiff_t skip = 0;
  const bool done = detail::by_code(n.code(), [&]<class Op, unsigned Activity>(detail::coded<Op, Activity>) {
    if constexpr (Op::light) step<Manner, Op, Activity>(s, n, g);
    else step_apart<Manner, Op, Activity>(s, k);
    skip = Activity != activity::both;
  });
  if (!done) {
    if (n.code() == code::tabled) s.tensor_step(k);
    else if (n.code() == code::extended) extended_step(s, k);
    else s.has_nan |= g != g;
  }
  return skip;
}

// The sweep goes by blocks of nodes. Where no adjoint has arrived nothing is handed on: what was computed and not used, or lies beside the
// way to the outputs.
constexpr std::ptrdiff_t block = 64;

[[gnu::noinline]] auto all_zero(const double* x) -> bool {
  std::uint64_t any = 0;
  for (std::ptrdiff_t i = 0; i < block; ++i) any |= std::bit_cast<std::uint64_t>(x[i]);
  return any << 1 == 0;
}

// The two at the ends say so soonest.
[[gnu::always_inline]] inline auto may_pass_over(const state& s, std::ptrdiff_t from, std::ptrdiff_t to) -> bool {
  return s.adjoints[from] == 0 && s.adjoints[to] == 0 && from - to == block - 1 && s.may_skip && all_zero(s.adjoints + to);
}

// Processors look ahead upwards rather than downwards, which a record that does not fit their caches needs.
constexpr std::ptrdiff_t ahead = 3072;
auto needs_fetching(std::ptrdiff_t k) -> bool { return k >= 4 * ahead; }

[[gnu::always_inline]] inline auto fetch_ahead(const state& s, std::ptrdiff_t k) -> void {
  constexpr std::ptrdiff_t line = 64;
  const auto* nodes = reinterpret_cast<const std::byte*>(s.nodes + k - ahead);
  const auto* adjoints = reinterpret_cast<const std::byte*>(s.adjoints + k - ahead);
  for (std::ptrdiff_t i = 0; i < block * std::ptrdiff_t{sizeof(node)}; i += line) __builtin_prefetch(nodes + i);
  for (std::ptrdiff_t i = 0; i < block * std::ptrdiff_t{sizeof(double)}; i += line) __builtin_prefetch(adjoints + i, 1);
}

// A loop of its own, so that nothing else competes with it for registers.
template <manner Manner>
[[gnu::noinline]] auto sweep(state& s, std::size_t first, std::size_t last) -> void {
  const auto end = static_cast<std::ptrdiff_t>(first);
  for (auto k = static_cast<std::ptrdiff_t>(last) - 1; k >= end;) {
    const auto to = std::max(end, k - block + 1);
    if (may_pass_over(s, k, to)) {
      k = to - 1;
      continue;
    }
    if (needs_fetching(to)) fetch_ahead(s, to);
    for (; k >= to; --k) {
      const double g = s.adjoints[k];
      if constexpr (Manner == manner::careful)
        if (g == 0 && s.nodes[k].code() != code::tabled) continue;
      k -= dispatch<Manner>(s, static_cast<node_id>(k), s.nodes[k], g);
    }
  }
}

// The same, a statement at a time where the record has one. Returns one past the node that is next: what begins near `first` is left to the
// other loop, with statements that may begin before it.
[[gnu::noinline]] auto sweep_statements(state& s, std::size_t first, std::size_t last) -> std::size_t {
  constexpr std::ptrdiff_t stretch = 4 * block;
  const auto rules = s.g->rules();
  const auto* table = detail::statement_rules();
  const auto end = static_cast<std::ptrdiff_t>(first + detail::most_nodes_of_statement);
  auto k = static_cast<std::ptrdiff_t>(last) - 1;
  while (k >= end) {
    if (const auto to = std::max(end, k - block + 1); may_pass_over(s, k, to)) {
      k = to - 1;
      continue;
    }
    const auto to = std::max(end, k - stretch + 1);
    const auto bounds = static_cast<std::uint64_t>(2 * to) | static_cast<std::uint64_t>(needs_fetching(to) ? 2 * ahead : 0) << 32;
    while (k >= to) {
      const auto at = static_cast<std::uint64_t>(k);
      if (at < rules.size() && rules[at] != 0)
        k = static_cast<std::ptrdiff_t>(
            table[rules[at]](s.nodes, s.adjoints, 2 * at, rules.data(), bounds, table, s.adjoints[k]) / 2);
      else k -= 1 + dispatch<manner::swift>(s, static_cast<node_id>(k), s.nodes[k], s.adjoints[k]);
    }
  }
  return static_cast<std::size_t>(k + 1);
}

auto has_nan(const double* x, std::size_t n) -> bool {
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) count += x[i] != x[i];
  return count != 0;
}

// For all that the graph has room for, so that sweeps of a graph that grows take memory seldom; where there is none, for what this one needs.
auto make_room(buffer& numbers, std::size_t needed, std::size_t wanted) -> void {
  try {
    numbers.renew(wanted * sizeof(double));
  } catch (const std::bad_alloc&) {
    or_no_memory("backward", needed, [&] { numbers.renew(needed * sizeof(double)); });
  }
}

}  // namespace

// Nothing but what the outputs get.
auto reverse_sweep::seed(const graph& g, const request& r, std::size_t last, adjoints& to) -> void {
  auto* numbers = static_cast<double*>(to.numbers_.data());
  if (last > to.first_) std::memset(numbers + to.first_, 0, (last - to.first_) * sizeof(double));
  std::fill(to.arrays_.begin(), to.arrays_.end(), array());
  for (std::size_t i = 0; i < r.outputs.size(); ++i) {
    const auto y = r.outputs[i];
    if (y < to.first_) continue;
    if (!g.is_tensor(y)) numbers[y] += r.weights[i];
    else if (auto& a = to.arrays_[g.tensor_node_number(y) - to.first_tensor_node_]; a.is_null()) a = r.arrays[i];
    else add_into(a, r.arrays[i]);
  }
}

auto reverse_sweep::run(const graph& g, const request& r, adjoints& to) -> void {
  std::size_t last = r.first;
  for (auto y : r.outputs) last = std::max(last, std::size_t{y} + 1);
  auto leaves = g.leaves_.load(std::memory_order_relaxed);
  while (leaves < g.size() && g.is_leaf(static_cast<node_id>(leaves))) ++leaves;
  g.leaves_.store(leaves, std::memory_order_relaxed);

  // Rows stand in the order of their nodes.
  auto from = r.first, end = static_cast<node_id>(last);
  if (!g.tensor_nodes_.empty() && last > r.first) {
    while (from > 0 && from < end && !g.is_tensor_node(from)) ++from;
    while (end < g.size() && end > from && !g.is_tensor_node(end - 1)) --end;
    to.first_tensor_node_ = from == 0 ? 0 : from < end ? g.tensor_node_number(from) : g.tensor_nodes_.size();
    const auto end_row = end == g.size() ? g.tensor_nodes_.size()
                         : end > from    ? g.tensor_node_number(end - 1) + 1
                                         : to.first_tensor_node_;
    to.arrays_.clear();
    to.arrays_.resize(std::max(end_row, to.first_tensor_node_) - to.first_tensor_node_);
  } else {
    to.arrays_.clear();
  }
  to.last_ = to.covered_ = 0, to.top_ = 0, to.reached_.reset();
  to.first_ = r.first, to.kept_ = r.kept;
  make_room(to.numbers_, last, g.records_.bytes() / sizeof(node));
  to.outputs_.assign(r.outputs.begin(), r.outputs.end());

  state s{g.nodes(),
          static_cast<double*>(to.numbers_.data()),
          g.operand_ids_.data(),
          &g,
          to.arrays_.data(),
          to.first_tensor_node_,
          r.first,
          r.kept,
          g.tensor_nodes_.empty()};
  const auto begin = std::max<std::size_t>(r.first, leaves);
  seed(g, r, last, to);
  const auto rest = g.rules().empty() ? last : sweep_statements(s, begin, last);
  sweep<manner::swift>(s, begin, rest);
  // Of a part of the record an end need not be a leaf.
  const auto ends = r.first > 0 ? last : std::min(last, leaves);
  if (s.has_nan || (ends > r.first && has_nan(s.adjoints + r.first, ends - r.first))) {
    seed(g, r, last, to);
    sweep<manner::careful>(s, begin, last);
  }
  to.last_ = last, to.covered_ = g.size();
  if (&to != &g.last_sweep_ && g.size() > 0) to.top_ = g.ref(static_cast<node_id>(g.size() - 1));
}

}  // namespace seegrad::detail
