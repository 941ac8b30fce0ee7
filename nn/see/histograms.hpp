#pragma once
// How the numbers of a network are spread, one panel for each of its parameters.
//
//   const auto first = nn::state_dict(model);
//   nn::fit(model, train, how);
//   nn::histograms(nn::state_dict(model), {.before = first, .file = "weights.svg"}).save();
//
// Weights that piled up at 0 do nothing, those of two heaps have split into signs, a spread that has grown tenfold is on its way
// to infinity, and one that did not move was not trained.

#include <autodiff/plot/plot.hpp>
#include <nn/save/state.hpp>

namespace seegrad::nn {

struct histograms_options {
  state_map before = {};            ///< the same numbers at another time, drawn beside them
  std::filesystem::path file = {};  ///< that of the plot
  int most = 12;                    ///< panels; of more parameters the largest are drawn, and the title says so
};

/// Throws if there is no number to draw, or if `before` has another number of numbers by one of the names.
auto histograms(const state_map& numbers, const histograms_options& options = {}) -> plot;

}  // namespace seegrad::nn
