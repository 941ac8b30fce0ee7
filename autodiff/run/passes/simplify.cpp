// Algebra that changes no bit, for any numbers: zeros of either sign, infinities and NaN among them. A derivative may differ in the sign of a zero, which
// nobody sees (run/block.hpp).

#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/passes/reads.hpp>
#include <autodiff/run/passes/rewriting.hpp>
#include <cmath>
#include <numeric>

namespace seegrad::detail::run {
namespace {

template <class Op>
auto become(instruction& i, slot a, slot b = no_slot) -> void {
  i.op = &operation_of<Op>(), i.x[0] = a, i.x[1] = b, i.x[2] = no_slot;
}

class simplifying {
 public:
  explicit simplifying(code& c) : c_(c), numbers_(c), writes_(count_writes(c)), same_(c.slots), made_(c.slots, nothing) {
    std::iota(same_.begin(), same_.end(), slot{0});
  }

  auto run() -> void {
    std::size_t forward = 0;
    for (std::size_t at = 0; at < c_.instructions.size(); ++at) {
      auto i = c_.instructions[at];
      each_read(i, [&](slot& s) { s = same(s); });
      const auto equal = is_vjp(i) ? slope(i) : i.what == instruction::kind::value ? value(i) : no_slot;
      if (equal != no_slot) {
        same_[i.to] = equal;
        continue;
      }
      if (i.what != instruction::kind::vjp_add && writes_[i.to] == 1) made_[i.to] = kept_;
      c_.instructions[kept_++] = i;
      forward += at < c_.forward;
    }
    c_.instructions.resize(kept_), c_.forward = forward;
    const auto now = [&](slot& s) {
      if (s != no_slot) s = same(s);
    };
    for (auto* list : {&c_.results, &c_.slopes})
      for (auto& s : *list) now(s);
    for (auto& q : c_.questions) now(q.first), now(q.second);
  }

 private:
  static constexpr auto nothing = ~std::size_t{0};

  auto same(slot s) const -> slot { return s < same_.size() ? same_[s] : s; }  // a constant that was added is what it is
  /// What s is the negation of; no_slot where it is none.
  auto negated(slot s) const -> slot {
    if (s >= made_.size() || made_[s] == nothing) return no_slot;
    const auto& i = c_.instructions[made_[s]];
    return i.what == instruction::kind::value && is<neg_op>(i) ? i.x[0] : no_slot;
  }
  /// 1/x, where x is a power of two and 1/x as well: then a quotient by x is a product with it.
  static auto exact_reciprocal(double x) -> std::optional<double> {
    int exponent = 0;
    if (!std::isnormal(x) || std::abs(std::frexp(x, &exponent)) != 0.5 || !std::isnormal(1 / x)) return std::nullopt;
    return 1 / x;
  }

  // --- Values: the slot that holds it already, or what it is made of by something simpler ---

