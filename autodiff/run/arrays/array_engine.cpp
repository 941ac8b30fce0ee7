#include <autodiff/array/create.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/arrays/array_engine.hpp>
#include <autodiff/run/arrays/array_operands.hpp>
#include <fmt/format.h>

namespace seegrad::detail::run {
class array_engine::loan {
 public:
  explicit loan(const array_engine& e) : e_(e) {
    const std::lock_guard lock(e_.access_);
    if (e_.idle_.empty()) memory_ = std::make_unique<memory>(e_.made_.constants, e_.made_.plan.chains.size());
    else memory_ = std::move(e_.idle_.back()), e_.idle_.pop_back();
  }
  ~loan() {
    if (memory_->in_chain) return;  // a chain was left by an error
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

auto array_engine::make_once() const -> void {
  std::call_once(is_made_, [&] {
    made_.constants = laid_out_constants();
    for (const auto& i : c_.instructions) made_.quick.push_back(prepare(i));
    made_.plan = plan_arrays(c_, made_.quick);
  });
}

auto array_engine::laid_out_constants() const -> std::vector<array> {
  auto constants = c_.constants;
  std::vector<bool> stays(constants.size(), false);
  for (const auto& i : c_.instructions)
    if (i.op->is_structural())
      for (std::uint32_t k = 0; k < i.count; ++k) stays[operand(i, k)] = true;
  for (std::size_t s = 0; s < constants.size(); ++s)
    if (!constants[s].is_null() && !stays[s]) constants[s] = constants[s].contiguous();
  return constants;
}

auto array_engine::prepare(const array_instruction& i) const -> prepared_step {
  prepared_step quick;
  if (i.of_numbers || i.is_number || i.count > max_arity) return quick;
  const auto& rule = *i.op->rule;
  array_form x[max_arity];
  for (std::uint32_t k = 0; k < i.count; ++k) {
    x[k] = c_.forms[operand(i, k)];
    if (const auto& constant = made_.constants[operand(i, k)]; !constant.is_null()) x[k].constant = &constant;
  }
  const prepared_for f{i.parameters.get(), {x, i.count}, c_.forms[i.to]};
  if (rule.prepare) quick.value = rule.prepare(f);
  for (std::uint32_t k = 0; k < i.count; ++k) {
    if (!c_.has_derivative[operand(i, k)] || x[k].is_number) continue;
    auto& v = quick.vjp[k];
    const auto by = static_cast<int>(k);
    v.hands_on = !i.op->is_structural() && x[k].type == f.y.type && x[k].shape == f.y.shape && constant_slope(*i.op, by) == 1.0;
    if (!rule.prepare_vjp) continue;
    v.set = rule.prepare_vjp(by, f, false), v.add = rule.prepare_vjp(by, f, true);
  }
  return quick;
}

auto array_engine::run(std::span<const array> x, std::span<const array> cotangents, std::vector<array>& results,
                       std::vector<array>* slopes) const -> void {
  make_once();
  const loan own(*this);
  auto& m = own.get();
  results.clear();  // so that what they lie in can be written to
  results.resize(c_.results.size());
  take_inputs(m, x);
  if (slopes) begin_sweep(m, cotangents, *slopes);
  forward(m, slopes != nullptr);
  ask(m);
  for (std::size_t i = 0; i < results.size(); ++i) results[i] = m.values[c_.results[i]];
  if (slopes) backward(m, *slopes);
  for (const auto& i : c_.inputs) m.values[i.slot] = {};  // the caller's again, who may write to it
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
    else m.values[is.slot] = x[i].cast(is.type);
  }
}

auto array_engine::forward(memory& m, bool with_sweep) const -> void {
  const auto& plan = made_.plan;
  const auto& done = with_sweep ? plan.done_before_sweep : plan.done_with_values;
  for (std::uint32_t n = 0; n < c_.instructions.size(); ++n) {
    const auto c = plan.chain_of[n];
    if (c != array_plan::none && plan.chains[c].first == n && chain_forward(m, c, with_sweep)) {
      for (; n + 1 < plan.chains[c].end; ++n) forget(m, done[n]);
    } else {
      step_forward(m, n);
    }
    forget(m, done[n]);
  }
}

auto array_engine::chain_forward(memory& m, std::uint32_t c, bool with_sweep) const -> bool {
  const auto& is = made_.plan.chains[c];
  if (!with_sweep || c != made_.plan.at_once) return chain(m, is).forward(with_sweep);
  sweep_known(m, is.end);
  if (!chain(m, is).forward_and_back()) return false;
  m.swept = is.first;
  return true;
}

auto array_engine::step_forward(memory& m, std::uint32_t n) const -> void {
  const auto& i = c_.instructions[n];
  const auto& quick = made_.quick[n];
  auto& y = m.values[i.to];
  const void* from[max_arity];
  const auto size = elements(c_.forms[i.to].shape);
  // What is prepared of an operation on whole arrays shares its work out by itself.
  if (quick.value && (size <= numbers_worth_threads || i.op->is_structural()) && addresses(c_, i, m.values, from)) {
    make_room(y, c_.forms[i.to]);
    return quick.value(y.raw(), from, size);
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

// Their shapes may still be asked for.
auto array_engine::forget(memory& m, const std::vector<std::uint32_t>& slots) const -> void {
  for (const auto s : slots) m.values[s] = stand_in(c_.forms[s].shape, c_.forms[s].type);
}

auto array_engine::ask(const memory& m) const -> void {
  const auto of = [&](const guard::subject& s, slot at) { return s.is_node ? s.of(m.values[at]) : s.number; };
  for (const auto& q : c_.questions) run::ask(q, of(q.asked.first, q.first), of(q.asked.second, q.second));
}

}  // namespace seegrad::detail::run
