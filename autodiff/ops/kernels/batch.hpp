#pragma once
// A handful of numbers that go through a formula together, as many as fit a register: xsimd's native with the words that paragraphs
// are written in. With it a paragraph becomes a loop over arrays. Functions that xsimd does not have, or has with an error of more than a
// few units in the last place, are computed number by number.

#include <autodiff/array/instruction_set.hpp>
#include <autodiff/ops/definition/number.hpp>
#include <autodiff/ops/kernels/batch_apart.hpp>
#include <autodiff/ops/kernels/batch_power.hpp>
#include <autodiff/ops/kernels/batch_tangent.hpp>
#include <autodiff/ops/pointwise/error_function.hpp>
#include <autodiff/ops/pointwise/hyperbolic_tangent.hpp>
#include <limits>
#include <xsimd/xsimd.hpp>

namespace seegrad {

auto digamma(double x) -> double;
auto lgamma(double x) -> double;
auto polygamma(double order, double x) -> double;

inline namespace SEEGRAD_SET {  // a type for each instruction set, array/instruction_set.hpp says why

template <class T>
struct batch_mask;

template <class T>
struct batch {
  using element = T;
  using native = xsimd::batch<T>;
  static constexpr int size = static_cast<int>(native::size);

  native v;

  batch(native b) : v(b) {}
  batch(arithmetic auto x) : v(static_cast<T>(x)) {}

  static auto load(const T* from) -> batch { return native::load_unaligned(from); }
  auto store(T* to) const -> void { v.store_unaligned(to); }

  // clang-format off
  friend auto operator+(batch a, batch b) -> batch { return a.v + b.v; }
  friend auto operator-(batch a, batch b) -> batch { return a.v - b.v; }
  friend auto operator*(batch a, batch b) -> batch { return a.v * b.v; }
  friend auto operator/(batch a, batch b) -> batch { return quotient(a.v, b.v); }
  friend auto operator-(batch a) -> batch { return native(static_cast<T>(-0.0)) - a.v; }  // from 0 it would be 0 - 0, and not -0
  friend auto operator<(batch a, batch b) -> batch_mask<T> { return {a.v < b.v}; }
  friend auto operator>(batch a, batch b) -> batch_mask<T> { return {a.v > b.v}; }
  friend auto operator<=(batch a, batch b) -> batch_mask<T> { return {a.v <= b.v}; }
  friend auto operator>=(batch a, batch b) -> batch_mask<T> { return {a.v >= b.v}; }
  friend auto operator==(batch a, batch b) -> batch_mask<T> { return {a.v == b.v}; }
  friend auto operator!=(batch a, batch b) -> batch_mask<T> { return {!(a.v == b.v)}; }  // NaN is; xsimd's own says so of SSE only

  friend auto multiply_add(batch a, batch b, batch c) -> batch { return detail::fused(a.v, b.v, c.v); }  // rounded once or twice
  friend auto rounded(batch x) -> batch {
#if defined(__AVX512F__)
    asm("" : "+v"(x.v.data));
#elif defined(__FMA__) && defined(__x86_64__)
    asm("" : "+x"(x.v.data));
#endif
    return x;
  }
  friend auto abs(batch x) -> batch { return xsimd::abs(x.v); }
  friend auto sqrt(batch x) -> batch { return root(x.v); }
  friend auto floor(batch x) -> batch { return with_zero_of(x, xsimd::floor(x.v)); }
  friend auto ceil(batch x) -> batch { return with_zero_of(x, xsimd::ceil(x.v)); }
  friend auto round(batch x) -> batch { return xsimd::copysign(magnitude_rounded(xsimd::abs(x.v)), x.v); }
  friend auto trunc(batch x) -> batch { return with_zero_of(x, xsimd::trunc(x.v)); }
  friend auto copysign(batch a, batch b) -> batch { return xsimd::copysign(a.v, b.v); }
  friend auto times_power(batch y, batch n) -> batch { return detail::times_power(y.v, n.v); }  // y * 2^n
  friend auto times_moderate_power(batch y, batch n) -> batch { return detail::times_moderate_power(y.v, n.v); }
  friend auto at_most(batch x, batch most) -> batch { return xsimd::min(most.v, x.v); }  // NaN, and a zero, stay what they are
  friend auto at_least(batch x, batch least) -> batch { return xsimd::max(least.v, x.v); }
  friend auto exp(batch x) -> batch { return detail::exponential(x); }
  friend auto exp2(batch x) -> batch { return detail::guarded_exponential([](double a) { return std::exp2(a); }, x.v, T(is_single ? 125 : 1021), T(is_single ? 150.5 : 1076), xsimd::exp2(x.v)); }
  friend auto expm1(batch x) -> batch { return guarded([](double a) { return std::expm1(a); }, x, x.v > native(almost_too_large), xsimd::expm1(x.v)); }
  friend auto log(batch x) -> batch { return guarded([](double a) { return std::log(a); }, x, x.v < native(smallest) && x.v > native(0), xsimd::log(x.v)); }
  friend auto log2(batch x) -> batch { return guarded([](double a) { return std::log2(a); }, x, x.v < native(smallest) && x.v > native(0), xsimd::log2(x.v)); }
  friend auto log10(batch x) -> batch { return guarded([](double a) { return std::log10(a); }, x, x.v < native(smallest) && x.v > native(0), xsimd::log10(x.v)); }
  friend auto log1p(batch x) -> batch { return xsimd::log1p(x.v); }
  friend auto sin(batch x) -> batch { return detail::turning<false>([](double a) { return std::sin(a); }, [](native a) { return xsimd::sin(a); }, x.v); }
  friend auto cos(batch x) -> batch { return detail::turning<false>([](double a) { return std::cos(a); }, [](native a) { return xsimd::cos(a); }, x.v); }
  friend auto tan(batch x) -> batch { return detail::turning<true>([](double a) { return std::tan(a); }, [](native a) { return xsimd::tan(a); }, x.v); }
  friend auto asin(batch x) -> batch { return xsimd::asin(x.v); }
  friend auto acos(batch x) -> batch { return xsimd::acos(x.v); }
  friend auto atan(batch x) -> batch { return xsimd::atan(x.v); }
  friend auto sinh(batch x) -> batch { return xsimd::sinh(x.v); }
  friend auto cosh(batch x) -> batch { return xsimd::cosh(x.v); }
  friend auto tanh(batch x) -> batch {
#ifdef __AVX512F__
    if constexpr (is_single) return detail::tanh_by_pieces(x.v);
    else
#endif
      return detail::tanh_batch(x);
  }
  friend auto asinh(batch x) -> batch { return xsimd::asinh(x.v); }
  friend auto acosh(batch x) -> batch { return select(x < batch(1), batch(std::numeric_limits<T>::quiet_NaN()), xsimd::acosh(x.v)); }
  friend auto atanh(batch x) -> batch { return xsimd::atanh(x.v); }
  friend auto erf(batch x) -> batch { return detail::erf_batch(x); }
  friend auto erfc(batch x) -> batch { return detail::erfc_batch(x, sizeof(T) == 4 ? 10.5 : 27.5); }
  friend auto cbrt(batch x) -> batch { return each([](double a) { return std::cbrt(a); }, x); }
  friend auto pow(batch a, batch b) -> batch { return each([](double p, double q) { return std::pow(p, q); }, a, b); }
  friend auto hypot(batch a, batch b) -> batch { return each([](double p, double q) { return std::hypot(p, q); }, a, b); }
  friend auto atan2(batch a, batch b) -> batch { return each([](double p, double q) { return std::atan2(p, q); }, a, b); }
  friend auto fmod(batch a, batch b) -> batch { return each([](double p, double q) { return std::fmod(p, q); }, a, b); }
  friend auto tgamma(batch x) -> batch { return each([](double a) { return std::tgamma(a); }, x); }
  friend auto lgamma(batch x) -> batch { return each([](double a) { return seegrad::lgamma(a); }, x); }
  friend auto digamma(batch x) -> batch { return each([](double a) { return seegrad::digamma(a); }, x); }
  friend auto polygamma(batch n, batch x) -> batch { return each([](double p, double q) { return seegrad::polygamma(p, q); }, n, x); }
  // clang-format on

  friend auto fma(batch a, batch b, batch c) -> batch {
#ifdef __FMA__
    return detail::fused(a.v, b.v, c.v);
#else
    return each([](double p, double q, double r) { return std::fma(static_cast<T>(p), static_cast<T>(q), static_cast<T>(r)); }, a,
                b, c);
#endif
  }

  // Only a product that is NaN can be other than that of plain numbers, and one question for the whole native finds it.
  friend auto strong_mul(batch a, batch b) -> batch {
    const auto p = a.v * b.v;
    if (xsimd::any(xsimd::isnan(p))) [[unlikely]]
      return xsimd::select(a.v == native(0) || b.v == native(0), native(0), p);
    return p;
  }

 private:
  // What is rounded to 0 keeps its sign, which xsimd's roundings lose where SSE2 is all there is.
  static auto with_zero_of(batch x, native y) -> batch {
#if defined(__SSE2__) && !defined(__SSE4_1__)
    return xsimd::copysign(y, x.v);
#else
    (void)x;
    return y;
#endif
  }

  // xsimd's own round chooses after it has put the sign back, which clang 19 compiles wrongly for AVX-512 (llvm-project, issue 157929).
  static auto magnitude_rounded(native a) -> native {
    const native up = xsimd::ceil(a);
    return xsimd::select(up - native(T(0.5)) > a, up - native(T(1)), up);
  }

  // For floats on AArch64 xsimd 8 refines an estimate: the last places are wrong, infinity has a root of NaN, and a denormal divisor gives
  // infinity.
  static auto quotient(native a, native b) -> native {
#ifdef __aarch64__
    if constexpr (is_single) return vdivq_f32(a, b);
#endif
    return a / b;
  }
  static auto root(native a) -> native {
#ifdef __aarch64__
    if constexpr (is_single) return vsqrtq_f32(a);
#endif
    return xsimd::sqrt(a);
  }

  static constexpr bool is_single = sizeof(T) == 4;
  // Where xsimd's expm1 already gives infinity, and its logarithms take what is not normal for something else.
  static constexpr T almost_too_large = is_single ? 88 : 709, smallest = std::numeric_limits<T>::min();

  template <class F, class... L>
  static auto each(F f, batch first, L... x) -> batch {
    return detail::each(f, first.v, x.v...);
  }
  template <class F>
  [[gnu::always_inline]] static auto guarded(F f, batch x, xsimd::batch_bool<T> outside, native y) -> batch {
    return detail::guarded(f, x.v, outside, y);
  }
};

template <class T>
struct batch_mask {
  xsimd::batch_bool<T> m;

  friend auto select(batch_mask c, batch<T> yes, batch<T> no) -> batch<T> { return xsimd::select(c.m, yes.v, no.v); }
  friend auto none(batch_mask c) -> bool { return !xsimd::any(c.m); }
  friend auto both(batch_mask a, batch_mask b) -> batch_mask { return {a.m && b.m}; }
};

}  // namespace SEEGRAD_SET

template <class T>
struct lift<batch<T>> {
  template <class Op, class... A>
  [[gnu::always_inline]] static auto apply(const A&... a) -> batch<T> {
    return Op::value(batch<T>(a)...);
  }
};

}  // namespace seegrad
