#pragma once
// A handful of numbers that go through a formula together, as many as fit a register: xsimd's batch with the words that paragraphs
// are written in. With it a paragraph becomes a loop over arrays. Functions that xsimd does not have, or has with an error of more than a
// few units in the last place, are computed number by number.

#include <autodiff/array/instruction_set.hpp>
#include <autodiff/ops/definition/number.hpp>
#include <autodiff/ops/pointwise/error_function.hpp>
#include <limits>
#include <xsimd/xsimd.hpp>

namespace seegrad {

auto digamma(double x) -> double;
auto lgamma(double x) -> double;
auto polygamma(double order, double x) -> double;

inline namespace SEEGRAD_SET {  // a type for each instruction set, array/instruction_set.hpp says why

template <class T>
struct lane_mask;

template <class T>
struct lane {
  using element = T;
  using batch = xsimd::batch<T>;
  static constexpr int size = static_cast<int>(batch::size);

  batch v;

  lane(batch b) : v(b) {}
  lane(arithmetic auto x) : v(static_cast<T>(x)) {}

  static auto load(const T* from) -> lane { return batch::load_unaligned(from); }
  auto store(T* to) const -> void { v.store_unaligned(to); }

  // clang-format off
  friend auto operator+(lane a, lane b) -> lane { return a.v + b.v; }
  friend auto operator-(lane a, lane b) -> lane { return a.v - b.v; }
  friend auto operator*(lane a, lane b) -> lane { return a.v * b.v; }
  friend auto operator/(lane a, lane b) -> lane { return a.v / b.v; }
  friend auto operator-(lane a) -> lane { return -a.v; }
  friend auto operator<(lane a, lane b) -> lane_mask<T> { return {a.v < b.v}; }
  friend auto operator>(lane a, lane b) -> lane_mask<T> { return {a.v > b.v}; }
  friend auto operator<=(lane a, lane b) -> lane_mask<T> { return {a.v <= b.v}; }
  friend auto operator>=(lane a, lane b) -> lane_mask<T> { return {a.v >= b.v}; }
  friend auto operator==(lane a, lane b) -> lane_mask<T> { return {a.v == b.v}; }
  friend auto operator!=(lane a, lane b) -> lane_mask<T> { return {a.v != b.v}; }

  friend auto fma(lane a, lane b, lane c) -> lane { return xsimd::fma(a.v, b.v, c.v); }
  friend auto abs(lane x) -> lane { return xsimd::abs(x.v); }
  friend auto sqrt(lane x) -> lane { return xsimd::sqrt(x.v); }
  friend auto floor(lane x) -> lane { return xsimd::floor(x.v); }
  friend auto ceil(lane x) -> lane { return xsimd::ceil(x.v); }
  friend auto round(lane x) -> lane { return xsimd::round(x.v); }
  friend auto trunc(lane x) -> lane { return xsimd::trunc(x.v); }
  friend auto copysign(lane a, lane b) -> lane { return xsimd::copysign(a.v, b.v); }
  friend auto exp(lane x) -> lane { return guarded([](double a) { return std::exp(a); }, x, x.v > batch(almost_too_large), xsimd::exp(x.v)); }
  friend auto exp2(lane x) -> lane { return xsimd::exp2(x.v); }
  friend auto expm1(lane x) -> lane { return guarded([](double a) { return std::expm1(a); }, x, x.v > batch(almost_too_large), xsimd::expm1(x.v)); }
  friend auto log(lane x) -> lane { return guarded([](double a) { return std::log(a); }, x, x.v < batch(smallest) && x.v > batch(0), xsimd::log(x.v)); }
  friend auto log2(lane x) -> lane { return guarded([](double a) { return std::log2(a); }, x, x.v < batch(smallest) && x.v > batch(0), xsimd::log2(x.v)); }
  friend auto log10(lane x) -> lane { return guarded([](double a) { return std::log10(a); }, x, x.v < batch(smallest) && x.v > batch(0), xsimd::log10(x.v)); }
  friend auto log1p(lane x) -> lane { return xsimd::log1p(x.v); }
  friend auto sin(lane x) -> lane { return xsimd::sin(x.v); }
  friend auto cos(lane x) -> lane { return xsimd::cos(x.v); }
  friend auto tan(lane x) -> lane { return xsimd::tan(x.v); }
  friend auto asin(lane x) -> lane { return xsimd::asin(x.v); }
  friend auto acos(lane x) -> lane { return xsimd::acos(x.v); }
  friend auto atan(lane x) -> lane { return xsimd::atan(x.v); }
  friend auto sinh(lane x) -> lane { return xsimd::sinh(x.v); }
  friend auto cosh(lane x) -> lane { return xsimd::cosh(x.v); }
  friend auto tanh(lane x) -> lane { return xsimd::tanh(x.v); }
  friend auto asinh(lane x) -> lane { return xsimd::asinh(x.v); }
  friend auto acosh(lane x) -> lane { return pick(x < lane(1), lane(std::numeric_limits<T>::quiet_NaN()), xsimd::acosh(x.v)); }
  friend auto atanh(lane x) -> lane { return xsimd::atanh(x.v); }
  friend auto erf(lane x) -> lane { return detail::erf_lane(x); }
  friend auto erfc(lane x) -> lane { return detail::erfc_lane(x, sizeof(T) == 4 ? 10.0 : 27.0); }
  friend auto cbrt(lane x) -> lane { return each([](double a) { return std::cbrt(a); }, x); }
  friend auto pow(lane a, lane b) -> lane { return each([](double p, double q) { return std::pow(p, q); }, a, b); }
  friend auto hypot(lane a, lane b) -> lane { return each([](double p, double q) { return std::hypot(p, q); }, a, b); }
  friend auto atan2(lane a, lane b) -> lane { return each([](double p, double q) { return std::atan2(p, q); }, a, b); }
  friend auto fmod(lane a, lane b) -> lane { return each([](double p, double q) { return std::fmod(p, q); }, a, b); }
  friend auto tgamma(lane x) -> lane { return each([](double a) { return std::tgamma(a); }, x); }
  friend auto lgamma(lane x) -> lane { return each([](double a) { return seegrad::lgamma(a); }, x); }
  friend auto digamma(lane x) -> lane { return each([](double a) { return seegrad::digamma(a); }, x); }
  friend auto polygamma(lane n, lane x) -> lane { return each([](double p, double q) { return seegrad::polygamma(p, q); }, n, x); }
  // clang-format on

  // Only a product that is NaN can be other than that of plain numbers, and one question for the whole batch finds it.
  friend auto strong_mul(lane a, lane b) -> lane {
    const auto p = a.v * b.v;
    if (xsimd::any(p != p)) [[unlikely]]
      return xsimd::select(a.v == batch(0) || b.v == batch(0), batch(0), p);
    return p;
  }

 private:
  // Where xsimd's exponential already gives infinity, and its logarithms take what is not normal for something else.
  static constexpr T almost_too_large = sizeof(T) == 4 ? 88 : 709, smallest = std::numeric_limits<T>::min();

  /// The lane's result, or each number by itself if one is where xsimd is wrong.
  template <class F>
  [[gnu::always_inline]] static auto guarded(F f, lane x, xsimd::batch_bool<T> outside, batch y) -> lane {
    if (xsimd::any(outside)) [[unlikely]]
      return each(f, x);
    return y;
  }

  template <class F, class... L>
  [[gnu::noinline]] static auto each(F f, L... x) -> lane {
    alignas(64) T in[sizeof...(L)][size];
    alignas(64) T out[size];
    int slot = 0;
    (x.v.store_aligned(in[slot++]), ...);
    for (int i = 0; i < size; ++i)
      [&]<std::size_t... S>(std::index_sequence<S...>) {
        out[i] = static_cast<T>(f(static_cast<double>(in[S][i])...));
      }(std::index_sequence_for<L...>{});
    return batch::load_aligned(out);
  }
};

template <class T>
struct lane_mask {
  xsimd::batch_bool<T> m;

  friend auto pick(lane_mask c, lane<T> yes, lane<T> no) -> lane<T> { return xsimd::select(c.m, yes.v, no.v); }
  friend auto none(lane_mask c) -> bool { return !xsimd::any(c.m); }
  friend auto both(lane_mask a, lane_mask b) -> lane_mask { return {a.m && b.m}; }
};

}  // namespace SEEGRAD_SET

template <class T>
struct lift<lane<T>> {
  template <class Op, class... A>
  [[gnu::always_inline]] static auto apply(const A&... a) -> lane<T> {
    return Op::value(lane<T>(a)...);
  }
};

}  // namespace seegrad
