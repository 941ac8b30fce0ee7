#include <autodiff/derive/linearised.hpp>

#include <algorithm>
#include <autodiff/derive/by_code.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/memory_error.hpp>
#include <cmath>
#include <cstring>
#include <vector>

namespace seegrad::detail {
namespace {

using place = linearised::place;
using term = linearised::term;

constexpr std::size_t most_nodes = std::size_t{1} << 24;
constexpr std::size_t together = sizeof(std::uint64_t);

auto any_of_eight(const unsigned char* marks) -> bool {
  std::uint64_t all;
  std::memcpy(&all, marks, sizeof all);
  return all != 0;
}

// A variable and its place.
struct variable {
  node_id node;
  linearised::place place;
};
auto in_order(std::span<const node_id> xs) -> std::vector<variable> {
  std::vector<variable> out;
  for (std::size_t i = 0; i < xs.size(); ++i) out.push_back({xs[i], static_cast<linearised::place>(i)});
  std::stable_sort(out.begin(), out.end(), [](const variable& a, const variable& b) { return a.node < b.node; });
  return out;
}

// Marks what the nodes ys are made of, by node from `first` on.
struct needed {
  pooled<unsigned char> marks;  // eight more than there are nodes, or fewer
  std::size_t nodes = 0, operands = 0;

  needed(const graph& g, node_id first, node_id end, std::span<const node_id> ys)
      : marks((end - first + together - 1) / together * together) {
    marks.clear();
    const auto need = [&](node_id k) {
      if (k >= first) marks[k - first] = 1;
    };
    for (const auto y : ys)
      if (y < end) need(y);
    for (auto eight = marks.size(); eight > 0; eight -= together) {
      if (!any_of_eight(marks.data() + eight - together)) continue;
      for (auto i = eight; i-- > eight - together;) {
        if (!marks[i]) continue;
        const auto& n = g.nodes()[first + i];
        ++nodes;
        if (const auto count = detail::operands_in_node[n.code()]; count > 0) {
          need(n.first());
          if (count == 2) need(n.second());
          operands += count;
        } else if (n.code() >= code::first_operation) {
          for (const auto o : g.operands(static_cast<node_id>(first + i))) need(o), ++operands;
        }
      }
    }
  }
};

// What is known when a node is asked: where the nodes before it stand. What follows writes the terms of a node to `at`, and returns where the next
// are written.
struct known {
  const graph* g;
  const node* nodes;
  const place* places;
  node_id first;

