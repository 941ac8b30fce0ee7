// The derivatives are the textbook's Greeks. With S φ(d1) = K exp(-rT) φ(d2), what comes by way of d1 and d2 is one density.

#include "by_hand.hpp"

namespace bench {

auto by_hand(const black_scholes&) -> gradient_by_hand {
  return [](std::span<const double> x, std::span<double> slopes) {
    const double per_root = 1.0 / std::sqrt(2.0 * std::numbers::pi);
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); i += black_scholes::per_option) {
      const double spot = x[i], strike = x[i + 1], rate = x[i + 2], volatility = x[i + 3], time = x[i + 4];
      const double root = std::sqrt(time), deviation = volatility * root;
      const double d1 = (std::log(spot / strike) + (rate + 0.5 * volatility * volatility) * time) / deviation;
      const double delta = black_scholes::normal_cdf(d1), discount = std::exp(-rate * time);
      const double paid = discount * black_scholes::normal_cdf(d1 - deviation), debt = strike * paid;
      const double density = spot * (per_root * std::exp(-0.5 * d1 * d1));
      slopes[i] = delta;
      slopes[i + 1] = -paid;
      slopes[i + 2] = time * debt;
      slopes[i + 3] = density * root;
      slopes[i + 4] = rate * debt + 0.5 * density * volatility / root;
      sum += spot * delta - debt;
    }
    return sum;
  };
}

}  // namespace bench
