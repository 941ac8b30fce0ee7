// The sweep back through a program of arrays.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/run/arrays/array_engine.hpp>
#include <autodiff/run/arrays/array_operands.hpp>
#include <fmt/format.h>

namespace seegrad::detail::run {
namespace {

/// In the type of the operand, unless that is a plain number.
auto in_type_of(const array& operand, array a) -> array {
  return operand.is_number() || a.type() == operand.type() ? a : a.cast(operand.type());
}

}  // namespace

auto array_engine::backward(memory& m, std::span<const array> cotangents, std::vector<array>& slopes) const -> void {
  const auto& plan = made_.plan;
  for (auto& a : m.adjoints) a = {};
  slopes.resize(c_.with_slopes);
  for (std::size_t i = 0; i < slopes.size(); ++i) m.room[c_.inputs[i].slot] = std::move(slopes[i]);
  seed(m, cotangents);
  for (auto n = static_cast<std::uint32_t>(c_.instructions.size()); n-- > 0;) {
    const auto chain = plan.chain_of[n];
    if (chain != array_plan::none && plan.chains[chain].end == n + 1 && chain_back(m, plan.chains[chain])) {
      for (; n > plan.chains[chain].first; --n) forget(m, plan.done_in_sweep[n]);
    } else {
      step_back(m, n);
    }
    forget(m, plan.done_in_sweep[n]);
  }
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    auto& a = m.adjoints[c_.inputs[i].slot];
    const auto& is = c_.inputs[i];
    slopes[i] = a.is_null() ? zeros(is.shape, is_floating(is.type) ? is.type : float64) : std::move(a);
    a = {};
  }
}

auto array_engine::seed(memory& m, std::span<const array> cotangents) const -> void {
  if (cotangents.size() != c_.results.size())
    throw error(fmt::format("array_program: {} cotangents are given; it has {} results", cotangents.size(), c_.results.size()));
  for (std::size_t i = 0; i < cotangents.size(); ++i) {
    const auto to = c_.results[i];
    if (!c_.has_derivative[to] || cotangents[i].is_null()) continue;
    const auto& y = m.values[to];
    if (cotangents[i].shape() != y.shape())
      throw error(fmt::format("array_program: the cotangent of result {} has the shape {}; the result has {}", i,
                              to_string(cotangents[i].shape()), to_string(y.shape())));
    auto& a = m.adjoints[to];
    const auto w = y.is_number() ? array(cotangents[i].item()) : cotangents[i].cast(y.type());
    a = a.is_null() ? w : a + w;
  }
}

// As the sweep of a record does it (derive/tensor_step.cpp), in the same order.
auto array_engine::step_back(memory& m, std::uint32_t n) const -> void {
  const auto& i = c_.instructions[n];
  if (!c_.has_derivative[i.to] || m.adjoints[i.to].is_null()) return;
  array cotangent = std::exchange(m.adjoints[i.to], {});
  for (std::uint32_t k = 0; k < i.count; ++k) {
    if (!c_.has_derivative[operand(i, k)]) continue;
    if (!give_quickly(m, n, k, cotangent)) give(m, n, k, cotangent);
  }
  if (static_cast<index_t>(cotangent.bytes()) <= small_bytes) m.room[i.to] = std::move(cotangent);
}

auto array_engine::give_quickly(memory& m, std::uint32_t n, std::uint32_t k, const array& cotangent) const -> bool {
  const auto& i = c_.instructions[n];
  const auto& v = quick_vjp(n, k);
  const auto o = operand(i, k);
  auto& adjoint = m.adjoints[o];
  const bool is_first = adjoint.is_null();
  if (!v.set || cotangent.size() > most_in_one_go || (is_first && v.hands_on) || (!is_first && !adjoint.is_writable_in_place()))
    return false;
  const void* from[max_arity + 2];
  const auto& y = m.values[i.to];
  if (!addresses(c_, i, m.values, from) || !y.is_contiguous() || !cotangent.is_contiguous()) return false;
  from[i.count] = y.raw(), from[i.count + 1] = cotangent.raw();
  if (is_first) {
    adjoint = std::exchange(m.room[o], {});
    make_room(adjoint, o);
  }
  (is_first ? v.set : v.add)(adjoint.raw(), from, cotangent.size());
  return true;
}

