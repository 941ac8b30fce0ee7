#pragma once
// Dual numbers: a value and its derivative along one direction, carried forward through a computation.
//
//   dual x{0.5, 1.0};                // value, tangent
//   dual y = exp(x) * x;             // y.tangent is dy/dx
//
// dual<dual<double>> carries second derivatives. A dual number's rule for an operation is the operation's paragraph.

#include <autodiff/ops/pointwise/arithmetic.hpp>
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

namespace detail {

/// Whether `t` is 0 whatever the inputs: a tangent that happens to be 0 may have a derivative of its own.
template <class T>
auto is_always_zero(const T& t) -> bool {
  if constexpr (arithmetic<T>) return t == 0;
  else if constexpr (requires { t.tangent; }) return is_always_zero(t.value) && is_always_zero(t.tangent);
  else if constexpr (requires { t.is_constant(); }) return t.is_constant() && t.value() == 0;
  else return false;
}

}  // namespace detail

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
    ((detail::is_always_zero(a.tangent) ? void() : add(t, partial<Op, static_cast<int>(I)>(a.value..., y), a.tangent)), ...);
    return {y, t};
  }

  template <class D>
  static auto add(T& t, const D& slope, const T& tangent) -> void {
    T change;
    if constexpr (arithmetic<D> && !arithmetic<T>) {  // The same number everywhere.
      if (slope == 0) return;
      change = slope == 1 ? tangent : slope * tangent;
    } else {
      change = strong_mul(slope, tangent);
    }
    t = detail::is_always_zero(t) ? change : t + change;
  }
};

}  // namespace seegrad
