#include <autodiff/array/create.hpp>
#include <autodiff/array/few.hpp>
#include <autodiff/array/view.hpp>
#include <autodiff/graph/guard_text.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/run/arrays/array_engine.hpp>
#include <fmt/format.h>

namespace seegrad::detail::run {
namespace {

/// In the type of the operand, unless that is a plain number.
auto in_type_of(const array& operand, array a) -> array {
  return operand.is_number() || a.type() == operand.type() ? a : a.cast(operand.type());
}

auto operands_of(const array_code& c, const array_instruction& i, const std::vector<array>& values) -> few<array> {
  few<array> x(i.count);
  for (std::uint32_t k = 0; k < i.count; ++k) x[k] = values[c.operands[i.first + k]];
  return x;
}

auto numbers_of(const few<array>& x, double* to) -> void {
  for (std::size_t k = 0; k < x.size(); ++k) to[k] = x[k].item();
}

}  // namespace

class array_engine::loan {
 public:
  explicit loan(const array_engine& e) : e_(e) {
    const std::lock_guard lock(e_.access_);
    if (e_.idle_.empty()) memory_ = std::make_unique<memory>(e_.c_.constants);
    else memory_ = std::move(e_.idle_.back()), e_.idle_.pop_back();
  }
  ~loan() {
    const std::lock_guard lock(e_.access_);
    e_.idle_.push_back(std::move(memory_));
  }
  loan(const loan&) = delete;
  auto operator=(const loan&) -> loan& = delete;

  auto get() const -> memory& { return *memory_; }

 private:
  const array_engine& e_;
  std::unique_ptr<memory> memory_;
};

array_engine::array_engine(array_code c) : c_(std::move(c)) {
  for (auto& constant : c_.constants)
    if (!constant.is_null()) constant = constant.contiguous();
  for (const auto& i : c_.instructions) quick_.push_back(prepare(i));
}

auto array_engine::prepare(const array_instruction& i) const -> prepared_step {
  prepared_step quick;
  if (i.of_numbers || i.is_number || i.count > max_arity) return quick;
  const auto& rule = *i.op->rule;
  array_form x[max_arity];
  for (std::uint32_t k = 0; k < i.count; ++k) x[k] = c_.forms[c_.operands[i.first + k]];
  const prepared_for f{i.parameters.get(), {x, i.count}, c_.forms[i.to]};
  if (rule.prepare) quick.value = rule.prepare(f);
  for (std::uint32_t k = 0; k < i.count; ++k) {
    if (!c_.has_derivative[c_.operands[i.first + k]] || x[k].is_number) continue;
    auto& v = quick.vjp[k];
    const auto slot = static_cast<int>(k);
    v.hands_on = !i.op->is_structural() && x[k].type == f.y.type && x[k].shape == f.y.shape && constant_slope(*i.op, slot) == 1.0;
    if (!rule.prepare_vjp) continue;
    v.set = rule.prepare_vjp(slot, f, false), v.add = rule.prepare_vjp(slot, f, true);
  }
  return quick;
}

auto array_engine::run(std::span<const array> x, std::span<const array> cotangents, std::vector<array>& results,
                       std::vector<array>* slopes) const -> void {
  const loan own(*this);
  auto& m = own.get();
  results.clear();  // so that what they lie in can be written to
  results.resize(c_.results.size());
  take_inputs(m, x);
  forward(m);
  ask(m);
  for (std::size_t i = 0; i < results.size(); ++i) results[i] = m.values[c_.results[i]];
  if (slopes) backward(m, cotangents, *slopes);
  for (const auto& i : c_.inputs) m.values[i.slot] = {};  // the caller's again, who may write to it
}

auto array_engine::backward(memory& m, std::span<const array> cotangents, std::vector<array>& slopes) const -> void {
  for (auto& a : m.adjoints) a = {};
  slopes.resize(c_.with_slopes);
  for (std::size_t i = 0; i < slopes.size(); ++i) m.room[c_.inputs[i].slot] = std::move(slopes[i]);
  seed(m, cotangents);
  for (auto i = c_.instructions.size(); i-- > 0;) step_back(m, c_.instructions[i], quick_[i]);
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    auto& a = m.adjoints[c_.inputs[i].slot];
    const auto& is = c_.inputs[i];
    slopes[i] = a.is_null() ? zeros(is.shape, is_floating(is.type) ? is.type : float64) : std::move(a);
    a = {};
  }
}

auto array_engine::take_inputs(memory& m, std::span<const array> x) const -> void {
  if (x.size() != c_.inputs.size())
    throw error(fmt::format("array_program: {} arrays are given; it has {} inputs", x.size(), c_.inputs.size()));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto& is = c_.inputs[i];
    if (x[i].shape() != is.shape)
      throw error(fmt::format("array_program: input {} has the shape {}; it was recorded with {}", i, to_string(x[i].shape()),
                              to_string(is.shape)));
    if (is.is_number) m.values[is.slot] = array(x[i].item());
    else if (x[i].type() == is.type && x[i].is_contiguous()) m.values[is.slot] = x[i];
    else m.values[is.slot] = x[i].cast(is.type).contiguous();
  }
}

namespace {

// Their addresses, if all are of one piece.
auto addresses(const array_code& c, const array_instruction& i, const std::vector<array>& values, const void** to) -> bool {
  for (std::uint32_t k = 0; k < i.count; ++k) {
    const auto& x = values[c.operands[i.first + k]];
    if (!x.is_contiguous()) return false;
    to[k] = x.raw();
  }
  return true;
}

auto make_room(array& a, const array_form& form) -> void {
  if (!a.is_writable_in_place()) a = array::uninitialized(form.type, form.shape);
}

}  // namespace

