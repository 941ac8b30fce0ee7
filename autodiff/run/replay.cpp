#include <autodiff/run/replay.hpp>

#include <algorithm>
#include <autodiff/derive/evaluate.hpp>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace seegrad {
namespace {

auto at(const graph& g, node_id k, const replayed& now) -> detail::node_of_arrays {
  return {g, k, [&](node_id o) { return now.array_at(o); }};
}
auto compute(const graph& g, node_id k, replayed& now) -> void {
  const auto& recorded = g.tensor_node_at(k).value;
  auto& y = now.arrays[k];
  if (g.is_leaf(k)) y = recorded;
  else if (y.is_writable_in_place() && y.shape() == recorded.shape() && y.type() == recorded.type()) at(g, k, now).value_into(y);
  else y = at(g, k, now).value();
}
auto number(const graph& g, node_id k, const replayed& now) -> double {
  if (g.is_leaf(k)) return g.value(k);
  if (g.is_tensor_node(k)) return at(g, k, now).value().item();
  return detail::node_of_numbers(g, k, [&](node_id o) { return now.numbers[o]; }).value();
}

auto check(const graph& g, node_id last, std::size_t changed, std::size_t values) -> void {
  if (last >= g.size()) throw error("replay: the graph has no node of that number");
  if (changed != values) throw error("replay: give one value for each node that changes");
}

// All nodes up to `end`.
auto compute_all(const graph& g, node_id end, std::span<const node_id> changed, std::span<const array> values, replayed& now)
    -> void {
  now.numbers.assign(std::size_t{end} + 1, NAN);
  now.arrays.resize(now.numbers.size());
  std::vector<bool> held(now.numbers.size());
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const auto k = changed[i];
    if (k > end) continue;
    held[k] = true;
    if (!g.is_tensor(k)) {
      now.numbers[k] = values[i].item();
    } else if (values[i].shape() == g.tensor_node_at(k).value.shape()) {
      now.arrays[k] = values[i].cast(g.tensor_node_at(k).value.type());
    } else {
      throw error(fmt::format("replay: node {} has the shape {}, its new value {}", k,
                              to_string(g.tensor_node_at(k).value.shape()), to_string(values[i].shape())));
    }
  }
  for (node_id k = 0; k <= end; ++k) {
    if (held[k]) continue;
    if (g.is_tensor(k)) compute(g, k, now);
    else now.numbers[k] = number(g, k, now);
  }
}

}  // namespace

auto replay(const graph& g, node_id last, std::span<const node_id> changed, std::span<const double> values)
    -> std::vector<double> {
  const std::vector<array> as_arrays(values.begin(), values.end());
  return detail::replay_arrays(g, last, changed, as_arrays).numbers;
}

namespace detail {
auto replay_recorded_branch(const graph& g, node_id last, std::span<const node_id> changed, std::span<const double> values)
    -> std::vector<double> {
  check(g, last, changed.size(), values.size());
  std::vector<node_id> held(changed.begin(), changed.end());
  std::vector<array> at(values.begin(), values.end());
  for (node_id k = 0; k <= last; ++k)
    if (!g.is_leaf(k) && g.op(k)->stops) held.push_back(k), at.push_back(g.array_value(k));
  replayed now;
  compute_all(g, last, held, at, now);
  return std::move(now.numbers);
}

auto replay_arrays(const graph& g, node_id last, std::span<const node_id> changed, std::span<const array> values) -> replayed {
  replayed now;
  replay_arrays(g, last, changed, values, now);
  return now;
}

auto replay_arrays(const graph& g, node_id last, std::span<const node_id> changed, std::span<const array> values, replayed& kept)
    -> void {
  auto now = std::exchange(kept, {});
  check(g, last, changed.size(), values.size());
  // A question that was asked behind the last node may have chosen it.
  auto end = last;
  for (const auto& q : g.guards())
    for (const auto& s : {q.first, q.second})
      if (s.is_node) end = std::max(end, s.node);
  compute_all(g, end, changed, values, now);
  for (std::size_t i = 0; i < g.guards().size(); ++i)
    g.expect_answer(
        i, [&](const guard::subject& s) { return g.is_tensor(s.node) ? s.of(now.arrays[s.node]) : now.numbers[s.node]; });
  now.numbers.resize(std::size_t{last} + 1), now.arrays.resize(now.numbers.size());
  kept = std::move(now);
}
}  // namespace detail

}  // namespace seegrad
