#include <autodiff/derive/sparsity.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/graph/reach.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <map>

namespace seegrad {
namespace {

// 1, 2, 3, … in a shape: 0 is left for no element.
auto numbered(const dims& shape) -> array {
  const auto n = static_cast<double>(elements(shape));
  return arange(1.0, n + 1).reshape(shape);
}

// Each number names the column of its row.
auto one_in_a_row(const array& columns, index_t count) -> sparsity {
  sparsity s{count, {0}, {}};
  const auto numbers = columns.cast(int64).contiguous();
  for (const auto c : numbers.elements<std::int64_t>()) {
    if (c > 0) s.column.push_back(c - 1);
    s.start.push_back(s.count());
  }
  return s;
}

// Each number names the row of its column.
auto one_in_a_column(const array& rows, index_t count) -> sparsity {
  std::vector<std::vector<index_t>> in(static_cast<std::size_t>(count));
  index_t column = 0;
  const auto numbers = rows.cast(int64).contiguous();
  for (const auto r : numbers.elements<std::int64_t>()) {
    if (r > 0) in[static_cast<std::size_t>(r - 1)].push_back(column);
    ++column;
  }
  sparsity s{column, {0}, {}};
  for (const auto& row : in) s.column.insert(s.column.end(), row.begin(), row.end()), s.start.push_back(s.count());
  return s;
}

// f(index) for all elements of a shape, row by row.
template <class F>
auto each_index(const dims& shape, F f) -> void {
  const auto n = elements(shape);
  auto index = dims::filled(shape.size(), 0);
  for (index_t k = 0; k < n; ++k) {
    f(index);
    for (int a = shape.size() - 1; a >= 0 && ++index[a] == shape[a]; --a) index[a] = 0;
  }
}

auto along_axes(const dims& follows, const dims& x, const dims& y) -> sparsity {
  auto spreading = x;  // the shape of what one element of the result depends on
  const auto strides = detail::row_major(x);
  for (int a = 0; a < x.size(); ++a)
    if (follows[a] >= 0) spreading[a] = 1;
  std::vector<index_t> offsets;
  each_index(spreading, [&](const dims& index) {
    index_t at = 0;
    for (int a = 0; a < x.size(); ++a) at += index[a] * strides[a];
    offsets.push_back(at);
  });
  sparsity s{elements(x), {0}, {}};
  each_index(y, [&](const dims& index) {
    index_t first = 0;
    for (int a = 0; a < x.size(); ++a)
      if (follows[a] >= 0 && x[a] > 1) first += index[static_cast<int>(follows[a])] * strides[a];
    for (const auto o : offsets) s.column.push_back(first + o);
    s.start.push_back(s.count());
  });
  return s;
}

// The rows of `inner` that each row of `outer` names, together, added to `sum`.
using row_sets = std::vector<std::vector<index_t>>;
auto add_composed(const sparsity& outer, const row_sets& inner, row_sets& sum) -> void {
  std::vector<index_t> merged;
  for (std::size_t r = 0; r < sum.size(); ++r)
    for (const auto c : outer.row(static_cast<index_t>(r))) {
      const auto& more = inner[static_cast<std::size_t>(c)];
      merged.clear();
      std::set_union(sum[r].begin(), sum[r].end(), more.begin(), more.end(), std::back_inserter(merged));
      std::swap(sum[r], merged);
    }
}

// What each element of `last` has of the sets that `known` nodes begin with.
auto sets_of(const graph& g, std::map<node_id, row_sets> known, std::span<const node_id> from, node_id last)
    -> std::map<node_id, row_sets> {
  const auto in_between = detail::depending_on(g, from, last);
  for (auto k = in_between.first(); k <= last; ++k) {
    if (!in_between[k] || known.contains(k)) continue;
    const auto operands = g.operands(k);
    std::vector<array> x;
    for (int i = 0; i < operands.size(); ++i) x.push_back(g.array_value(operands[i]));
    const auto* p = g.is_tensor_node(k) ? g.tensor_node_at(k).parameters.get() : nullptr;
    row_sets sum(static_cast<std::size_t>(g.array_value(k).size()));
    for (int i = 0; i < operands.size(); ++i)
      if (const auto it = known.find(operands[i]); it != known.end())
        add_composed(detail::local_sparsity(*g.op(k), p, i, x), it->second, sum);
    known.emplace(k, std::move(sum));
  }
  return known;
}

auto append(sparsity& to, const row_sets& rows) -> void {
  for (const auto& row : rows) {
    to.column.insert(to.column.end(), row.begin(), row.end());
    to.start.push_back(to.count());
  }
}

}  // namespace

auto sparsity::row(index_t i) const -> std::span<const index_t> {
  const auto at = start[static_cast<std::size_t>(i)], end = start[static_cast<std::size_t>(i) + 1];
  return {column.data() + at, static_cast<std::size_t>(end - at)};
}

auto sparsity::has(index_t i, index_t j) const -> bool {
  const auto r = row(i);
  return std::binary_search(r.begin(), r.end(), j);
}

namespace detail {
auto local_sparsity(const operation& op, const void* p, int i, std::span<const array> given) -> sparsity {
  const auto& rule = *op.rule;
  std::vector<array> x;
  for (const auto& a : given) x.push_back(a.is_floating() ? stand_in(a.shape(), float64) : a);
  auto& operand = x[static_cast<std::size_t>(i)];
  const auto shape = operand.shape();
  const auto y = rule.result ? rule.result(p, x) : rule.value(p, x);
  const auto rows = y.size(), columns = operand.size();
  sparsity none{columns, std::vector<index_t>(static_cast<std::size_t>(rows) + 1), {}};
  if (!operand.is_floating() || !y.is_floating() || (!op.is_structural() && constant_slope(op, i) == 0)) return none;
  switch (rule.sparsity) {
    case sparsity_kind::elements: return one_in_a_row(numbered(shape).expand(y.shape()), columns);
    case sparsity_kind::axes: return along_axes(rule.follows(p, i, x), shape, y.shape());
    case sparsity_kind::moves: operand = numbered(shape); return one_in_a_row(rule.value(p, x), columns);
    case sparsity_kind::sums: return one_in_a_column(rule.vjp(p, i, x, y, numbered(y.shape())), rows);
    case sparsity_kind::dense: break;
  }
  return along_axes(dims::filled(shape.size(), -1), shape, y.shape());
}
}  // namespace detail

auto jacobian_sparsity(const tensor& y, const tensor& x) -> sparsity {
  sparsity s{x.size(), {0}, {}};
  if (y.is_constant() || x.is_constant()) {
    s.start.resize(static_cast<std::size_t>(y.size()) + 1);
    return s;
  }
  const auto& g = graph::active();
  const auto from = g.id(x.ref(), "jacobian_sparsity"), to = g.id(y.ref(), "jacobian_sparsity");
  row_sets own(static_cast<std::size_t>(x.size()));
  for (std::size_t k = 0; k < own.size(); ++k) own[k] = {static_cast<index_t>(k)};
  auto sets = to < from ? std::map<node_id, row_sets>{} : sets_of(g, {{from, std::move(own)}}, std::array{from}, to);
  append(s, sets.contains(to) ? sets[to] : row_sets(static_cast<std::size_t>(y.size())));
  return s;
}

auto jacobian_sparsity(std::span<const scalar> ys, std::span<const scalar> xs) -> sparsity {
  sparsity s{static_cast<index_t>(xs.size()), {0}, {}};
  std::map<node_id, row_sets> known;
  std::vector<node_id> from;
  const auto id = [](const scalar& v) { return graph::active().id(v.ref(), "jacobian_sparsity"); };
  for (std::size_t j = 0; j < xs.size(); ++j)
    if (!xs[j].is_constant()) {
      from.push_back(id(xs[j]));
      auto& own = known.try_emplace(from.back(), row_sets(1)).first->second;
      own[0].push_back(static_cast<index_t>(j));
    }
  node_id last = 0;
  for (const auto& y : ys)
    if (!y.is_constant()) last = std::max(last, id(y));
  const auto sets = from.empty() ? known : sets_of(graph::active(), known, from, last);
  for (const auto& y : ys) {
    const auto it = y.is_constant() ? sets.end() : sets.find(id(y));
    append(s, it == sets.end() ? row_sets(1) : it->second);
  }
  return s;
}

}  // namespace seegrad