auto array_engine::forward(memory& m) const -> void {
  const void* from[max_arity];
  for (std::size_t n = 0; n < c_.instructions.size(); ++n) {
    const auto& i = c_.instructions[n];
    auto& y = m.values[i.to];
    if (quick_[n].value && addresses(c_, i, m.values, from)) {
      make_room(y, c_.forms[i.to]);
      quick_[n].value(y.raw(), from);
      continue;
    }
    const auto x = operands_of(c_, i, m.values);
    if (i.of_numbers) {
      double each[max_arity];
      numbers_of(x, each);
      y = array(i.op->value(each));
    } else if (!i.is_number && !y.is_null() && y.is_writable_in_place()) {
      i.op->rule->value_into(i.parameters.get(), x, y);
    } else {
      y = i.op->rule->value(i.parameters.get(), x);
      if (i.is_number) y = array(y.item());
    }
  }
}

auto array_engine::ask(const memory& m) const -> void {
  for (const auto& q : c_.questions) {
    const auto of = [&](const guard::subject& s, std::uint32_t slot) {
      if (!s.is_node) return s.number;
      const auto& v = m.values[slot];
      return v.is_number() ? v.item() : views::reshape(v, {-1}).cast(float64).at(s.element);
    };
    const double answer = q.asked.ask(of(q.asked.first, q.first), of(q.asked.second, q.second));
    if (answer != q.asked.answer && (answer == answer || q.asked.answer == q.asked.answer))
      throw failure_of(q.asked, q.text, q.number, answer);
  }
}

auto array_engine::seed(memory& m, std::span<const array> cotangents) const -> void {
  if (cotangents.size() != c_.results.size())
    throw error(fmt::format("array_program: {} cotangents are given; it has {} results", cotangents.size(), c_.results.size()));
  for (std::size_t i = 0; i < cotangents.size(); ++i) {
    const auto slot = c_.results[i];
    if (!c_.has_derivative[slot] || cotangents[i].is_null()) continue;
    const auto& y = m.values[slot];
    if (cotangents[i].shape() != y.shape())
      throw error(fmt::format("array_program: the cotangent of result {} has the shape {}; the result has {}", i,
                              to_string(cotangents[i].shape()), to_string(y.shape())));
    auto& a = m.adjoints[slot];
    const auto w = y.is_number() ? array(cotangents[i].item()) : cotangents[i].cast(y.type());
    a = a.is_null() ? w : a + w;
  }
}

// As the sweep of a record does it (derive/tensor_step.cpp), in the same order.
auto array_engine::step_back(memory& m, const array_instruction& i, const prepared_step& quick) const -> void {
  if (!c_.has_derivative[i.to] || m.adjoints[i.to].is_null()) return;
  array cotangent = std::exchange(m.adjoints[i.to], {});
  for (std::uint32_t k = 0; k < i.count; ++k) {
    if (!c_.has_derivative[c_.operands[i.first + k]]) continue;
    if (!give_quickly(m, i, quick, k, cotangent)) give(m, i, quick, k, cotangent);
  }
  m.room[i.to] = std::move(cotangent);
}

auto array_engine::give_quickly(memory& m, const array_instruction& i, const prepared_step& quick, std::uint32_t k,
                                const array& cotangent) const -> bool {
  const auto& v = quick.vjp[k];
  const auto o = c_.operands[i.first + k];
  auto& adjoint = m.adjoints[o];
  const bool is_first = adjoint.is_null();
  if (!v.set || (is_first && v.hands_on) || (!is_first && !adjoint.is_writable_in_place())) return false;
  const void* from[max_arity + 2];
  const auto& y = m.values[i.to];
  if (!addresses(c_, i, m.values, from) || !y.is_contiguous() || !cotangent.is_contiguous()) return false;
  from[i.count] = y.raw(), from[i.count + 1] = cotangent.raw();
  if (is_first) {
    adjoint = std::exchange(m.room[o], {});
    make_room(adjoint, c_.forms[o]);
  }
  (is_first ? v.set : v.add)(adjoint.raw(), from);
  return true;
}

auto array_engine::give(memory& m, const array_instruction& i, const prepared_step& quick, std::uint32_t k,
                        const array& cotangent) const -> void {
  const auto x = operands_of(c_, i, m.values);
  const auto& y = m.values[i.to];
  const auto& rule = *i.op->rule;
  const auto slot = static_cast<int>(k);
  auto& adjoint = m.adjoints[c_.operands[i.first + k]];
  if (i.of_numbers) {
    double each[max_arity];
    numbers_of(x, each);
    const double gets = strong_mul(cotangent.item(), i.op->partial(slot, each, y.item()));
    adjoint = array(adjoint.is_null() ? gets : adjoint.item() + gets);
  } else if (x[k].is_number()) {
    const double gets = rule.vjp(i.parameters.get(), slot, x, y, cotangent).item();
    adjoint = array(adjoint.is_null() ? gets : adjoint.item() + gets);
  } else if (quick.vjp[k].hands_on) {
    if (adjoint.is_null()) adjoint = cotangent;
    else add_into(adjoint, cotangent);
  } else if (adjoint.is_null()) {
    adjoint = in_type_of(x[k], rule.vjp(i.parameters.get(), slot, x, y, cotangent));
  } else {
    rule.vjp_into(i.parameters.get(), slot, x, y, cotangent, adjoint);
  }
}

}  // namespace seegrad::detail::run
