#pragma once
// Is the gradient right?
//
//   graph g;
//   scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
//   scalar J = named(3 * (a + b * c), "J");
//   fmt::print("{}", check(J));
//
//   check: 3 operations, 5 derivatives: 5 PASS, 0 FAIL; gradient of J by a, b, c: PASS
//
// First every operation is checked by itself, on the values it was recorded with: its rule against extrapolated differences of its
// value, a complex step, and its forward rule. So a mistake is found where it was made, and its node, operation and operand are
// named. Then the gradient as a whole, against replays of the record and against the forward sweep: if every operation passes and
// the whole fails, the contributions were not added up as they should be. What the verdicts mean stands in report.hpp.
//
// And a gradient that was worked out by hand:
//
//   auto f = [](const auto& x) { return 3 * (x[0] + x[1] * x[2]); };
//   fmt::print("{}", check(f, {3, 6, 9}, {7, 4, 2}, {.names = {"a", "b", "c"}}));     // FAIL  c  claimed 9  measured 12

#include <autodiff/check/options.hpp>
#include <autodiff/check/report.hpp>
#include <autodiff/derive/function.hpp>
#include <autodiff/trace/tensor.hpp>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <ranges>
#include <span>
#include <vector>

namespace seegrad {

/// Every operation that y depends on, then the gradient of y by its inputs. Leaves the adjoints in the graph as backward(y) does.
/// Throws if y is a constant.
auto check(const scalar& y, const check_options& options = {}) -> check_report;

/// The same for an array. If it has several elements, what is differentiated is their sum with uneven weights, and the adjoints that are
/// left are of that. Graphs with float32 arrays are checked in double; how far their gradient is off is among the remarks.
auto check(const tensor& y, const check_options& options = {}) -> check_report;

/// The same for adjoints that were computed elsewhere, one number for each node up to y at least: somebody's own reverse sweep.
/// A sum that misses a contribution is found at the node where it is missing. Leaves the graph as it is.
auto check_adjoints(const scalar& y, std::span<const double> adjoints, const check_options& options = {}) -> check_report;
/// In a graph with arrays: an array for each node, of shape [] for a number; a null one is 0. y has one element.
auto check_adjoints(const tensor& y, std::span<const array> adjoints, const check_options& options = {}) -> check_report;

namespace detail {

/// A function as the checker of gradients by hand calls it; one of the two is there, or both: then differences are of the plain one.
struct function_under_test {
  std::function<scalar(const std::vector<scalar>&)> traced;
  std::function<double(const std::vector<double>&)> plain;
};
auto check_by_hand(const function_under_test& f, const std::vector<double>& by_hand, const std::vector<double>& x,
                   const check_options& options) -> check_report;

template <class F>
auto under_test(F& f) -> function_under_test {
  if constexpr (std::is_invocable_v<F&, const std::vector<scalar>&>)
    return {[&f](const std::vector<scalar>& x) -> scalar { return f(x); }, {}};
  else return {{}, [&f](const std::vector<double>& x) { return static_cast<double>(f(x)); }};
}

template <std::ranges::input_range R>
auto to_numbers(R&& range) -> std::vector<double> {
  std::vector<double> out;
  for (const auto& v : range) out.push_back(static_cast<double>(v));
  return out;
}

/// What can be differentiated by hand: a function of a std::vector of scalars, or, if it is not a template, of doubles.
template <class F>
concept checkable = !detail::is_traced_function<std::remove_cvref_t<F>> &&
                    (std::invocable<F&, const std::vector<scalar>&> || std::invocable<F&, const std::vector<double>&>);
}  // namespace detail

/// Compares a gradient worked out by hand with the truth, element by element. `by_hand` is a function that takes x and returns the
/// numbers in any range, or the numbers themselves. The truth is the reverse sweep of f, recorded at x in a graph of its own and
/// itself confirmed by differences; of an f that takes doubles only, the differences alone. Throws if the lengths differ.
template <detail::checkable F, class G>
  requires std::invocable<G&, const std::vector<double>&> || std::ranges::input_range<G>
auto check(F&& f, G&& by_hand, const std::vector<double>& x, const check_options& options = {}) -> check_report {
  if constexpr (std::invocable<G&, const std::vector<double>&>)
    return detail::check_by_hand(detail::under_test(f), detail::to_numbers(by_hand(x)), x, options);
  else return detail::check_by_hand(detail::under_test(f), detail::to_numbers(by_hand), x, options);
}
template <detail::checkable F>
auto check(F&& f, std::initializer_list<double> by_hand, const std::vector<double>& x, const check_options& options = {})
    -> check_report {
  return detail::check_by_hand(detail::under_test(f), by_hand, x, options);
}

}  // namespace seegrad
