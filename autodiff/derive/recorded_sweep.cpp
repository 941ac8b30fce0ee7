#include <autodiff/derive/recorded_sweep.hpp>

#include <algorithm>
#include <autodiff/derive/by_code.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/derive/memory_error.hpp>
#include <autodiff/ops/shape/indexing.hpp>
#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/ops/table/make_operation.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <cstring>

namespace seegrad::detail {
namespace {

constexpr std::size_t together = sizeof(std::uint64_t);  // marks that are looked at in one go

auto all_none(const std::uint8_t* marks) -> bool {
  std::uint64_t word;
  std::memcpy(&word, marks, together);
  return word == 0;
}

template <class F>
[[gnu::always_inline]] inline auto each_operand(const graph& g, node_id k, F f) -> void {
  const auto n = g.nodes()[k];
  switch (detail::operands_in_node[n.code()]) {
    case 2: f(n.second()); [[fallthrough]];
    case 1: f(n.first()); return;
    default:
      if (n.code() >= code::first_operation)
        for (auto o : g.operands(k)) f(o);
  }
}

// Those whose slope is a few instructions are compiled into the loop.
template <class Op>
constexpr bool is_compiled = Op::light && Op::arity <= 2 && !entry_maker<Op>::has_result_times_partial;

auto as_number(arithmetic auto d) -> scalar { return d; }
auto as_number(const deferred& d) -> scalar { return d.number; }

}  // namespace

recorded_sweep::recorded_sweep(graph& g, std::span<const node_id> xs, std::span<const node_id> ys) : g_(g) {
  const auto last = ys.empty() ? node_id{0} : *std::max_element(ys.begin(), ys.end());
  first_ = last;
  for (auto x : xs) first_ = std::min(first_, x);
  size_ = std::size_t{last} - first_ + 1;
  or_no_memory("recorded_gradient", size_, [&] {
    marks_.renew(size_ + together);
    numbers_.renew(size_ * sizeof(scalar));
  });
  std::memset(marks(), none, size_ + together);
  for (auto y : ys)
    if (y >= first_) marks()[y - first_] = leads_to_y;
  for (auto k = size_; k-- > 0;) {
    if (skip_down(k) || marks()[k] == none) continue;
    each_operand(g, first_ + static_cast<node_id>(k), [&](node_id o) {
      if (o >= first_) marks()[o - first_] = leads_to_y;
    });
  }
  mark_between(xs);
}

auto recorded_sweep::skip_down(std::size_t& k) const -> bool {
  if (k < together - 1 || !all_none(marks() + k - (together - 1))) return false;
  k -= together - 1;
  return true;
}

// Of what leads to y, that which depends on an x.
auto recorded_sweep::mark_between(std::span<const node_id> xs) -> void {
  const auto take_in = [&](node_id k) { marks()[k - first_] = between, number(k) = scalar(); };
  for (auto x : xs)
    if (x - first_ < size_ && marks()[x - first_] != none) take_in(x);
  for (std::size_t k = 0; k < size_; ++k) {
    if (all_none(marks() + k)) {
      k += together - 1;
      continue;
    }
    if (marks()[k] != leads_to_y) continue;
    const auto id = first_ + static_cast<node_id>(k);
    bool depends = false;
    each_operand(g_, id, [&](node_id o) { depends |= takes_part(o); });
    if (depends && g_.is_differentiable(id)) take_in(id);
  }
}

auto recorded_sweep::run() -> void {
  for (auto k = size_; k-- > 0;) {
    if (skip_down(k) || marks()[k] != between) continue;
    const auto id = first_ + static_cast<node_id>(k);
    if (const auto n = g_.nodes()[id]; n.code() < code::first_operation) continue;
    else if (n.code() != code::tabled) step(id, n, number(id));
    else if (!g_.is_tensor(id)) vjp<tensor>(id, number(id));
    else if (const auto it = arrays_.find(id); it != arrays_.end()) vjp<tensor>(id, it->second);
  }
}

auto recorded_sweep::step(node_id k, const node& n, const scalar& cotangent) -> void {
  if (cotangent.is_constant() && cotangent.value() == 0) return;
  bool done = false;
  detail::by_code(n.code(), [&]<class Op, unsigned Activity>(detail::coded<Op, Activity>) {
    if constexpr (is_compiled<Op> && Op::arity == 1) {
      const auto a = n.first();
      if (takes_part(a)) add(a, recorded_times(cotangent, as_number(partial<Op, 0>(deferred(value(a)), deferred(value(k))))));
      done = true;
    } else if constexpr (is_compiled<Op>) {
      const auto a = n.first(), b = n.second();
      const deferred x = value(a), z = value(b), y = value(k);
      if (Activity != activity::second_only && takes_part(a))
        add(a, recorded_times(cotangent, as_number(partial<Op, 0>(x, z, y))));
      if (Activity != activity::first_only && takes_part(b))
        add(b, recorded_times(cotangent, as_number(partial<Op, 1>(x, z, y))));
      done = true;
    }
  });
  if (!done) vjp<scalar>(k, cotangent);
}

template <class T>
auto recorded_sweep::vjp(node_id k, const T cotangent) -> void {
  if constexpr (std::same_as<T, tensor>)
    if (!g_.is_tensor(k) && cotangent.is_constant() && cotangent.value().item() == 0) return;
  const recorded_node<T> n(g_, k);
  for (std::size_t i = 0; i < n.operands().size(); ++i)
    if (const auto o = n.operands()[i]; takes_part(o)) add(o, n.vjp(i, cotangent));
}

auto recorded_sweep::add(node_id k, const scalar& t) -> void {
  const auto is_zero = [](const scalar& x) { return x.is_constant() && x.value() == 0; };
  if (auto& a = number(k); is_zero(a)) a = t;
  else if (!is_zero(t)) a = a + t;
}

auto recorded_sweep::add(node_id k, const tensor& t) -> void {
  if (t.value().is_null()) return;
  if (!g_.is_tensor(k)) return add(k, t.value().is_number() ? scalar(t.value().item(), t.ref()) : item(t));
  const auto typed = cast(t, g_.tensor_node_at(k).value.type());
  const auto [it, is_new] = arrays_.try_emplace(k, typed);
  if (!is_new) it->second = it->second + typed;
}

}  // namespace seegrad::detail
