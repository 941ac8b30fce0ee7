#pragma once
// Sums and their kind over axes of an array.
//
// Sums and products of float32 are accumulated in float64 and rounded once, so that a sum over a million numbers has the error of
// one rounding. The order of addition depends on the shape alone: the same array gives the same bits on any number of threads.

#include <autodiff/array/array.hpp>

namespace seegrad {

/// What many numbers are made one by.
enum class reduction { sum, prod, max, min };

/// Over `axes`, none twice, counted from the front. Sums and products of whole numbers and truth values are int64 and wrap
/// around, extremes have their type. Throws for the largest or smallest of no
/// elements; their sum is 0 and their product 1. A NaN wins over every number.
auto reduce(reduction how, const array& x, const dims& axes, bool keep_axes, std::string_view who) -> array;
/// The sum over the axes along which an array of `shape` was repeated to make x: undoes a broadcast. x itself if none was.
auto sum_to(const array& x, const dims& shape) -> array;

namespace detail {
/// The sum of n numbers of one piece, as reduce makes it.
auto sum_of(const float* x, index_t n) -> float;
auto sum_of(const double* x, index_t n) -> double;
}  // namespace detail

/// How many elements are not 0.
auto count_nonzero(const array& x) -> index_t;
/// Whether no element is 0, or some element is not.
auto all(const array& x) -> bool;
/// Whether some element is not.
auto any(const array& x) -> bool;

namespace detail {
/// `axes` counted from the front and sorted; all of them if `axes` is empty and `all`. Throws for one that is not there or named twice.
auto normal_axes(const dims& axes, bool all, int rank, std::string_view who) -> dims;
/// The shape after reducing.
auto reduced_shape(const dims& shape, const dims& axes, bool keep_axes) -> dims;
}  // namespace detail

}  // namespace seegrad
