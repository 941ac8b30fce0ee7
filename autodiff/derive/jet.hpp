#pragma once
// Truncated power series: a number with its Taylor coefficients along a path, carried forward through a computation.
//
//   jet t = jet::variable(0.5, 10);       // 0.5 + t, up to t^10
//   jet y = exp(t) / t;
//   y[3];                                 // the coefficient of t^3: the third derivative by 3!
//
// Sums, products and quotients have rules of their own. Any other operation has its paragraph's derivative: from y' = d(x, y) x' follow the coefficients of y one after the other,
// as those of d up to one order less are known by then (R. E. Moore, Interval Analysis, 1966, chapter 11; A. Griewank, A. Walther, Evaluating Derivatives, 2008, section 13.2). Decisions go by the value
// itself, the coefficient of t^0.

#include <algorithm>
#include <autodiff/ops/pointwise/arithmetic.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace seegrad {

class jet {
 public:
  jet() : jet(0.0) {}
  jet(arithmetic auto x) : c_{static_cast<double>(x)}, is_constant_(true) {}
  /// One coefficient for each power, from the 0th on.
  explicit jet(std::vector<double> coefficients) : c_(std::move(coefficients)) {}
  /// x + slope · t.
  static auto variable(double x, int order, double slope = 1) -> jet {
    std::vector<double> c(static_cast<std::size_t>(order) + 1, 0.0);
    c[0] = x;
    if (order > 0) c[1] = slope;
    return jet(std::move(c));
  }

  /// Coefficient 0.
  auto value() const -> double { return c_[0]; }
  /// Coefficient k: the k-th derivative divided by k!; 0 behind those that are known.
  auto operator[](std::size_t k) const -> double { return k < c_.size() ? c_[k] : 0; }
  /// Whether it is a plain number, and all further coefficients are 0.
  auto is_constant() const -> bool { return is_constant_; }
  /// How many coefficients are known; of a constant all are.
  auto size() const -> std::size_t { return is_constant_ ? std::numeric_limits<std::size_t>::max() : c_.size(); }
  /// The first `count`; behind those that are known stands `rest`.
  auto cut(std::size_t count, double rest = 0) const -> jet {
    if (is_constant_) return *this;
    auto c = c_;
    c.resize(count, rest);
    return jet(std::move(c));
  }
  /// One coefficient more.
  auto append(double c) -> void { c_.push_back(c); }

  // clang-format off
  friend auto operator<(const jet& a, const jet& b) -> bool { return a.value() < b.value(); }
  friend auto operator>(const jet& a, const jet& b) -> bool { return a.value() > b.value(); }
  friend auto operator<=(const jet& a, const jet& b) -> bool { return a.value() <= b.value(); }
  friend auto operator>=(const jet& a, const jet& b) -> bool { return a.value() >= b.value(); }
  friend auto operator==(const jet& a, const jet& b) -> bool { return a.value() == b.value(); }
  // clang-format on

 private:
  std::vector<double> c_;
  bool is_constant_ = false;
};

// clang-format off
/// Of the value.
inline auto isnan(const jet& x) -> bool { return std::isnan(x.value()); }
inline auto isinf(const jet& x) -> bool { return std::isinf(x.value()); }
inline auto isfinite(const jet& x) -> bool { return std::isfinite(x.value()); }
inline auto signbit(const jet& x) -> bool { return std::signbit(x.value()); }
// clang-format on

