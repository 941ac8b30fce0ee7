#include <autodiff/see/spread.hpp>

#include <algorithm>
#include <cmath>

namespace seegrad::detail::see {
namespace {

// Fifty nodes in a rank are fifty nodes high. In k ranks they are about as high as the k ranks, each with what leads to its nodes, are wide
// if k is the root of half of them, as a node and its line are two to three times as wide as high.
constexpr std::size_t many = 10;
constexpr double nodes_in_a_square = 2;
constexpr int deepest = 3;  // what leads to an operand goes with it, up to so many ranks

}  // namespace

auto spread_operands(const scene& s) -> std::vector<int> {
  std::vector<int> out(s.links.size(), 1), depth(s.items.size(), 0);
  std::vector<std::uint32_t> users(s.items.size(), 0);
  std::vector<std::vector<std::size_t>> to(s.items.size());
  for (std::size_t l = 0; l < s.links.size(); ++l) {
    if (s.links[l].from == no_item || s.links[l].to == no_item) continue;
    ++users[s.links[l].from], to[s.links[l].to].push_back(l);
  }
  for (item_id i = 0; i < s.items.size(); ++i) {
    for (auto l : to[i]) depth[i] = std::max(depth[i], depth[s.links[l].from] + 1);
    if (to[i].size() < many) continue;
    const auto ranks = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(to[i].size()) / nodes_in_a_square)));
    std::size_t at = 0;
    for (auto l : to[i]) {
      const auto from = s.links[l].from;
      if (users[from] > 1 || depth[from] >= deepest) continue;
      const auto step = static_cast<int>(at++ % std::max<std::size_t>(ranks, 1));
      out[l] += step * (depth[from] + 1), depth[i] = std::max(depth[i], depth[from] + out[l]);
    }
  }
  return out;
}

}  // namespace seegrad::detail::see
