#pragma once
// Arrays made from a rule: constants, the unit matrix, evenly spaced numbers.
//
//   zeros({2, 3});            // [2x3], float64
//   full({2}, 7, int64);      // 7 7
//   eye(3, float32);          // the unit matrix
//   arange(2, 8, 2);          // 2. 4. 6., float64; a stop is not reached
//   linspace(0, 1, 5);        // 0. 0.25 0.5 0.75 1.; the end is
//
// The type is the last argument, and float64 where it is left out: also arange(5) is float64, for what is differentiated is
// mostly wanted, and arange(5, int64) gives indices.

#include <autodiff/array/array.hpp>

namespace seegrad {

/// The type is always the one that is given; a value is converted as by cast().
auto full(const dims& shape, const literal& value, dtype type = float64) -> array;
/// All elements 0.
auto zeros(const dims& shape, dtype type = float64) -> array;
/// All elements 1.
auto ones(const dims& shape, dtype type = float64) -> array;
/// Shape and type of x, contiguous.
auto full_like(const array& x, const literal& value) -> array;
/// 0 in shape and type of x.
auto zeros_like(const array& x) -> array;
/// 1 in shape and type of x.
auto ones_like(const array& x) -> array;

/// [rows x columns], 1 on the diagonal and 0 elsewhere; square if only the rows are given.
auto eye(index_t rows, index_t columns, dtype type = float64) -> array;
auto eye(index_t rows, dtype type = float64) -> array;

/// start, start + step, … before stop (after it, for a negative step): ceil((stop - start) / step) numbers, each start + i * step
/// without an error that adds up. Throws if the step is 0 or a bound is not finite.
/// Whole numbers as int64 are counted exactly.
auto arange(const literal& start, const literal& stop, const literal& step, dtype type = float64) -> array;
auto arange(const literal& start, const literal& stop, dtype type = float64) -> array;
auto arange(const literal& stop, dtype type = float64) -> array;
/// n numbers from first to last, both included and last met exactly; first alone if n is 1. Throws if n is negative.
auto linspace(double first, double last, index_t n, dtype type = float64) -> array;

}  // namespace seegrad
