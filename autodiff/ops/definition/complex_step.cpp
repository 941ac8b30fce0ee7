#include <autodiff/ops/definition/complex_step.hpp>

#include <complex>
#include <limits>
#include <numbers>

namespace seegrad {
namespace {

using complex = std::complex<double>;

auto in(stepped x) -> complex { return {x.re, x.im}; }
auto out(complex z) -> stepped { return {z.real(), z.imag()}; }
auto none() -> stepped {
  constexpr auto nan = std::numeric_limits<double>::quiet_NaN();
  return {nan, nan};
}

}  // namespace

// clang-format off
auto exp(stepped x) -> stepped { return out(std::exp(in(x))); }
auto exp2(stepped x) -> stepped { return exp(x * std::numbers::ln2); }
auto log(stepped x) -> stepped { return x < 0 ? none() : out(std::log(in(x))); }
auto log2(stepped x) -> stepped { return log(x) / std::numbers::ln2; }
auto log10(stepped x) -> stepped { return log(x) / std::numbers::ln10; }
auto log1p(stepped x) -> stepped { return log(1 + x); }
auto expm1(stepped x) -> stepped { return exp(x) - 1; }
auto sqrt(stepped x) -> stepped { return out(std::sqrt(in(x))); }
auto pow(stepped a, stepped b) -> stepped { return a > 0 ? exp(b * log(a)) : none(); }
auto cbrt(stepped x) -> stepped { return x < 0 ? -pow(-x, 1 / 3.0) : pow(x, 1 / 3.0); }
auto hypot(stepped a, stepped b) -> stepped { return sqrt(a * a + b * b); }
auto fma(stepped a, stepped b, stepped c) -> stepped { return a * b + c; }
auto sin(stepped x) -> stepped { return out(std::sin(in(x))); }
auto cos(stepped x) -> stepped { return out(std::cos(in(x))); }
auto tan(stepped x) -> stepped { return sin(x) / cos(x); }
auto sinh(stepped x) -> stepped { return out(std::sinh(in(x))); }
auto cosh(stepped x) -> stepped { return out(std::cosh(in(x))); }
auto tanh(stepped x) -> stepped { return x > 300 || x < -300 ? none() : sinh(x) / cosh(x); }
auto abs(stepped x) -> stepped { return x < 0 ? -x : x; }
// The library's complex inverse functions lose a tiny imaginary part; their definitions by logarithms keep it.
auto asinh(stepped x) -> stepped { return x < 0 ? -log(sqrt(x * x + 1) - x) : log(x + sqrt(x * x + 1)); }
auto acosh(stepped x) -> stepped { return log(x + sqrt(x * x - 1)); }
auto atanh(stepped x) -> stepped { return 0.5 * log((1 + x) / (1 - x)); }
auto floor(stepped x) -> stepped { return std::floor(x.re); }
auto ceil(stepped x) -> stepped { return std::ceil(x.re); }
auto round(stepped x) -> stepped { return std::round(x.re); }
auto trunc(stepped x) -> stepped { return std::trunc(x.re); }
auto fmod(stepped a, stepped b) -> stepped { return a - std::round((a.re - std::fmod(a.re, b.re)) / b.re) * b; }
auto copysign(stepped a, stepped b) -> stepped { return std::signbit(a.re) == std::signbit(b.re) ? a : -a; }

auto asin(stepped) -> stepped { return none(); }
auto acos(stepped) -> stepped { return none(); }
auto atan(stepped) -> stepped { return none(); }
auto atan2(stepped, stepped) -> stepped { return none(); }
auto erf(stepped) -> stepped { return none(); }
auto erfc(stepped) -> stepped { return none(); }
auto tgamma(stepped) -> stepped { return none(); }
auto lgamma(stepped) -> stepped { return none(); }
auto digamma(stepped) -> stepped { return none(); }
auto polygamma(stepped, stepped) -> stepped { return none(); }
// clang-format on

}  // namespace seegrad