template <>
struct lift<jet> {
  template <class Op, class... A>
  static auto apply(const A&... a) -> jet {
    const jet x[] = {jet(a)...};
    std::size_t n = std::numeric_limits<std::size_t>::max();
    for (const auto& each : x) n = std::min(n, each.size());
    return [&]<std::size_t... I>(std::index_sequence<I...>) -> jet {
      const double first = Op::value(x[I].value()...);
      if (n == std::numeric_limits<std::size_t>::max()) return first;
      if constexpr (std::same_as<Op, add_op>) return each_coefficient(n, [&](std::size_t k) { return x[0][k] + x[1][k]; });
      else if constexpr (std::same_as<Op, sub_op>) return each_coefficient(n, [&](std::size_t k) { return x[0][k] - x[1][k]; });
      else if constexpr (std::same_as<Op, neg_op>) return each_coefficient(n, [&](std::size_t k) { return -x[0][k]; });
      else if constexpr (std::same_as<Op, mul_op> || std::same_as<Op, strong_mul_op>) return product(n, x[0], x[1], first);
      else if constexpr (std::same_as<Op, div_op>) return quotient(n, x[0], x[1]);
      else return by_derivative<Op>(n, x, first);
    }(std::make_index_sequence<sizeof...(A)>{});
  }

 private:
  template <class F>
  static auto each_coefficient(std::size_t n, F f) -> jet {
    std::vector<double> c(n);
    for (std::size_t k = 0; k < n; ++k) c[k] = f(k);
    return jet(std::move(c));
  }
  static auto product(std::size_t n, const jet& a, const jet& b, double first) -> jet {
    return each_coefficient(n, [&](std::size_t k) {
      double sum = 0;
      for (std::size_t j = 0; j <= k; ++j) sum += strong_mul(a[j], b[k - j]);
      return k == 0 ? first : sum;
    });
  }
  static auto quotient(std::size_t n, const jet& a, const jet& b) -> jet {
    std::vector<double> q;
    for (std::size_t k = 0; k < n; ++k) {
      double rest = a[k];
      for (std::size_t j = 1; j <= k; ++j) rest -= strong_mul(b[j], q[k - j]);
      q.push_back(rest / b[0]);
    }
    return jet(std::move(q));
  }

  /// The derivatives by the operands, of which the first `n` coefficients are taken.
  template <class Op>
  static auto slopes(std::size_t n, const jet* x, const jet& y) -> std::vector<jet> {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      const jet at[] = {x[I].cut(n)...};
      std::vector<jet> d;
      (d.push_back(at[I].is_constant() ? jet(0.0) : jet(slope<Op, I>(at, y))), ...);
      return d;
    }(std::make_index_sequence<static_cast<std::size_t>(Op::arity)>{});
  }
  template <class Op, std::size_t I>
  static auto slope(const jet* x, const jet& y) {
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
      return partial<Op, static_cast<int>(I)>(x[K]..., y);
    }(std::make_index_sequence<static_cast<std::size_t>(Op::arity)>{});
  }
  /// k y[k] = the sum over the operands of j x[j] d[k - j].
  static auto next(std::size_t k, const jet* x, const std::vector<jet>& d) -> double {
    double sum = 0;
    for (std::size_t i = 0; i < d.size(); ++i)
      for (std::size_t j = 1; j <= k; ++j) sum += strong_mul(static_cast<double>(j) * x[i][j], d[i][k - j]);
    return sum / static_cast<double>(k);
  }
  template <class Op>
  static auto by_derivative(std::size_t n, const jet* x, double first) -> jet {
    jet y(std::vector<double>{first});
    if (n == 1) return y;
    // Where the derivative does not look at the result, all its coefficients are there at once.
    const auto all = slopes<Op>(n - 1, x, y.cut(n - 1, std::numeric_limits<double>::quiet_NaN()));
    const auto is_known = [&](const jet& d) {
      for (std::size_t k = 0; k + 1 < n; ++k)
        if (std::isnan(d[k])) return false;
      return true;
    };
    const bool at_once = std::ranges::all_of(all, is_known);
    const bool is_none = std::ranges::any_of(all, [](const jet& d) { return std::isnan(d[0]); });
    for (std::size_t k = 1; k < n; ++k) y.append(at_once || is_none ? next(k, x, all) : next(k, x, slopes<Op>(k, x, y)));
    return y;
  }
};

}  // namespace seegrad
