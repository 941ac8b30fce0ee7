// In three passes over memory that is in the cache, since each of them becomes vectors.

#include "by_hand.hpp"
#include "lanes.hpp"

namespace bench {

auto by_hand(const rosenbrock& f) -> gradient_by_hand {
  const auto terms = f.inputs.size() - 1;
  return [terms, valley = std::vector<double>(terms), slope = std::vector<double>(terms)](std::span<const double> x,
                                                                                         std::span<double> slopes) mutable {
    for (std::size_t i = 0; i < terms; ++i) valley[i] = x[i + 1] - x[i] * x[i], slope[i] = 1.0 - x[i];
    slopes[0] = -400.0 * x[0] * valley[0] - 2.0 * slope[0];
    for (std::size_t i = 1; i < terms; ++i) slopes[i] = 200.0 * valley[i - 1] - 400.0 * x[i] * valley[i] - 2.0 * slope[i];
    slopes[terms] = 200.0 * valley[terms - 1];
    return 100.0 * dot(valley.data(), valley.data(), terms) + dot(slope.data(), slope.data(), terms);
  };
}

}  // namespace bench
