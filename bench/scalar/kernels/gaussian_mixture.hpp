#pragma once
// The log-likelihood of a Gaussian mixture with a Wishart prior, after ADBench (Srajer, Kukelova and Fitzgibbon, 2018).
// Each component has the inverse of its covariance factor in a triangular matrix whose diagonal is the exponential of
// what is stored.

#include "log_sum_exp.hpp"

#include <numbers>

namespace bench {

struct gaussian_mixture {
  std::size_t d, k, n;         // dimensions, components, points
  std::vector<double> inputs;  // k weights, k means of d numbers, k factors of d (d + 1) / 2 numbers
  std::vector<double> points;
  double gamma = 1.0;  // the parameters of the prior
  double freedom = 0.0;

  gaussian_mixture(std::size_t d, std::size_t k, std::size_t n)
      : d(d),
        k(k),
        n(n),
        inputs(generator(9).uniforms(k + k * d + k * factor_size(), -1.0, 1.0)),
        points(generator(10).uniforms(n * d, -1.0, 1.0)) {}

  auto factor_size() const -> std::size_t { return d * (d + 1) / 2; }

  template <class T>
  auto operator()(std::span<const T> x) const -> T {
    using std::exp;
    const auto alphas = x.first(k);
    const auto means = x.subspan(k, k * d);
    const auto factors = x.subspan(k + k * d);
    std::vector<T> diagonals(k * d), log_determinants(k), scores(k), centred(d), rotated(d);
    for (std::size_t c = 0; c < k; ++c) {
      T sum = 0.0;
      for (std::size_t i = 0; i < d; ++i) {
        const T& entry = factors[c * factor_size() + i];
        sum += entry;
        diagonals[c * d + i] = exp(entry);
      }
      log_determinants[c] = sum;
    }
    T likelihood = 0.0;
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t c = 0; c < k; ++c) {
        for (std::size_t i = 0; i < d; ++i) centred[i] = points[p * d + i] - means[c * d + i];
        rotate(&diagonals[c * d], &factors[c * factor_size() + d], centred.data(), rotated.data());
        scores[c] = alphas[c] + log_determinants[c] - 0.5 * squared_norm(std::span<const T>(rotated));
      }
      likelihood += shifted_log_sum_exp(std::span<const T>(scores));
    }
    const double constant = -0.5 * static_cast<double>(n * d) * std::log(2.0 * std::numbers::pi);
    return constant + likelihood - static_cast<double>(n) * shifted_log_sum_exp(alphas) +
           prior(factors, std::span<const T>(diagonals), std::span<const T>(log_determinants));
  }

  // The triangular matrix times a vector: the diagonal first, then the columns below it.
  template <class T>
  auto rotate(const T* diagonal, const T* below, const T* in, T* out) const -> void {
    for (std::size_t i = 0; i < d; ++i) out[i] = diagonal[i] * in[i];
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = i + 1; j < d; ++j) out[j] += *below++ * in[i];
  }

  template <class T>
  static auto squared_norm(std::span<const T> x) -> T {
    T sum = x[0] * x[0];
    for (const auto& entry : x.subspan(1)) sum += entry * entry;
    return sum;
  }

  // The logarithm of the Wishart density of the factors, without the constant that holds gamma functions.
  template <class T>
  auto prior(std::span<const T> factors, std::span<const T> diagonals, std::span<const T> log_determinants) const -> T {
    T sum = 0.0;
    for (std::size_t c = 0; c < k; ++c) {
      const T frobenius =
          squared_norm(diagonals.subspan(c * d, d)) + squared_norm(factors.subspan(c * factor_size() + d, factor_size() - d));
      sum += 0.5 * gamma * gamma * frobenius - freedom * log_determinants[c];
    }
    return sum;
  }
};

}  // namespace bench
