#pragma once
// Points that are computed at once: how many, and how their numbers come into slots and out of them.

#include <algorithm>
#include <autodiff/run/code.hpp>
#include <autodiff/run/points.hpp>

namespace seegrad::detail::run {

/// Numbers that stay near the processor: half of a cache of the second level.
inline constexpr std::size_t near_numbers = 512 * 1024 / sizeof(double);

/// A multiple of `grain`, so that the slots of a block stay near, if they can.
inline auto block_size(std::size_t slots, std::size_t grain) -> std::size_t {
  constexpr std::size_t longest = 128;
  return std::clamp(near_numbers / std::max<std::size_t>(1, slots) / grain * grain, grain, longest);
}

/// Some of the points, in slots of `stride` numbers.
struct block {
  double* memory;
  std::size_t stride, first, count;

  auto at(slot s) const -> double* { return memory + s * stride; }

  /// `of(i)` are the numbers of point i, the same for all if `same`. Behind the last point it stands again, up to `whole`.
  template <class Of>
  auto fill(const places& to, bool same, std::size_t whole, Of of) const -> void {
    for (std::size_t j = 0; j < to.size(); ++j) {
      auto* const numbers = at(to[j]);
      for (std::size_t i = 0; i < (same ? 1 : count); ++i) numbers[i] = of(first + i)[j];
      const std::size_t filled = same ? 1 : count;
      std::fill(numbers + filled, numbers + whole, numbers[filled - 1]);
    }
  }
  auto take(const points& p, const places& inputs, const places& seeds, std::size_t whole) const -> void {
    fill(inputs, p.same_inputs, whole, [&](std::size_t i) { return p.inputs_of(i); });
    if (!p.seeds.empty()) fill(seeds, p.same_seeds, whole, [&](std::size_t i) { return p.seeds_of(i); });
  }

  /// Whether none is NaN. A zero among derivatives has no sign: a product with an exact zero is +0 by strong_mul, and may be -0 by plain multiplication.
  auto give_slopes(const places& from, std::span<double> to) const -> bool { return give(from, to, 0.0); }
  auto give_results(const places& from, std::span<double> to) const -> void { give(from, to, -0.0); }

 private:
  auto give(const places& from, std::span<double> to, double nothing) const -> bool {
    bool are_numbers = true;
    for (std::size_t j = 0; j < from.size() && !to.empty(); ++j)
      for (std::size_t i = 0; i < count; ++i) {
        const double x = from[j] == no_slot ? 0 : at(from[j])[i] + nothing;
        to[(first + i) * from.size() + j] = x;
        are_numbers &= x == x;
      }
    return are_numbers;
  }
};

}  // namespace seegrad::detail::run
