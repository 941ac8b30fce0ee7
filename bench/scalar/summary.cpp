#include "summary.hpp"

#include <cmath>

namespace bench {

auto summaries(std::span<const row> rows) -> std::vector<summary> {
  std::vector<summary> all;
  if (rows.front().best_peer().empty()) return all;
  for (const auto library : rows.front().ours()) {
    double logarithms = 0.0;
    std::size_t ahead = 0;
    for (const auto& one : rows) {
      const double ratio = one.ratio(library, one.best_peer());
      logarithms += std::log(ratio);
      ahead += ratio <= 1.0;
    }
    all.push_back({library, std::exp(logarithms / static_cast<double>(rows.size())), ahead});
  }
  return all;
}

}  // namespace bench
