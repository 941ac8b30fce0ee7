#pragma once
// Several cotangents or directions at once, eight in each sweep.
//
//   array J = jacobian(ys, wrt(a, b));                       // [number of ys, 2]; J(i, j) is the derivative of ys[i] by the j-th
//   array S = vjp_batch(ys, cotangents, wrt(a, b));          // row i is vjp(ys, row i of the cotangents, wrt(a, b)), to the last bit
//   array T = jvp_batch(ys, wrt(a, b), directions);          // row i is jvp(ys, wrt(a, b), row i of the directions), to the last bit
//
// Each local derivative is computed once, however many sweeps there are. Where an operation on arrays lies between, rows are computed one
// by one.

#include <autodiff/derive/reverse.hpp>

namespace seegrad {

/// Row i holds the derivatives of ys[i], in the bits of gradient(ys[i], xs), by sweeps back for eight rows each. Where sweeps forward for eight columns
/// each are fewer it is those, whose sums are made in another order, so that last digits may differ.
auto jacobian(std::span<const scalar> ys, std::span<const scalar> xs) -> array;

/// What the xs get of several cotangents of the ys, which are the rows of [k, number of ys]: [k, number of xs]. Throws for another shape, or if an x is
/// a constant.
auto vjp_batch(std::span<const scalar> ys, const array& cotangents, std::span<const scalar> xs) -> array;

/// How the ys change along several directions, which are the rows of [k, number of xs]: [k, number of ys]. Throws for another shape, or if an x is a constant.
auto jvp_batch(std::span<const scalar> ys, std::span<const scalar> xs, const array& directions) -> array;

}  // namespace seegrad
