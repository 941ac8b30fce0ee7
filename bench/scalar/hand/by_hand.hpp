#pragma once
// Gradients of the kernels written by hand, as one would for a program that has to be fast: each is compiled by itself, with the
// flags of the plain functions, calls the same functions of <cmath>, and makes its memory beforehand.

#include "../kernels.hpp"

#include <functional>

namespace bench {

// The value at a point; the gradient is written into the second span. It refers to its kernel, which must outlive it.
using gradient_by_hand = std::function<double(std::span<const double> x, std::span<double> slopes)>;

auto by_hand(const black_scholes& f) -> gradient_by_hand;
auto by_hand(const bundle_adjustment& f) -> gradient_by_hand;
auto by_hand(const chain& f) -> gradient_by_hand;
auto by_hand(const gaussian_mixture& f) -> gradient_by_hand;
auto by_hand(const log_sum_exp& f) -> gradient_by_hand;
auto by_hand(const lstm& f) -> gradient_by_hand;
auto by_hand(const matrix_product& f) -> gradient_by_hand;
auto by_hand(const perceptron& f) -> gradient_by_hand;
auto by_hand(const rosenbrock& f) -> gradient_by_hand;
auto by_hand(const sum_of_logs& f) -> gradient_by_hand;

}  // namespace bench
