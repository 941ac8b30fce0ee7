#pragma once
// A complex number for complex-step differentiation: f'(x) = Im f(x + ih) / h, exact to rounding for a tiny h, because nothing is
// subtracted (Squire and Trapp 1998). Comparisons, and the choices that hang on them, go by the real part, and abs, min, max and
// their kind continue analytically from the branch they are on. A function without a complex form here gives NaN, which the
// checker reads as "no complex step".

#include <autodiff/ops/number.hpp>
#include <complex>
#include <limits>

namespace seegrad {

struct stepped {
  std::complex<double> z;

  stepped(arithmetic auto x) : z(static_cast<double>(x)) {}
  stepped(std::complex<double> c) : z(c) {}

  static constexpr double h = 1e-150;
  static auto none() -> stepped {
    constexpr auto nan = std::numeric_limits<double>::quiet_NaN();
    return std::complex<double>{nan, nan};
  }

  // clang-format off
  friend auto operator+(stepped a, stepped b) -> stepped { return a.z + b.z; }
  friend auto operator-(stepped a, stepped b) -> stepped { return a.z - b.z; }
  // Written out, because the library's product looks after infinities in ways that turn a tiny imaginary part into NaN.
  friend auto operator*(stepped a, stepped b) -> stepped {
    return std::complex<double>{a.re() * b.re() - a.im() * b.im(), a.re() * b.im() + a.im() * b.re()};
  }
  friend auto operator/(stepped a, stepped b) -> stepped {
    return std::complex<double>{a.re() / b.re(), (a.im() - a.re() / b.re() * b.im()) / b.re()};
  }
  friend auto operator-(stepped a) -> stepped { return -a.z; }
  friend auto operator<(stepped a, stepped b) -> bool { return a.re() < b.re(); }
  friend auto operator>(stepped a, stepped b) -> bool { return a.re() > b.re(); }
  friend auto operator<=(stepped a, stepped b) -> bool { return a.re() <= b.re(); }
  friend auto operator>=(stepped a, stepped b) -> bool { return a.re() >= b.re(); }
  friend auto operator==(stepped a, stepped b) -> bool { return a.re() == b.re(); }

  auto re() const -> double { return z.real(); }
  auto im() const -> double { return z.imag(); }
};

template <>
struct lift<stepped> {
  template <class Op, class... A>
  static auto apply(const A&... a) -> stepped { return Op::value(stepped(a)...); }
};

inline auto exp(stepped x) -> stepped { return std::exp(x.z); }
inline auto exp2(stepped x) -> stepped { return std::exp(x.z * 0.69314718055994531); }
inline auto log(stepped x) -> stepped { return x < 0 ? stepped::none() : stepped(std::log(x.z)); }
inline auto log2(stepped x) -> stepped { return log(x) / 0.69314718055994531; }
inline auto log10(stepped x) -> stepped { return log(x) / 2.3025850929940457; }
inline auto log1p(stepped x) -> stepped { return log(1 + x); }
inline auto expm1(stepped x) -> stepped { return exp(x) - 1; }
inline auto sqrt(stepped x) -> stepped { return std::sqrt(x.z); }
inline auto pow(stepped a, stepped b) -> stepped { return a > 0 ? exp(b * log(a)) : stepped::none(); }
inline auto cbrt(stepped x) -> stepped { return x < 0 ? -pow(-x, 1 / 3.0) : pow(x, 1 / 3.0); }
inline auto hypot(stepped a, stepped b) -> stepped { return sqrt(a * a + b * b); }
inline auto fma(stepped a, stepped b, stepped c) -> stepped { return a * b + c; }
inline auto sin(stepped x) -> stepped { return std::sin(x.z); }
inline auto cos(stepped x) -> stepped { return std::cos(x.z); }
inline auto tan(stepped x) -> stepped { return sin(x) / cos(x); }
inline auto sinh(stepped x) -> stepped { return std::sinh(x.z); }
inline auto cosh(stepped x) -> stepped { return std::cosh(x.z); }
inline auto tanh(stepped x) -> stepped { return x > 300 || x < -300 ? stepped::none() : sinh(x) / cosh(x); }
inline auto abs(stepped x) -> stepped { return x < 0 ? -x : x; }
// The library's complex inverse functions lose a tiny imaginary part; their definitions by logarithms keep it.
inline auto asinh(stepped x) -> stepped { return x < 0 ? -log(sqrt(x * x + 1) - x) : log(x + sqrt(x * x + 1)); }
inline auto acosh(stepped x) -> stepped { return log(x + sqrt(x * x - 1)); }
inline auto atanh(stepped x) -> stepped { return 0.5 * log((1 + x) / (1 - x)); }
inline auto floor(stepped x) -> stepped { return std::floor(x.re()); }
inline auto ceil(stepped x) -> stepped { return std::ceil(x.re()); }
inline auto round(stepped x) -> stepped { return std::round(x.re()); }
inline auto trunc(stepped x) -> stepped { return std::trunc(x.re()); }
inline auto fmod(stepped a, stepped b) -> stepped { return a - std::trunc(a.re() / b.re()) * b; }
inline auto copysign(stepped a, stepped b) -> stepped { return std::signbit(a.re()) == std::signbit(b.re()) ? a : -a; }

inline auto asin(stepped) -> stepped { return stepped::none(); }
inline auto acos(stepped) -> stepped { return stepped::none(); }
inline auto atan(stepped) -> stepped { return stepped::none(); }
inline auto atan2(stepped, stepped) -> stepped { return stepped::none(); }
inline auto erf(stepped) -> stepped { return stepped::none(); }
inline auto erfc(stepped) -> stepped { return stepped::none(); }
inline auto tgamma(stepped) -> stepped { return stepped::none(); }
inline auto lgamma(stepped) -> stepped { return stepped::none(); }
inline auto digamma(stepped) -> stepped { return stepped::none(); }
inline auto polygamma(stepped, stepped) -> stepped { return stepped::none(); }
// clang-format on

}  // namespace seegrad
