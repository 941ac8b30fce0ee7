#pragma once
// Features brought to mean 0 and deviation 1, which gradient descent likes. What is subtracted and divided by comes from the
// training data alone, and is then applied to all other data.
//
//   const auto scale = nn::standardise::fit(train.inputs);            // each feature by itself
//   train.inputs = scale(train.inputs), test.inputs = scale(test.inputs);
//   const auto pixels = nn::standardise::fit(images, {0, 2, 3});      // [N, C, H, W]: each channel by itself
//   const auto whole = nn::standardise::fit(x, {});                   // one mean and deviation for all numbers
//   array y = scale.inverse(z);

#include <autodiff/array/array.hpp>

namespace seegrad::nn {

struct standardise {
  array mean, deviation;  ///< what is subtracted and divided by; reduced axes have the extent 1

  /// The mean and deviation (divided by n, as scikit-learn's StandardScaler does) over these axes of x, or over all of them for
  /// {}, with the axes kept as 1. What is constant gets the deviation 1, so that it becomes 0. The type is that of x. Throws
  /// unless x is floating, has elements, and all of them are finite.
  static auto fit(const array& x, const dims& axes = {0}) -> standardise;

  /// (x - mean) / deviation. Throws if the shape of x does not fit.
  auto operator()(const array& x) const -> array;
  /// z * deviation + mean.
  auto inverse(const array& z) const -> array;
};

}  // namespace seegrad::nn
