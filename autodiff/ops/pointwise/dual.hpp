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
  T value{};    ///< of the computation
  T tangent{};  ///< its change along the direction

  constexpr dual() = default;
  constexpr dual(arithmetic auto x) : value(static_cast<double>(x)) {}
  constexpr dual(T v, T t) : value(std::move(v)), tangent(std::move(t)) {}
  /// What T can be made of, which does not change along the direction.
  template <lifted U>
    requires(!std::same_as<U, dual> && std::convertible_to<U, T>)
  constexpr dual(const U& x) : value(x) {}

  // clang-format off
  friend auto operator<(const dual& a, const dual& b) -> bool { return a.value < b.value; }
  friend auto operator>(const dual& a, const dual& b) -> bool { return a.value > b.value; }
  friend auto operator<=(const dual& a, const dual& b) -> bool { return a.value <= b.value; }
  friend auto operator>=(const dual& a, const dual& b) -> bool { return a.value >= b.value; }
  friend auto operator==(const dual& a, const dual& b) -> bool { return a.value == b.value; }
  // clang-format on
};
/// Of plain numbers.
dual(double, double) -> dual<double>;

// clang-format off
template <class T, lifted U> requires std::convertible_to<U, T> struct meeting<dual<T>, U> { using type = dual<T>; };
template <class T, lifted U> requires std::convertible_to<U, T> struct meeting<U, dual<T>> { using type = dual<T>; };

// What is asked of the number at hand.
/// Of the value.
template <class T> auto isnan(const dual<T>& x) -> bool { using std::isnan; return isnan(x.value); }
template <class T> auto isinf(const dual<T>& x) -> bool { using std::isinf; return isinf(x.value); }
template <class T> auto isfinite(const dual<T>& x) -> bool { using std::isfinite; return isfinite(x.value); }
template <class T> auto signbit(const dual<T>& x) -> bool { using std::signbit; return signbit(x.value); }
// clang-format on

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

template <class T>
class std::numeric_limits<seegrad::dual<T>> : public std::numeric_limits<double> {
  using number = seegrad::dual<T>;

 public:
  // clang-format off
  static constexpr auto min() noexcept -> number { return numeric_limits<double>::min(); }
  static constexpr auto max() noexcept -> number { return numeric_limits<double>::max(); }
  static constexpr auto lowest() noexcept -> number { return numeric_limits<double>::lowest(); }
  static constexpr auto epsilon() noexcept -> number { return numeric_limits<double>::epsilon(); }
  static constexpr auto round_error() noexcept -> number { return numeric_limits<double>::round_error(); }
  static constexpr auto infinity() noexcept -> number { return numeric_limits<double>::infinity(); }
  static constexpr auto quiet_NaN() noexcept -> number { return numeric_limits<double>::quiet_NaN(); }
  static constexpr auto signaling_NaN() noexcept -> number { return numeric_limits<double>::signaling_NaN(); }
  static constexpr auto denorm_min() noexcept -> number { return numeric_limits<double>::denorm_min(); }
  // clang-format on
};
