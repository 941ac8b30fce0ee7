#include <autodiff/array/random.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/platform.hpp>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace seegrad {
namespace {

using u32 = std::uint32_t;
using u64 = std::uint64_t;

// --- bits ------------------------------------------------------------------------------------------------------------------

constexpr int batch = 16;  // blocks

// Blocks first .. first + batch - 1 of what begins at `at`, four words each.
auto encipher(const generator::state& at, index_t first, u32* words) -> void {
  for (int i = 0; i < batch; ++i, words += 4) {
    const auto position = at.position + static_cast<u64>(first + i);
    auto c0 = static_cast<u32>(position), c1 = static_cast<u32>(position >> 32);
    auto c2 = static_cast<u32>(at.stream), c3 = static_cast<u32>(at.stream >> 32);
    auto k0 = static_cast<u32>(at.seed), k1 = static_cast<u32>(at.seed >> 32);
    for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
      const auto p = u64{0xD2511F53u} * c0, q = u64{0xCD9E8D57u} * c2;
      c0 = static_cast<u32>(q >> 32) ^ c1 ^ k0;
      c1 = static_cast<u32>(q);
      c2 = static_cast<u32>(p >> 32) ^ c3 ^ k1;
      c3 = static_cast<u32>(p);
    }
    words[0] = c0, words[1] = c1, words[2] = c2, words[3] = c3;
  }
}

// An array made of the generator's bits, 32 or 64 (Bits) to an element: f(bits, to, n) turns n of them, at most a batch, into
// elements.
template <class T, class Bits, class F>
auto fill_batches(generator& g, const dims& shape, F f) -> array {
  constexpr index_t per_block = 16 / sizeof(Bits), per_batch = batch * per_block, grain = 64 * per_batch;
  auto out = array::uninitialized(dtype_of<T>, shape);
  const auto start = g.take((out.size() + per_block - 1) / per_block);
  auto* to = static_cast<T*>(out.raw());
  parallel_for(out.size(), grain, [&](index_t begin, index_t end) {
    detail::vectorised([=] {
      alignas(64) u32 words[4 * batch];
      alignas(64) Bits bits[per_batch];
      for (auto i = begin; i < end; i += per_batch) {
        encipher(start, i / per_block, words);
        for (index_t k = 0; k < per_batch; ++k) {
          if constexpr (sizeof(Bits) == 4) bits[k] = words[k];
          else bits[k] = u64{words[2 * k]} | u64{words[2 * k + 1]} << 32;
        }
        f(bits, to + i, std::min(per_batch, end - i));
      }
    });
  });
  return out;
}

// The same, element by element.
template <class T, class Bits, class F>
auto fill(generator& g, const dims& shape, F f) -> array {
  return fill_batches<T, Bits>(g, shape, [f](const Bits* bits, T* to, index_t n) {
    for (index_t k = 0; k < n; ++k) to[k] = f(bits[k]);
  });
}

auto need_floating(dtype type, const char* who) -> void {
  if (!is_floating(type))
    throw error(fmt::format("{}: {} is not a floating-point type; randint and bernoulli give others", who, name_of(type)));
}

auto to_unit(u64 bits) -> double { return static_cast<double>(static_cast<std::int64_t>(bits >> 11)) * 0x1p-53; }
auto to_unit(u32 bits) -> float { return static_cast<float>(static_cast<std::int32_t>(bits >> 8)) * 0x1p-24f; }

// --- arithmetic without fused multiplication -------------------------------------------------------------------------------

// A product, rounded: what follows cannot be fused with it, for the compiler does not see where it comes from.
auto times(double a, double b) -> double {
  auto c = a * b;
#if defined(__x86_64__)
  asm("" : "+x"(c));
#elif defined(__aarch64__)
  asm("" : "+w"(c));
#else
  asm("" : "+m"(c));
#endif
  return c;
}

template <std::size_t N>
auto polynomial(const double (&c)[N], double x) -> double {
  auto y = c[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) y = times(y, x) + c[i];
  return y;
}

