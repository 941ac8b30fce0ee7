#pragma once
// A scalar as paragraphs see it while a derivative is recorded: what they compare becomes a node, and what they choose a select.
//
// `a < b` of two scalars is a bool, by which the user's program branches. A rule must not branch: what it decided at this point would stand
// in the record for every other point.

#include <autodiff/ops/pointwise/comparison.hpp>
#include <autodiff/ops/pointwise/piecewise.hpp>
#include <autodiff/trace/traced.hpp>

namespace seegrad {

struct deferred {
  scalar number;

  deferred(arithmetic auto x) : number(x) {}
  deferred(const scalar& x) : number(x) {}

  /// The outcome of a comparison: 1 or 0, a node unless all operands are constants.
  struct mask {
    scalar truth;

    friend auto select(const mask& m, const deferred& yes, const deferred& no) -> deferred {
      if (m.truth.is_constant()) return m.truth.value() != 0 ? yes : no;
      if (is(yes, 1) && is(no, 0)) return m.truth;
      return select(m.truth, yes.number, no.number);
    }
    friend auto both(const mask& a, const mask& b) -> mask { return {logical_and(a.truth, b.truth)}; }

   private:
    static auto is(const deferred& x, double v) -> bool { return x.number.is_constant() && x.number.value() == v; }
  };

  // clang-format off
  friend auto operator<(const deferred& a, const deferred& b) -> mask { return {less(a.number, b.number)}; }
  friend auto operator<=(const deferred& a, const deferred& b) -> mask { return {less_equal(a.number, b.number)}; }
  friend auto operator>(const deferred& a, const deferred& b) -> mask { return {greater(a.number, b.number)}; }
  friend auto operator>=(const deferred& a, const deferred& b) -> mask { return {greater_equal(a.number, b.number)}; }
  friend auto operator==(const deferred& a, const deferred& b) -> mask { return {equal(a.number, b.number)}; }
  // clang-format on
};

template <>
struct lift<deferred> {
  template <class Op, class... A>
  static auto apply(const A&... a) -> deferred {
    return seegrad::apply<Op>(deferred(a).number...);
  }
};

}  // namespace seegrad
