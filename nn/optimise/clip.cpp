#include <autodiff/array/instruction_set.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/optimise/clip.hpp>

namespace seegrad::nn {
namespace {

// Eight sums side by side, which the compiler keeps in one register; their order is fixed.
template <class T, class F>
auto sum_of(const array& x, F f) -> double {
  double total = 0;
  seegrad::detail::vectorised([f, all = x.elements<T>(), &total] {
    double part[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= all.size(); i += 8)
      for (std::size_t k = 0; k < 8; ++k) part[k] += f(static_cast<double>(all[i + k]));
    for (std::size_t k = 0; i < all.size(); ++i, ++k) part[k] += f(static_cast<double>(all[i]));
    total = ((part[0] + part[4]) + (part[1] + part[5])) + ((part[2] + part[6]) + (part[3] + part[7]));
  });
  return total;
}

}  // namespace

detail::norm_of_all::norm_of_all(double p) : p_(p) {
  if (!(p > 0)) throw error(fmt::format("grad_norm: a norm of order {}; the order is positive, or infinity", p));
}

auto detail::norm_of_all::add(const array& gradient) -> void {
  const auto x = gradient.contiguous();
  seegrad::detail::with_floating(x.type(), [&]<class T>(T) {
    if (std::isinf(p_)) {
      for (const auto v : x.elements<T>())
        total_ = std::isnan(v) || std::abs(v) > total_ ? std::abs(static_cast<double>(v)) : total_;
    } else if (p_ == 2) {
      total_ += sum_of<T>(x, [](double v) { return v * v; });
    } else if (p_ == 1) {
      total_ += sum_of<T>(x, [](double v) { return std::abs(v); });
    } else {
      total_ += sum_of<T>(x, [this](double v) { return std::pow(std::abs(v), p_); });
    }
  });
}

auto detail::norm_of_all::result() const -> double {
  return std::isinf(p_) || p_ == 1 ? total_ : p_ == 2 ? std::sqrt(total_) : std::pow(total_, 1 / p_);
}

auto detail::clip_to(double norm, double max_norm) -> clipping {
  if (!(max_norm >= 0)) throw error(fmt::format("clip_grad_norm: max_norm is {}; it cannot be negative", max_norm));
  const double scale = max_norm / (norm + 1e-6);
  return {.norm = norm, .scale = scale > 1 ? 1 : scale};  // NaN stays, so that a broken gradient is not hidden
}

auto clip_grad_value(double limit) -> clipping {
  if (!(limit >= 0)) throw error(fmt::format("clip_grad_value: the limit is {}; it cannot be negative", limit));
  return {.limit = limit};
}

}  // namespace seegrad::nn
