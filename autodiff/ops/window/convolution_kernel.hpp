#pragma once
// The kernels behind convolutions and their derivatives.
//
//   kernel::correlation c = …;          // which input positions each output reads, and with which weights
//   kernel::correlate(c, x, w, y);      // y[n, m, p] = sum over channels and taps of w * x
//   kernel::correlate_weights(c, x, g, dw);  // what the weights get of the cotangent g of y
//
// Convolution and its transpose differ in their taps alone. Along one axis, output position first + q * every reads input position
// q * step + offset[t] with weight[t], where taps that fall outside read nothing. A convolution has one such rule per axis; a transposed
// one of stride s has s of them, one for each remainder, and so never multiplies the zeros that its textbook definition inserts.
//
// A tile of outputs stays in registers: some output channels times some vectors, over all taps. The lanes of a vector are images of the
// batch, where there are enough of them (then taps outside the image are skipped), or else neighbours in a row. Nothing is
// unfolded into a matrix. The instruction set is chosen at run time, as in array/gemm.hpp. Every output is one chain of additions in
// the order of channels and taps, and every weight's derivative a fixed set of chains, whatever the number of threads.

#include <autodiff/array/dims.hpp>
#include <autodiff/array/pool_vector.hpp>

namespace seegrad::detail::kernel {

/// How outputs along one axis read inputs along it.
struct axis_taps {
  index_t first = 0, every = 1, count = 0;
  index_t step = 1;
  pool_vector<index_t> offset, weight;  ///< ascending or descending offsets
};

struct correlation {
  index_t images = 0, groups = 1, in = 0, out = 0;  ///< channels of one group
  index_t in_h = 0, in_w = 0, out_h = 0, out_w = 0;
  index_t kernel_h = 1, kernel_w = 1;
  bool swapped = false;  ///< weights are [groups, in, out, taps], and not [groups, out, in, taps]
  pool_vector<axis_taps> rows, columns;
};

/// x is [images, groups * in, in_h, in_w], y [images, groups * out, out_h, out_w], both contiguous.
auto correlate(const correlation& c, const float* x, const float* w, float* y) -> void;
auto correlate(const correlation& c, const double* x, const double* w, double* y) -> void;

/// dw [groups, out, in, kernel_h, kernel_w]; c has one rule per axis and is not swapped.
auto correlate_weights(const correlation& c, const float* x, const float* g, float* dw) -> void;
auto correlate_weights(const correlation& c, const double* x, const double* g, double* dw) -> void;

}  // namespace seegrad::detail::kernel
