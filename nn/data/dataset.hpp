#pragma once
// Samples and what is known of them: two arrays whose first axes run through the same samples.
//
//   nn::dataset data{randn(random, {1000, 2}), randint(random, {1000}, 0, 3)};
//   auto [train, valid, test] = nn::split(data, {0.8, 0.1, 0.1}, random);      // 800, 100 and 100 samples, in random order
//   nn::dataset first = nn::subset(data, 0, 10), chosen = nn::subset(data, array{5, 2, 5});
//
// A batch is a dataset, too. Ranges are views of the same memory; samples chosen by number are copied.

#include <array>
#include <autodiff/array/array.hpp>
#include <autodiff/array/random.hpp>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace seegrad::nn {

struct dataset {
  array inputs, targets;  ///< first axis: samples

  /// The number of samples. Throws if the arrays have no axis, or first axes of different lengths.
  auto size() const -> index_t;
};

/// The samples with these numbers, in this order: `index` is [k], int64; negative numbers count from the end, and one may come
/// again. Throws for a number out of range.
auto subset(const dataset& data, const array& index) -> dataset;
/// Samples begin .. end - 1, as views. Throws unless 0 <= begin <= end <= size().
auto subset(const dataset& data, index_t begin, index_t end) -> dataset;
/// The first k samples, and the others, as views. A negative k counts from the end.
auto split_at(const dataset& data, index_t k) -> std::pair<dataset, dataset>;

namespace detail {
auto random_split(const dataset& data, std::span<const double> fractions, generator& g, std::span<dataset> parts) -> void;
}

/// Parts at random, which have no sample in common and together have all: of n samples, part i gets floor(n * fractions[i]), and
/// what is left over goes to the first parts, one each (the rule of torch.utils.data.random_split). Throws for a negative
/// fraction, or if they do not add up to 1.
template <std::size_t N>
auto split(const dataset& data, const double (&fractions)[N], generator& g) -> std::array<dataset, N> {
  std::array<dataset, N> parts;
  detail::random_split(data, fractions, g, parts);
  return parts;
}

namespace detail {

/// x itself if each of its rows (all but the first axis) is without gaps, and a copy otherwise.
auto with_whole_rows(const array& x) -> array;
/// Copies rows of x, which has whole rows, into `to`, which is contiguous, nobody else's yet, and has index.size() rows of the
/// same kind.
auto copy_rows(const array& x, std::span<const std::int64_t> index, array& to) -> void;
/// The samples with these numbers, which must be 0 .. size - 1, as copies.
auto rows_of(const dataset& data, std::span<const std::int64_t> index) -> dataset;
/// `index` as numbers 0 .. n - 1. Throws in the name of `who` unless it is [k] of int64, and each counts from 0 or from the end.
auto sample_numbers(const array& index, index_t n, std::string_view who) -> std::vector<std::int64_t>;
/// "[5x2] inputs and [5] targets"
auto describe(const dataset& data) -> std::string;

}  // namespace detail

}  // namespace seegrad::nn