  auto value(instruction& i) -> slot {
    const auto a = i.x[0], b = i.x[1];
    if (is<identity_op>(i)) return a;
    if (is<neg_op>(i)) return negated(a);
    if (is<add_op>(i)) return sum(i);
    if (is<sub_op>(i)) return difference(i);
    if (is<mul_op>(i)) return product(i);
    if (is<div_op>(i)) return quotient(i);
    if (is<pow_op>(i)) return numbers_.is(b, 1) ? a : no_slot;
    if (is<min_op>(i) || is<max_op>(i)) return a == b ? a : no_slot;
    if (is<select_op>(i)) return b == i.x[2] ? b : no_slot;
    if ((is<abs_op>(i) || is<square_op>(i)) && negated(a) != no_slot) i.x[0] = negated(a);
    if (is<fma_op>(i)) {
      if (numbers_.is(a, 1)) return become<add_op>(i, b, i.x[2]), sum(i);
      if (numbers_.is(b, 1)) return become<add_op>(i, a, i.x[2]), sum(i);
    }
    return no_slot;
  }
  auto sum(instruction& i) -> slot {
    const auto a = i.x[0], b = i.x[1];
    if (numbers_.is(a, -0.0)) return b;
    if (numbers_.is(b, -0.0)) return a;
    if (negated(b) != no_slot) return become<sub_op>(i, a, negated(b)), no_slot;
    if (negated(a) != no_slot) return become<sub_op>(i, b, negated(a)), no_slot;
    return no_slot;
  }
  auto difference(instruction& i) -> slot {
    if (numbers_.is(i.x[1], 0.0)) return i.x[0];
    if (negated(i.x[1]) != no_slot) become<add_op>(i, i.x[0], negated(i.x[1]));
    return no_slot;
  }
  auto product(instruction& i) -> slot {
    for (const int k : {0, 1}) {
      const auto x = i.x[k], by = i.x[1 - k];
      if (numbers_.is(by, 1)) return x;
      if (numbers_.is(by, -1)) return negated(x) != no_slot ? negated(x) : (become<neg_op>(i, x), no_slot);
      if (negated(x) == no_slot) continue;
      if (const auto number = numbers_.at(by)) return become<mul_op>(i, negated(x), numbers_.slot_of(-*number)), product(i);
      if (negated(by) != no_slot) return become<mul_op>(i, negated(i.x[0]), negated(i.x[1])), product(i);
    }
    return no_slot;
  }
  auto quotient(instruction& i) -> slot {
    const auto x = i.x[0], by = i.x[1];
    if (const auto number = numbers_.at(by)) {
      if (const auto factor = exact_reciprocal(*number)) return become<mul_op>(i, x, numbers_.slot_of(*factor)), product(i);
      if (negated(x) != no_slot) become<div_op>(i, negated(x), numbers_.slot_of(-*number));
    } else if (negated(x) != no_slot && negated(by) != no_slot) {
      become<div_op>(i, negated(x), negated(by));
    }
    return no_slot;
  }

  // --- Derivatives: the slot that holds it already ---

  auto slope(instruction& i) -> slot {
    if (is<div_op>(i) && i.by == 0)
      if (const auto number = numbers_.at(i.x[1]))
        if (const auto factor = exact_reciprocal(*number)) become<mul_op>(i, i.x[0], numbers_.slot_of(*factor));
    auto d = slope_of(i);
    if (d == -1 && gives_negative(i.back))
      i.back = c_.instructions[made_[i.back]].back, d = 1, hand_on(i, operation_of<identity_op>());
    else if (d == 1) hand_on(i, operation_of<identity_op>());
    else if (d == -1) hand_on(i, operation_of<neg_op>());
    return d == 1 && writes_[i.to] == 1 ? i.back : no_slot;
  }
  auto slope_of(const instruction& i) const -> std::optional<double> {
    if (is<mul_op>(i)) return numbers_.at(i.x[1 - i.by]);
    if (is<pow_op>(i) && i.by == 0 && numbers_.is(i.x[1], 1)) return 1;
    return constant_slope(*i.op, i.by);
  }
  /// Whether an adjoint is another one with the other sign, and nothing else.
  auto gives_negative(slot s) const -> bool {
    if (s >= made_.size() || made_[s] == nothing) return false;
    const auto& i = c_.instructions[made_[s]];
    return i.what == instruction::kind::vjp && slope_of(i) == -1;
  }
  /// Lets it be a derivative by `as`, unless it has the same slope as it is, and reads nothing but its cotangent.
  auto hand_on(instruction& i, const operation& as) -> void {
    if (constant_slope(*i.op, i.by) != constant_slope(as, 0)) i.op = &as, i.by = 0;
    i.y = i.back;
    for (int k = 0; k < max_arity; ++k) i.x[k] = k < i.op->arity ? i.back : no_slot;
  }

  code& c_;
  constants numbers_;
  std::vector<std::uint32_t> writes_;
  std::vector<slot> same_;
  std::vector<std::size_t> made_;  // by slot that is written once: which of the kept instructions does it
  std::size_t kept_ = 0;
};

}  // namespace

auto simplify(code& c) -> void { simplifying(c).run(); }

}  // namespace seegrad::detail::run
