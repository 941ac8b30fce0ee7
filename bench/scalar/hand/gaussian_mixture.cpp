// Eight components side by side. Of the points the gradient needs three sums a component, known from expectation maximisation: of
// the shares w, of w (x - μ) and of w (x - μ)(x - μ)ᵀ; the factors Q come in once, at the end.

#include "by_hand.hpp"
#include "softmax.hpp"

#include <algorithm>

namespace bench {
namespace {

class mixture {
 public:
  explicit mixture(const gaussian_mixture& f) : f_(f) {}

  auto operator()(std::span<const double> x, std::span<double> slopes) -> double {
    take(x);
    double likelihood = 0.0;
    for (std::size_t p = 0; p < f_.n; ++p) likelihood += point(&f_.points[p * f_.d]);
    const auto n = static_cast<double>(f_.n);
    likelihood -= n * softmax(x.first(f_.k), of_alphas_);
    for (std::size_t c = 0; c < f_.k; ++c) {
      slopes[c] = at(weight_, 1, c, 0) - n * of_alphas_[c];
      likelihood += give(c, x, slopes);
    }
    return likelihood - 0.5 * n * static_cast<double>(f_.d) * std::log(2.0 * std::numbers::pi);
  }

 private:
  using block = std::vector<eight>;

  // Number i of component c, where each component has `size` numbers.
  static auto at(block& of, std::size_t size, std::size_t c, std::size_t i) -> double& {
    return reinterpret_cast<double*>(&of[c / lanes * size + i])[c % lanes];
  }
  // Where row i of a triangle begins.
  static auto row(std::size_t i) -> std::size_t { return i * (i + 1) / 2; }

  // Turns the parameters, so that eight components lie side by side; the kernel has the triangles by columns, diagonals first.
  auto take(std::span<const double> x) -> void {
    const auto d = f_.d, size = f_.factor_size();
    for (auto* sums : {&weight_, &first_, &second_}) std::fill(sums->begin(), sums->end(), eight{});
    for (std::size_t c = 0; c < f_.k; ++c) {
      const double *const mean = &x[f_.k + c * d], *const diagonal = &x[f_.k * (1 + d) + c * size], *below = diagonal + d;
      double base = x[c];
      for (std::size_t i = 0; i < d; ++i) {
        base += diagonal[i];
        at(mean_, d, c, i) = mean[i];
        at(factor_, size, c, row(i) + i) = std::exp(diagonal[i]);
        for (std::size_t j = i + 1; j < d; ++j) at(factor_, size, c, row(j) + i) = *below++;
      }
      at(base_, 1, c, 0) = base;
    }
  }

  // The logarithm of a point's density; the sums grow by what it adds.
  auto point(const double* x) -> double {
    const auto d = f_.d;
    for (std::size_t b = 0; b < blocks_; ++b) {
      const eight *const mean = &mean_[b * d], *factor = &factor_[b * f_.factor_size()];
      eight *const centred = &centred_[b * d], squares{};
      for (std::size_t j = 0; j < d; ++j) {
        centred[j] = x[j] - mean[j];
        eight rotated{};
        for (std::size_t i = 0; i <= j; ++i) rotated += *factor++ * centred[i];
        squares += rotated * rotated;
      }
      scores_[b] = base_[b] - 0.5 * squares;
    }
    const double density = softmax({&at(scores_, 1, 0, 0), f_.k}, {&at(shares_, 1, 0, 0), f_.k});
    for (std::size_t b = 0; b < blocks_; ++b) {
      const eight* const centred = &centred_[b * d];
      eight *const first = &first_[b * d], *second = &second_[b * f_.factor_size()];
      weight_[b] += shares_[b];
      for (std::size_t j = 0; j < d; ++j) {
        const eight share = shares_[b] * centred[j];
        first[j] += share;
        for (std::size_t i = 0; i <= j; ++i) *second++ += share * centred[i];
      }
    }
    return density;
  }

  // From the sums of a component to its slopes: QᵀQ times the first for the mean, -Q times the second for Q. Returns its prior.
  auto give(std::size_t c, std::span<const double> x, std::span<double> slopes) -> double {
    const auto d = f_.d, size = f_.factor_size(), diagonals = f_.k * (1 + d) + c * size;
    const double weight = at(weight_, 1, c, 0), square = f_.gamma * f_.gamma;
    double prior = 0.0, *const by_mean = &slopes[f_.k + c * d], *const by_diagonal = &slopes[diagonals];
    std::fill_n(by_mean, d, 0.0);
    for (std::size_t j = 0; j < d; ++j) {
      double rotated = 0.0;
      std::fill_n(row_.begin(), d, 0.0);
      for (std::size_t m = 0; m <= j; ++m) {
        const double q = at(factor_, size, c, row(j) + m);
        rotated += q * at(first_, d, c, m);
        for (std::size_t i = 0; i <= j; ++i) row_[i] -= q * at(second_, size, c, row(std::max(i, m)) + std::min(i, m));
      }
      for (std::size_t i = 0; i <= j; ++i) {
        const double q = at(factor_, size, c, row(j) + i), slope = row_[i] + square * q;
        by_mean[i] += q * rotated;
        prior += 0.5 * square * q * q;
        // Column i begins after the diagonal and the columns before it.
        if (i == j) by_diagonal[j] = weight - f_.freedom + q * slope;
        else by_diagonal[d + i * d - row(i) + (j - i - 1)] = slope;
      }
      prior -= f_.freedom * x[diagonals + j];
    }
    return prior;
  }

  const gaussian_mixture& f_;
  std::size_t blocks_ = (f_.k + lanes - 1) / lanes;
  block scores_ = block(blocks_), shares_ = scores_, base_ = scores_, weight_ = scores_;
  block mean_ = block(blocks_ * f_.d), centred_ = mean_, first_ = mean_;
  block factor_ = block(blocks_ * f_.factor_size()), second_ = factor_;
  std::vector<double> of_alphas_ = std::vector<double>(f_.k), row_ = std::vector<double>(f_.d);
};

}  // namespace

auto by_hand(const gaussian_mixture& f) -> gradient_by_hand { return mixture(f); }

}  // namespace bench
