#pragma once
// A complex number for complex-step differentiation: f'(x) = Im f(x + ih) / h, exact to rounding for a tiny h, because nothing is
// subtracted (Squire and Trapp 1998). With h = 1e-150 the square of an imaginary part is nothing, so each function here takes its value
// from the real part alone. Comparisons, and the choices that hang on them, go by the real part, and abs, min, max and their kind
// continue analytically from the branch they are on. A function without a complex form here gives NaN, which the checker reads as "no
// complex step". The functions themselves are those of std::complex (complex_step.cpp), not derivative rules of ours.

#include <autodiff/ops/definition/number.hpp>

namespace seegrad {

struct stepped {
  double re = 0, im = 0;

  stepped(arithmetic auto x) : re(static_cast<double>(x)) {}
  stepped(double r, double i) : re(r), im(i) {}

  static constexpr double h = 1e-150;

  auto is_zero() const -> bool { return re == 0 && im == 0; }

  // clang-format off
  friend auto operator+(stepped a, stepped b) -> stepped { return {a.re + b.re, a.im + b.im}; }
  friend auto operator-(stepped a, stepped b) -> stepped { return {a.re - b.re, a.im - b.im}; }
  friend auto operator*(stepped a, stepped b) -> stepped { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
  friend auto operator/(stepped a, stepped b) -> stepped { return {a.re / b.re, (a.im - a.re / b.re * b.im) / b.re}; }
  friend auto operator-(stepped a) -> stepped { return {-a.re, -a.im}; }
  friend auto operator<(stepped a, stepped b) -> bool { return a.re < b.re; }
  friend auto operator>(stepped a, stepped b) -> bool { return a.re > b.re; }
  friend auto operator<=(stepped a, stepped b) -> bool { return a.re <= b.re; }
  friend auto operator>=(stepped a, stepped b) -> bool { return a.re >= b.re; }
  friend auto operator==(stepped a, stepped b) -> bool { return a.re == b.re; }
  // clang-format on
};

template <>
struct lift<stepped> {
  template <class Op, class... A>
  static auto apply(const A&... a) -> stepped {
    return Op::value(stepped(a)...);
  }
};

// Behind it, since `a * b` asks whether it is there.
inline auto strong_mul(stepped a, stepped b) -> stepped { return a.is_zero() || b.is_zero() ? stepped(0) : a * b; }

auto exp(stepped x) -> stepped;
auto exp2(stepped x) -> stepped;
auto log(stepped x) -> stepped;
auto log2(stepped x) -> stepped;
auto log10(stepped x) -> stepped;
auto log1p(stepped x) -> stepped;
auto expm1(stepped x) -> stepped;
auto sqrt(stepped x) -> stepped;
auto cbrt(stepped x) -> stepped;
auto sin(stepped x) -> stepped;
auto cos(stepped x) -> stepped;
auto tan(stepped x) -> stepped;
auto sinh(stepped x) -> stepped;
auto cosh(stepped x) -> stepped;
auto tanh(stepped x) -> stepped;
auto abs(stepped x) -> stepped;
auto asinh(stepped x) -> stepped;
auto acosh(stepped x) -> stepped;
auto atanh(stepped x) -> stepped;
auto floor(stepped x) -> stepped;
auto ceil(stepped x) -> stepped;
auto round(stepped x) -> stepped;
auto trunc(stepped x) -> stepped;
auto asin(stepped x) -> stepped;
auto acos(stepped x) -> stepped;
auto atan(stepped x) -> stepped;
auto erf(stepped x) -> stepped;
auto erfc(stepped x) -> stepped;
auto tgamma(stepped x) -> stepped;
auto lgamma(stepped x) -> stepped;
auto digamma(stepped x) -> stepped;
auto pow(stepped a, stepped b) -> stepped;
auto hypot(stepped a, stepped b) -> stepped;
auto fmod(stepped a, stepped b) -> stepped;
auto copysign(stepped a, stepped b) -> stepped;
auto atan2(stepped a, stepped b) -> stepped;
auto polygamma(stepped a, stepped b) -> stepped;
auto fma(stepped a, stepped b, stepped c) -> stepped;

}  // namespace seegrad