auto array_engine::give(memory& m, std::uint32_t n, std::uint32_t k, const array& cotangent) const -> void {
  const auto& i = c_.instructions[n];
  const auto x = operands_of(c_, i, m.values);
  const auto& y = m.values[i.to];
  const auto& rule = *i.op->rule;
  const auto by = static_cast<int>(k);
  auto& adjoint = m.adjoints[operand(i, k)];
  m.room[operand(i, k)] = {};  // may be what the rule gets for its result
  if (i.of_numbers) {
    double each[max_arity];
    numbers_of(x, each);
    const double gets = strong_mul(cotangent.item(), i.op->partial(by, each, y.item()));
    adjoint = array(adjoint.is_null() ? gets : adjoint.item() + gets);
  } else if (x[k].is_number()) {
    const double gets = rule.vjp(i.parameters.get(), by, x, y, cotangent).item();
    adjoint = array(adjoint.is_null() ? gets : adjoint.item() + gets);
  } else if (quick_vjp(n, k).hands_on) {
    if (adjoint.is_null()) adjoint = cotangent;
    else add_into(adjoint, cotangent);
  } else if (adjoint.is_null()) {
    adjoint = in_type_of(x[k], rule.vjp(i.parameters.get(), by, x, y, cotangent));
  } else {
    rule.vjp_into(i.parameters.get(), by, x, y, cotangent, adjoint);
  }
}

// The cotangent of an element-by-element operation; the same number everywhere, as a sum hands it on, is written out for one strip.
auto array_engine::cotangent_address(memory& m, slot s) const -> strip_address {
  if (m.strip[s] != none) return in_strip(m.strip[s]);
  auto& a = m.adjoints[s];
  if (!a.is_contiguous() && std::ranges::all_of(a.strides(), [](index_t step) { return step == 0; })) {
    m.kept.push_back(a.view({}, {}).expand({strip_length}).copy());
    return {strip_address::fixed, m.kept.back().raw(), 0};
  }
  if (!a.is_contiguous()) a = a.contiguous();
  return {strip_address::whole, a.raw(), 0};
}

auto array_engine::chain_back(memory& m, const array_plan::chain& c) const -> bool {
  const auto& plan = made_.plan;
  for (auto n = c.first; n < c.end; ++n) {
    const auto& i = c_.instructions[n];
    if (plan.is_read_back[i.to] && !address(m.values[i.to])) return false;
    for (std::uint32_t k = 0; k < i.count; ++k) {
      const auto o = operand(i, k);
      if (plan.is_read_back[o] && !address(m.values[o])) return false;
      if (c_.has_derivative[o] && !quick_vjp(n, k).set) return false;
    }
  }
  m.steps.clear();
  strip_list strips;
  for (auto n = c.end; n-- > c.first;) {
    const auto& i = c_.instructions[n];
    if (!c_.has_derivative[i.to] || (m.adjoints[i.to].is_null() && m.strip[i.to] == none)) continue;
    const auto cotangent = cotangent_address(m, i.to);
    strip_step s{nullptr, {}, {}, i.count + 2};
    // What no vjp reads may be anything, but for numbers, which are written out.
    const auto value = [&](slot at) {
      return plan.is_read_back[at] || m.values[at].is_number() ? *address(m.values[at]) : cotangent;
    };
    for (std::uint32_t k = 0; k < i.count; ++k) s.from[k] = value(operand(i, k));
    s.from[i.count] = value(i.to);
    s.from[i.count + 1] = cotangent;
    auto own = std::exchange(m.strip[i.to], none);
    auto last = i.count;
    while (last > 0 && !c_.has_derivative[operand(i, last - 1)]) --last;
    for (std::uint32_t k = 0; k < i.count; ++k) {
      const auto o = operand(i, k);
      if (!c_.has_derivative[o]) continue;
      auto& adjoint = m.adjoints[o];
      const bool is_first = adjoint.is_null() && m.strip[o] == none;
      const auto& v = quick_vjp(n, k);
      if (is_first && is_made_in(c, o)) {
        const bool is_handed_on = v.hands_on && k + 1 == last && own != none;  // nobody else wants the cotangent any more
        m.strip[o] = is_handed_on ? std::exchange(own, none) : strips.take();
        if (is_handed_on) continue;
      } else if (is_first) adjoint = array::uninitialized(c_.forms[o].type, c_.forms[o].shape);
      else if (m.strip[o] == none) adjoint.make_writable();
      s.call = is_first ? &v.set : &v.add;
      s.to = m.strip[o] != none ? in_strip(m.strip[o]) : strip_address{strip_address::whole, adjoint.raw(), 0};
      m.steps.push_back(s);
    }
    if (own != none) strips.give(own);
  }
  const auto& form = c_.forms[c_.instructions[c.first].to];
  run_strips(m.steps, strips.most(), elements(form.shape), form.type);
  for (auto n = c.first; n < c.end; ++n) m.adjoints[c_.instructions[n].to] = {};
  m.kept.clear();
  return true;
}

}  // namespace seegrad::detail::run
