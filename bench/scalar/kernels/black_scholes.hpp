#pragma once
// The sum of the prices of European calls by Black and Scholes (1973): a long formula for each option, and the function erf.

#include "../random.hpp"

#include <cmath>
#include <numbers>
#include <span>

namespace bench {

struct black_scholes {
  static constexpr std::size_t per_option = 5;  // spot, strike, rate, volatility, time to expiry
  std::vector<double> inputs;

  explicit black_scholes(std::size_t options) {
    generator g(8);
    inputs.reserve(per_option * options);
    for (std::size_t i = 0; i < options; ++i) {
      inputs.push_back(g.uniform(80.0, 120.0));
      inputs.push_back(g.uniform(80.0, 120.0));
      inputs.push_back(g.uniform(0.01, 0.05));
      inputs.push_back(g.uniform(0.1, 0.4));
      inputs.push_back(g.uniform(0.25, 2.0));
    }
  }

  // The normal distribution function.
  template <class T>
  static auto normal_cdf(const T& x) -> T {
    using std::erf;
    return 0.5 * (1.0 + erf(x * (1.0 / std::numbers::sqrt2)));
  }

  template <class T>
  static auto call(const T& spot, const T& strike, const T& rate, const T& volatility, const T& time) -> T {
    using std::exp;
    using std::log;
    using std::sqrt;
    const T deviation = volatility * sqrt(time);
    const T drift = (rate + 0.5 * volatility * volatility) * time;
    const T d1 = (log(spot / strike) + drift) / deviation;
    const T d2 = d1 - deviation;
    return spot * normal_cdf(d1) - strike * exp(-rate * time) * normal_cdf(d2);
  }

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    T sum = 0.0;
    for (; !x.empty(); x = x.subspan(per_option)) sum += call(x[0], x[1], x[2], x[3], x[4]);
    return sum;
  }
};

}  // namespace bench
