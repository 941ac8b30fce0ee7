#pragma once
// Taylor coefficients of a function along a line.
//
//   taylor([](auto t) { return exp(t) * sin(t); }, 0.5, 10);              // c[0] to c[10]: f(0.5 + t) = c[0] + c[1] t + …
//   taylor(f, std::vector{1.0, 2.0}, std::vector{0.5, -1.0}, 4);          // of f(x + t v)

#include <autodiff/array/error.hpp>
#include <autodiff/derive/jet.hpp>
#include <autodiff/ops/pointwise/list.hpp>
#include <fmt/format.h>

namespace seegrad {

namespace detail {
inline auto expect_order(int order) -> void {
  constexpr int most = 1 << 16;  // The work grows with its square.
  if (order < 0 || order > most) throw error(fmt::format("taylor: the order is {}; it can be 0 to {}", order, most));
}
inline auto coefficients_of(const jet& y, int order) -> std::vector<double> {
  std::vector<double> c;
  for (std::size_t k = 0; k <= static_cast<std::size_t>(order); ++k) c.push_back(y[k]);
  return c;
}
}  // namespace detail

/// The k-th is the k-th derivative at x by k!. f is a template over its number, or a generic lambda. Throws unless 0 <= order <= 65,536.
template <class F>
auto taylor(const F& f, double x, int order) -> std::vector<double> {
  detail::expect_order(order);
  return detail::coefficients_of(jet(f(jet::variable(x, order))), order);
}
/// Of f(x + t v) by t, f of a vector of numbers. Throws as well if x and v differ in length.
template <class F>
auto taylor(const F& f, const std::vector<double>& x, const std::vector<double>& v, int order) -> std::vector<double> {
  detail::expect_order(order);
  if (x.size() != v.size()) throw error(fmt::format("taylor: a point of {} numbers and a direction of {}", x.size(), v.size()));
  std::vector<jet> at;
  for (std::size_t i = 0; i < x.size(); ++i) at.push_back(jet::variable(x[i], order, v[i]));
  return detail::coefficients_of(jet(f(at)), order);
}

}  // namespace seegrad