// The logarithm of a normal number below 1/2, by the series of artanh: log m = 2 artanh((m - 1)/(m + 1)).
auto logarithm(double x) -> double {
  constexpr double odd[] = {1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11,
                            1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23};
  constexpr u64 root_half = 0x3FE6A09E667F3BCD;  // the bits of 1/√2
  const auto bits = std::bit_cast<u64>(x);
  const auto exponent = static_cast<std::int64_t>(bits - root_half) >> 52;
  const auto m = std::bit_cast<double>(bits - (static_cast<u64>(exponent) << 52));
  const auto s = (m - 1) / (m + 1);
  return times(static_cast<double>(exponent), 0x1.62e42fefa39efp-1) + times(2 * s, polynomial(odd, times(s, s)));
}

// Algorithm AS 241: a rational function of (1/2 - p)² in the middle, two of √-log p further out.
constexpr double wichura_a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr double wichura_b[] = {1.0,
                                4.2313330701600911252e+1,
                                6.8718700749205790830e+2,
                                5.3941960214247511077e+3,
                                2.1213794301586595867e+4,
                                3.9307895800092710610e+4,
                                2.8729085735721942674e+4,
                                5.2264952788528545610e+3};
constexpr double wichura_c[] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double wichura_d[] = {1.0,
                                2.05319162663775882187e0,
                                1.67638483018380384940e0,
                                6.89767334985100004550e-1,
                                1.48103976427480074590e-1,
                                1.51986665636164571966e-2,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9};
constexpr double wichura_e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double wichura_f[] = {1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};

constexpr double middle = 0.425;  // 1/2 - p up to here

auto outer_normal(double p) -> double {
  const auto r = std::sqrt(-logarithm(p));
  if (r <= 5) return polynomial(wichura_c, r - 1.6) / polynomial(wichura_d, r - 1.6);
  return polynomial(wichura_e, r - 5) / polynomial(wichura_f, r - 5);
}

constexpr int many = 2 * batch;
using row = double[many];

// The polynomial at many places. Products are put down in memory that the compiler must believe to change, so that nothing is
// fused and the loops are still done in vectors.
template <std::size_t N>
auto polynomial_row(const double (&c)[N], const row& x, row& y) -> void {
  alignas(64) row product;
  for (auto& value : y) value = c[N - 1];
  for (std::size_t j = N - 1; j-- > 0;) {
    for (int i = 0; i < many; ++i) product[i] = y[i] * x[i];
    asm volatile("" : : "r"(product) : "memory");
    for (int i = 0; i < many; ++i) y[i] = product[i] + c[j];
  }
}

// normal_tail of many at once: all as if they were in the middle, and then those that are not.
auto normal_row(const row& p, row& x) -> void {
  alignas(64) row q, square, r, above, below;
  for (int i = 0; i < many; ++i) q[i] = 0.5 - p[i], square[i] = q[i] * q[i];
  asm volatile("" : : "r"(square) : "memory");
  for (int i = 0; i < many; ++i) r[i] = 0.180625 - square[i];
  polynomial_row(wichura_a, r, above);
  polynomial_row(wichura_b, r, below);
  for (int i = 0; i < many; ++i) x[i] = q[i] * above[i] / below[i];
  for (int i = 0; i < many; ++i)
    if (!(q[i] <= middle)) x[i] = outer_normal(p[i]);
}

// One bit is the sign, the others say how far out: p runs through the odd multiples of half the finest step, up to 1/2.
auto to_tail(u64 bits) -> double { return (static_cast<double>(static_cast<std::int64_t>(bits >> 1)) + 0.5) * 0x1p-64; }
auto to_tail(u32 bits) -> double { return (static_cast<double>(static_cast<std::int32_t>(bits >> 1)) + 0.5) * 0x1p-32; }

template <class T, class Bits>
auto normal_of(generator& g, const dims& shape, double mean, double deviation) -> array {
  return fill_batches<T, Bits>(g, shape, [=](const Bits* bits, T* to, index_t n) {
    alignas(64) row p, x;
    for (index_t from = 0; from < n; from += many) {
      for (int i = 0; i < many; ++i) p[i] = to_tail(bits[from + i]);
      normal_row(p, x);
      for (int i = 0; i < many; ++i) x[i] = (bits[from + i] & 1 ? -deviation : deviation) * x[i];
      asm volatile("" : : "r"(x) : "memory");
      for (index_t i = 0; i < std::min<index_t>(many, n - from); ++i) to[from + i] = static_cast<T>(mean + x[i]);
    }
  });
}

auto below(u64 bits, u64 n) -> u64 { return detail::high_product(bits, n); }

}  // namespace

// --- what users call -------------------------------------------------------------------------------------------------------

