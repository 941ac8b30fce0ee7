#pragma once
// Random numbers that are the same everywhere.
//
//   generator g(42);
//   array w = normal(g, {128, 64}, 0, 0.1, float32);
//   array order = permutation(g, 60000);
//   generator other = g.split();   // its numbers have nothing to do with those of g
//
// A generator is a seed and a position. Element k of an array depends on these two and on k alone, by Philox4x32-10 (Salmon,
// Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011), which enciphers a counter. So threads may fill an
// array in any order, and an array moves the generator on by a number of steps that its size and type alone decide. Normal
// numbers come from the inverse of their distribution in arithmetic of a fixed order, not from the system's log: the bits agree
// between compilers, levels of optimisation, and processors with and without fused multiplication.
//
// Not for keeping secrets: who sees the numbers may find the seed.

#include <array>
#include <autodiff/array/array.hpp>
#include <cstdint>

namespace seegrad {

/// Where random numbers come from: a seed, a stream, and a position in it. What it gives depends on nothing else.
class generator {
 public:
  /// What a generator is, to be written down and come back to.
  struct state {
    /// Which numbers, which of their streams, and how many blocks of 128 bits of that were used.
    std::uint64_t seed, stream, position;
    friend auto operator==(const state&, const state&) -> bool = default;
  };

  /// From its beginning, or from where another one stood.
  explicit generator(std::uint64_t seed) : now_{seed, 0, 0} {}
  explicit generator(const state& s) : now_(s) {}
  /// Where it stands, to go on from there.
  auto save() const -> state { return now_; }

  /// A generator of its own, independent of this one and of all others split off before or after.
  auto split() -> generator;
  /// Sets `blocks` of 128 bits aside and says where they begin.
  auto take(index_t blocks) -> state {
    const auto before = now_;
    now_.position += static_cast<std::uint64_t>(blocks);
    return before;
  }

 private:
  state now_;
};

/// Uniform in [0, 1): multiples of 2^-53, or of 2^-24 in float32. For floating types; others throw.
auto rand(generator& g, const dims& shape, dtype type = float64) -> array;
/// Uniform in [lo, hi). Throws unless lo < hi and both are finite.
auto uniform(generator& g, const dims& shape, double lo, double hi, dtype type = float64) -> array;
/// Normal with mean 0 and standard deviation 1. Values beyond 9.1 (6.3 in float32) do not occur. For floating types.
auto randn(generator& g, const dims& shape, dtype type = float64) -> array;
/// Normal with that mean and standard deviation. Throws unless both are finite and the deviation is not negative.
auto normal(generator& g, const dims& shape, double mean, double deviation, dtype type = float64) -> array;
/// Whole numbers lo .. hi - 1, alike to within 2^-64 in probability. Throws unless lo < hi.
auto randint(generator& g, const dims& shape, std::int64_t lo, std::int64_t hi, dtype type = int64) -> array;
/// True, or 1, with probability p. Throws unless 0 <= p <= 1.
auto bernoulli(generator& g, const dims& shape, double p, dtype type = boolean) -> array;
/// 0 .. n - 1 in random order, int64.
auto permutation(generator& g, index_t n) -> array;

namespace detail {

/// The cipher itself.
auto philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) -> std::array<std::uint32_t, 4>;
/// The x > 0 that a normal number exceeds with probability p, 0 < p <= 1/2, to sixteen digits. Algorithm AS 241 of Wichura (The
/// percentage points of the normal distribution, 1988).
auto normal_tail(double p) -> double;

}  // namespace detail

}  // namespace seegrad
