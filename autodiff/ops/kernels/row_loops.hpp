#pragma once
// Loops over rows of contiguous numbers, for each instruction set. Each does `rows` rows of n numbers that follow one another.

#include <autodiff/array/dims.hpp>
#include <autodiff/array/instruction_set.hpp>

namespace seegrad::detail {

template <instruction_set, class T>
struct softmax_loops {
  static auto value(const T* x, T* y, index_t n, index_t rows, bool logarithm) -> void;
  static auto vjp(const T* y, const T* g, T* out, index_t n, index_t rows, bool logarithm) -> void;
  /// By row its largest number and the logarithm of the sum, which its numbers are lowered by, one after the other, for their logarithms. Where the
  /// largest number is infinite `value` alone says these.
  static auto log_sums(const T* x, T* highs, T* sums, index_t n, index_t rows) -> void;
  /// Of one row, what its numbers get of the cotangent g of some logarithm, but for what the number itself gets: -g times each share.
  static auto slope_of_sum(const T* x, T high, T log_sum, T g, T* out, index_t n) -> void;
};

template <instruction_set, class T>
struct standardise_loops {
  static auto value(const T* x, T* y, index_t n, index_t rows, double eps) -> void;
  static auto vjp(const T* x, const T* y, const T* g, T* out, index_t n, index_t rows, double eps) -> void;
};

/// An LSTM's cell, ops/window/recurrent.hpp: rows of gates have 4 n numbers, those of states n. The vjps add, to a row of 4 n numbers by the
/// gates (which = 0), or of n by the state (1); nothing comes from a cotangent of 0, whatever the slope.
template <instruction_set, class T>
struct lstm_loops {
  static auto state(const T* gates, const T* c, T* y, index_t n, index_t rows) -> void;
  static auto output(const T* gates, const T* c, T* y, index_t n, index_t rows) -> void;
  static auto state_vjp(int which, const T* gates, const T* c, const T* g, T* adjoint, index_t n, index_t rows) -> void;
  static auto output_vjp(int which, const T* gates, const T* c, const T* g, T* adjoint, index_t n, index_t rows) -> void;
};

}  // namespace seegrad::detail
