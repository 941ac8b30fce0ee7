#pragma once
// Dual numbers: a value and its derivative along one direction, carried forward through a computation.
//
//   dual x{0.5, 1.0};                // value, tangent
//   dual y = exp(x) * x;             // y.tangent is dy/dx
//
// dual<dual<double>> carries second derivatives. A dual number's rule for an operation is the operation's paragraph.

#include <autodiff/ops/paragraph.hpp>
#include <utility>

namespace seegrad {

template <class T = double>
struct dual {
  T value{};
  T tangent{};

  dual() = default;
  dual(arithmetic auto x) : value(static_cast<double>(x)) {}
  dual(T v, T t) : value(std::move(v)), tangent(std::move(t)) {}

  // clang-format off
  friend auto operator<(const dual& a, const dual& b) -> bool { return a.value < b.value; }
  friend auto operator>(const dual& a, const dual& b) -> bool { return a.value > b.value; }
  friend auto operator<=(const dual& a, const dual& b) -> bool { return a.value <= b.value; }
  friend auto operator>=(const dual& a, const dual& b) -> bool { return a.value >= b.value; }
  friend auto operator==(const dual& a, const dual& b) -> bool { return a.value == b.value; }
  // clang-format on
};
dual(double, double) -> dual<double>;

template <class T>
struct lift<dual<T>> {
  template <class Op, class... A>
  static auto apply(const A&... a) -> dual<T> {
    return chain<Op>(std::index_sequence_for<A...>{}, dual<T>(a)...);
  }

 private:
  template <class Op, std::size_t... I, class... A>
  static auto chain(std::index_sequence<I...>, const A&... a) -> dual<T> {
    const T y = seegrad::apply<Op>(a.value...);
    T t{};
    // A tangent that is zero contributes nothing, even where the derivative is infinite: the reverse sweep's convention, too.
    ((a.tangent == T(0) ? void() : void(t = t + partial<Op, static_cast<int>(I)>(a.value..., y) * a.tangent)), ...);
    return {y, t};
  }
};

}  // namespace seegrad