auto detail::normal_tail(double p) -> double {
  row places, x;
  for (auto& place : places) place = p;
  normal_row(places, x);
  return x[0];
}

auto detail::philox(std::array<u32, 4> counter, std::array<u32, 2> key) -> std::array<u32, 4> {
  u32 words[4 * batch];
  const auto join = [](u32 low, u32 high) { return u64{low} | u64{high} << 32; };
  encipher({join(key[0], key[1]), join(counter[2], counter[3]), join(counter[0], counter[1])}, 0, words);
  return {words[0], words[1], words[2], words[3]};
}

// The child's seed and stream are one enciphered block. Its counter has the top bit set, which no array's has.
auto generator::split() -> generator {
  auto at = take(1);
  at.position |= u64{1} << 63;
  u32 w[4 * batch];
  encipher(at, 0, w);
  return generator(state{u64{w[0]} | u64{w[1]} << 32, u64{w[2]} | u64{w[3]} << 32, 0});
}

auto rand(generator& g, const dims& shape, dtype type) -> array {
  need_floating(type, "rand");
  if (type == float32) return fill<float, u32>(g, shape, [](u32 bits) { return to_unit(bits); });
  return fill<double, u64>(g, shape, [](u64 bits) { return to_unit(bits); });
}

namespace {

// The bounds are rounded to the type first, and rounding must not reach hi.
template <class T, class Bits>
auto uniform_of(generator& g, const dims& shape, T lo, T hi) -> array {
  if (!(lo < hi) || !std::isfinite(hi - lo))
    throw error(fmt::format("uniform: from {} to {} is no interval; lo must be below hi", lo, hi));
  const T last = std::nextafter(hi, lo);
  const double from = lo, width = hi - from;
  return fill<T, Bits>(g, shape, [=](Bits bits) { return std::min(static_cast<T>(from + times(width, to_unit(bits))), last); });
}

}  // namespace

auto uniform(generator& g, const dims& shape, double lo, double hi, dtype type) -> array {
  need_floating(type, "uniform");
  if (type == float32) return uniform_of<float, u32>(g, shape, static_cast<float>(lo), static_cast<float>(hi));
  return uniform_of<double, u64>(g, shape, lo, hi);
}

auto randn(generator& g, const dims& shape, dtype type) -> array {
  need_floating(type, "randn");
  return normal(g, shape, 0, 1, type);
}

auto normal(generator& g, const dims& shape, double mean, double deviation, dtype type) -> array {
  need_floating(type, "normal");
  if (!(deviation >= 0) || !std::isfinite(mean) || !std::isfinite(deviation))
    throw error(
        fmt::format("normal: mean {} and deviation {}: both must be finite, and the deviation not negative", mean, deviation));
  return type == float32 ? normal_of<float, u32>(g, shape, mean, deviation) : normal_of<double, u64>(g, shape, mean, deviation);
}

auto randint(generator& g, const dims& shape, std::int64_t lo, std::int64_t hi, dtype type) -> array {
  if (lo >= hi) throw error(fmt::format("randint: there is no whole number from {} up to and without {}", lo, hi));
  const auto n = static_cast<u64>(hi) - static_cast<u64>(lo);
  return fill<std::int64_t, u64>(g, shape,
                                 [=](u64 bits) { return static_cast<std::int64_t>(static_cast<u64>(lo) + below(bits, n)); })
      .cast(type);
}

auto bernoulli(generator& g, const dims& shape, double p, dtype type) -> array {
  if (!(p >= 0 && p <= 1)) throw error(fmt::format("bernoulli: {} is no probability; it must lie between 0 and 1", p));
  return fill<bool, u64>(g, shape, [=](u64 bits) { return to_unit(bits) < p; }).cast(type);
}

auto permutation(generator& g, index_t n) -> array {
  auto order = array::uninitialized(int64, {n});
  auto* to = static_cast<std::int64_t*>(order.raw());
  for (index_t i = 0; i < n; ++i) to[i] = i;
  // Fisher and Yates: each place is filled by one of what is left.
  const auto bits = fill<std::int64_t, u64>(g, {n}, [](u64 b) { return static_cast<std::int64_t>(b); });
  const auto* from = bits.data<std::int64_t>();
  for (auto i = n - 1; i > 0; --i) std::swap(to[i], to[below(static_cast<u64>(from[i]), static_cast<u64>(i + 1))]);
  return order;
}

}  // namespace seegrad
