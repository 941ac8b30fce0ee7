#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/passes/reads.hpp>
#include <autodiff/run/passes/rewriting.hpp>

namespace seegrad::detail::run {
namespace {

class sharing : rewriting {
 public:
  explicit sharing(code& c) : rewriting(c), divisions_(c.slots, 0), reciprocals_(c.slots, no_slot) {}

  auto run() -> void {
    for (const auto& i : c_.instructions)
      if (const auto by = divisor(i); by != no_slot) ++divisions_[by];
    go_through([&](const instruction& i) {
      const auto by = divisor(i);
      if (by == no_slot || divisions_[by] < 2) return keep(i);
      if (i.what != instruction::kind::value) return multiply_back(i, factor(i, by));
      // The first of them may be the reciprocal itself.
      if (numbers_.is(i.x[0], 1) && reciprocals_[by] == no_slot) keep(i), reciprocals_[by] = i.to;
      else value_in<mul_op>(i.to, i, i.x[0], reciprocal(i, by));
    });
  }

 private:
  /// What it divides by; no_slot where it does not, or where that is a constant.
  auto divisor(const instruction& i) const -> slot {
    const auto by = is<div_op>(i) ? i.x[1] : is_vjp(i) && is<log_op>(i) ? i.x[0] : is_vjp(i) && is<sqrt_op>(i) ? i.y : no_slot;
    return by == no_slot || numbers_.at(by) ? no_slot : by;
  }
  auto reciprocal(const instruction& i, slot by) -> slot {
    if (reciprocals_[by] == no_slot) {
      const auto r = value<div_op>(i, numbers_.slot_of(1), by);
      reciprocals_[by] = r;
    }
    return reciprocals_[by];
  }
  /// The local derivative of what divides.
  auto factor(const instruction& i, slot by) -> slot {
    const auto r = reciprocal(i, by);
    if (is<sqrt_op>(i)) return value<mul_op>(i, numbers_.slot_of(0.5), r);
    if (is<div_op>(i) && i.by == 1) return value<neg_op>(i, value<mul_op>(i, i.y, r));
    return r;
  }
  auto multiply_back(instruction i, slot factor) -> void {
    i.op = &operation_of<mul_op>(), i.by = 0;
    i.x[0] = i.y = i.back, i.x[1] = factor, i.x[2] = no_slot;
    keep(i);
  }

  std::vector<std::uint32_t> divisions_;  // by slot: how often it is a divisor
  std::vector<slot> reciprocals_;         // by slot
};

}  // namespace

auto share_reciprocals(code& c) -> void { sharing(c).run(); }

}  // namespace seegrad::detail::run
