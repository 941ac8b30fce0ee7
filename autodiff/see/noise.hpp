#pragma once
// Gradients that are nothing but rounding: what is carried back to a node cancels, and the digits that are left say nothing.

#include <autodiff/graph/graph.hpp>
#include <map>
#include <vector>

namespace seegrad::detail::see {

/// Which adjoints of the last sweep are noise. A sum of n contributions is, if it is not 0 and no larger than 4 ε n Σ|contribution|, with ε of
/// its type; and so is what was made of noise alone. One contribution, however small, is what it is.
struct gradient_noise {
  std::vector<char> whole = {};                        ///< by node: a number, or an array of which no element means anything
  std::map<node_id, std::vector<char>> elements = {};  ///< by node: of arrays of which some elements are noise

  auto has(node_id k) const -> bool { return k < whole.size() && whole[k] != 0; }
  /// The adjoint of an array, with 0 in the place of noise.
  auto cleared(const graph& g, node_id k) const -> array;
};

auto find_noise(const graph& g) -> gradient_noise;

}  // namespace seegrad::detail::see