  auto place_of(node_id k) const -> place { return k >= first ? places[k - first] : linearised::nowhere; }
};

[[gnu::always_inline]] inline auto add(term* at, place by, double slope) -> term* {
  *at = {slope, by};
  return at + (slope != 0);
}

template <class Op, unsigned Activity>
[[gnu::always_inline]] inline auto add_slopes(const known& s, const node& n, term* at) -> term* {
  constexpr auto nowhere = linearised::nowhere;
  if constexpr (Op::arity == 1) {
    const auto a = s.place_of(n.first());
    if (a != nowhere) at = add(at, a, partial<Op, 0>(s.nodes[n.first()].value, n.value));
  } else if constexpr (Op::arity == 2) {
    const double x = s.nodes[n.first()].value, z = s.nodes[n.second()].value;
    const auto a = Activity == activity::second_only ? nowhere : s.place_of(n.first());
    const auto b = Activity == activity::first_only ? nowhere : s.place_of(n.second());
    if (a != nowhere) at = add(at, a, partial<Op, 0>(x, z, n.value));
    if (b != nowhere) at = add(at, b, partial<Op, 1>(x, z, n.value));
  } else {
    const auto o = s.g->operands(static_cast<node_id>(&n - s.nodes));
    const double x = s.nodes[o[0]].value, z = s.nodes[o[1]].value, w = s.nodes[o[2]].value;
    const place p[] = {s.place_of(o[0]), s.place_of(o[1]), s.place_of(o[2])};
    if (p[0] != nowhere) at = add(at, p[0], partial<Op, 0>(x, z, w, n.value));
    if (p[1] != nowhere) at = add(at, p[1], partial<Op, 1>(x, z, w, n.value));
    if (p[2] != nowhere) at = add(at, p[2], partial<Op, 2>(x, z, w, n.value));
  }
  return at;
}

// As in the sweep, no call to the mathematical library is in the loop.
template <class Op, unsigned Activity>
[[gnu::noinline]] auto add_slopes_apart(const known& s, const node& n, term* at) -> term* {
  return add_slopes<Op, Activity>(s, n, at);
}

// Null for an operation on arrays.
[[gnu::noinline]] auto add_other(const known& s, node_id k, term* at) -> term* {
  const auto operands = s.g->operands(k);
  for (int i = 0; i < operands.size(); ++i)
    if (const auto p = s.place_of(operands[i]); p != linearised::nowhere) {
      if (s.nodes[k].code() == code::tabled) return nullptr;
      at = add(at, p, node_of_numbers(*s.g, k).partial(i));
    }
  return at;
}

[[gnu::always_inline]] inline auto add_operation(const known& s, node_id k, term* at) -> term* {
  const auto& n = s.nodes[k];
  if (n.code() < code::first_operation) return at;
  const bool done = detail::by_code(n.code(), [&]<class Op, unsigned Activity>(detail::coded<Op, Activity>) {
    if constexpr (Op::light) at = add_slopes<Op, Activity>(s, n, at);
    else at = add_slopes_apart<Op, Activity>(s, n, at);
  });
  return done ? at : add_other(s, k, at);
}

}  // namespace

auto linearised::make_terms(const graph& g, std::span<const node_id> xs, const unsigned char* needed, variables which) -> bool {
  std::fill_n(begins_.data(), variables_ + 1, 0);
  size_ = variables_;
  const known so_far{&g, g.nodes(), places_.data(), first_};
  const auto order = in_order(xs);
  auto next = order.begin();
  auto* end = terms_.data();
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (i % together == 0 && !any_of_eight(needed + i)) {
      i += together - 1;
      continue;
    }
    if (!needed[i]) continue;
    const auto k = static_cast<node_id>(first_ + i);
    auto* const begin = end;
    while (next != order.end() && next->node < k) ++next;
    const bool is_variable = next != order.end() && next->node == k;
    if (!is_variable || which == free) end = add_operation(so_far, k, end);
    if (!end) return false;
    if (is_variable) {
      const auto from = next;
      while (next != order.end() && next->node == k) ++next;
      if (next - from == 1 && end == begin) {
        places_[i] = from->place;
        continue;
      }
      // A variable that was computed, or is given twice, has a place of its own, of which the variable is a term.
      for (auto v = from; v != next; ++v) *end++ = {1.0, v->place};
    }
    places_[i] = nowhere;
    if (end > begin) places_[i] = static_cast<place>(size_++), begins_[size_] = static_cast<std::uint32_t>(end - terms_.data());
  }
  is_finite_ = std::all_of(terms_.data(), end, [](const term& t) { return std::isfinite(t.slope); });
  return true;
}

auto linearised::make(const graph& g, std::span<const node_id> xs, std::span<const node_id> ys, variables which)
    -> std::optional<linearised> {
  node_id end = 0;
  for (const auto y : ys)
    if (y < g.size()) end = std::max(end, y + 1);
  const auto first = xs.empty() ? end : std::min(end, *std::min_element(xs.begin(), xs.end()));
  if (end - first > most_nodes) return {};
  const needed n(g, first, end, ys);
  linearised l;
  l.first_ = first, l.variables_ = xs.size();
  or_no_memory("vector mode", n.nodes, [&] {
    l.places_ = pooled<place>(end - first);
    l.begins_ = pooled<std::uint32_t>(xs.size() + n.nodes + 1);
    l.terms_ = pooled<term>(xs.size() + n.operands + 1);
  });
  if (!l.make_terms(g, xs, n.marks.data(), which)) return {};
  return l;
}

auto linearised::nodes_behind(const graph& g, node_id first, node_id y) -> std::size_t {
  return y < first || y >= g.size() ? 0 : needed(g, first, y + 1, {&y, 1}).nodes;
}

}  // namespace seegrad::detail
