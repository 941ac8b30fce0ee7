#pragma once
// Dropout: numbers that are left out at random, in a record that knows where its randomness comes from.
//
//   generator g(1);
//   tensor y = dropout(x, 0.5, g);      // each number is 0 with probability 0.5, and twice itself otherwise
//
// The node keeps the generator's seed, and has the generator's position as an operand. So the mask is no constant of the record but is
// drawn wherever the record is run: with the same position the same, and with another position, given to replay, another. It is drawn
// again for the derivative, and takes no memory in between. What is left out is 0, also if it was infinite or NaN.

#include <autodiff/array/random.hpp>
#include <autodiff/ops/structural/structural.hpp>

namespace seegrad {

namespace detail {
struct dropout_parameters {
  std::uint64_t seed = 0, stream = 0;
  double p = 0.5;
  dims mask;  ///< the shape of what is drawn, which is repeated over x
  friend auto operator==(const dropout_parameters&, const dropout_parameters&) -> bool = default;
};

/// How many blocks of the generator's numbers a mask takes; a block has bits for two.
inline auto dropout_blocks(const dims& mask) -> index_t { return (elements(mask) + 1) / 2; }
/// 0 with probability p and otherwise 1 / (1 - p); all 0 for p = 1.
auto dropout_mask(const dropout_parameters& p, const array& position, dtype type) -> array;
/// So many of its numbers from the first on, counted row by row.
auto dropout_part(const dropout_parameters& p, const array& position, index_t first, index_t count, dtype type) -> array;
[[noreturn]] auto refuse_mask(const dims& mask, const dims& x) -> void;
}  // namespace detail

struct dropout_op : structural<2, detail::dropout_parameters> {
  static constexpr std::string_view name = "dropout", help = "numbers left out at random; b is where in the generator's numbers";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::elements;
  static auto value(const parameters& p, std::span<const array> x) -> array {
    const auto y = strong_mul(x[0], detail::dropout_mask(p, x[1], floating(x[0].type())));
    if (y.shape() != x[0].shape()) detail::refuse_mask(p.mask, x[0].shape());
    return y;
  }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return stand_in(x[0].shape(), floating(x[0].type()));
  }
  static auto draws(const parameters& p) -> std::optional<drawn_numbers> {
    return drawn_numbers{p.seed, p.stream, detail::dropout_blocks(p.mask)};
  }
  template <class T>
  static auto vjp(const parameters& p, int i, std::span<const T> x, const T&, const T& g) -> T {
    if (i == 1) return no_slope(x[1]);
    const T operands[] = {g, x[1]};
    return structured_list<dropout_op, T>(p, operands);
  }
  static auto text(const parameters& p) -> std::string;
  static auto samples() -> samples_t {
    return {{{1, 0, 0.5, {2, 3}}, {{2, 3}, {}}, with_index<1, 4>}, {{1, 2, 0.25, {2, 1}}, {{2, 3}, {}}, with_index<1, 0>}};
  }
  static auto wrong() -> samples_t {
    return {{{1, 0, 0.5, {4, 2, 3}}, {{2, 3}, {}}, with_index<1, 4>}, {{1, 0, 1.5, {2, 3}}, {{2, 3}, {}}, with_index<1, 4>}};
  }
};

/// x with numbers left out with probability p. `mask` is repeated over x: with [N, C, 1, 1], whole channels are left out. Moves g on. Throws
/// unless 0 <= p <= 1 and the mask goes with x.
template <array_like X>
auto dropout(const X& x, double p, generator& g, const dims& mask) -> X {
  const auto at = g.take(detail::dropout_blocks(mask));
  return structured<dropout_op>({at.seed, at.stream, p, mask}, x, array(static_cast<std::int64_t>(at.position)));
}
template <array_like X>
auto dropout(const X& x, double p, generator& g) -> X {
  return dropout(x, p, g, x.shape());
}

namespace detail {
using random_operations = operation_list<dropout_op>;
}  // namespace detail

}  // namespace seegrad
