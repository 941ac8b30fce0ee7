// The sweep back through a program of arrays.

#include <autodiff/array/create.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/ops/structural/structural.hpp>
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

auto array_engine::begin_sweep(memory& m, std::span<const array> cotangents, std::vector<array>& slopes) const -> void {
  if (cotangents.size() != c_.results.size())
    throw error(fmt::format("array_program: {} cotangents are given; it has {} results", cotangents.size(), c_.results.size()));
  m.swept = static_cast<std::uint32_t>(c_.instructions.size());
  for (auto& a : m.adjoints) a = {};
  for (std::size_t i = 0; i < cotangents.size(); ++i) {
    const auto to = c_.results[i];
    if (!c_.has_derivative[to] || cotangents[i].is_null()) continue;
    const auto& y = c_.forms[to];
    if (cotangents[i].shape() != y.shape)
      throw error(fmt::format("array_program: the cotangent of result {} has the shape {}; the result has {}", i,
                              to_string(cotangents[i].shape()), to_string(y.shape)));
    auto& a = m.adjoints[to];
    const auto w = y.is_number ? array(cotangents[i].item()) : cotangents[i].cast(y.type);
    a = a.is_null() ? w : a + w;
  }
  slopes.resize(c_.with_slopes);
  for (std::size_t i = 0; i < slopes.size(); ++i) m.room[c_.inputs[i].slot] = std::move(slopes[i]);
}

// What comes behind the chain that goes back at once, before it has been computed: its vjps read no number that is not there yet, only shapes.
auto array_engine::sweep_known(memory& m, std::uint32_t end) const -> void {
  const auto size = static_cast<std::uint32_t>(c_.instructions.size());
  for (auto n = made_.plan.chains[made_.plan.at_once].first; n < size; ++n)
    if (const auto to = c_.instructions[n].to; m.values[to].is_null())
      m.values[to] = c_.forms[to].is_number ? array(0.0) : stand_in(c_.forms[to].shape, c_.forms[to].type);
  for (auto n = size; n-- > end;) step_back(m, n);
  m.swept = end;
}

auto array_engine::backward(memory& m, std::vector<array>& slopes) const -> void {
  const auto& plan = made_.plan;
  for (auto n = static_cast<std::uint32_t>(c_.instructions.size()); n-- > 0;) {
    const auto c = plan.chain_of[n];
    const bool is_swept = n >= m.swept;
    if (!is_swept && c != array_plan::none && plan.chains[c].end == n + 1 && chain(m, plan.chains[c]).back()) {
      for (; n > plan.chains[c].first; --n) forget(m, plan.done_in_sweep[n]);
    } else if (!is_swept) {
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
  const auto& v = made_.quick[n].by(k);
  const auto o = operand(i, k);
  auto& adjoint = m.adjoints[o];
  const bool is_first = adjoint.is_null();
  if (!v.set || cotangent.size() > numbers_worth_threads || (is_first && v.hands_on) ||
      (!is_first && !adjoint.is_writable_in_place()))
    return false;
  const void* from[max_arity + 2];
  const auto& y = m.values[i.to];
  if (!addresses(c_, i, m.values, from) || !y.is_contiguous() || !cotangent.is_contiguous()) return false;
  from[i.count] = y.raw(), from[i.count + 1] = cotangent.raw();
  if (is_first) {
    adjoint = std::exchange(m.room[o], {});
    make_room(adjoint, c_.forms[o]);
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
  } else if (made_.quick[n].by(k).hands_on) {
    if (adjoint.is_null()) adjoint = cotangent;
    else add_into(adjoint, cotangent);
  } else if (adjoint.is_null()) {
    adjoint = in_type_of(x[k], rule.vjp(i.parameters.get(), by, x, y, cotangent));
  } else {
    rule.vjp_into(i.parameters.get(), by, x, y, cotangent, adjoint);
  }
}

}  // namespace seegrad::detail::run
