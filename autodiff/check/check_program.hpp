#pragma once
// Does a program compute what its record says, and are its derivatives right?
//
//   const program p = compile(y, wrt(a, b));
//   fmt::print("{}", check(p, {7.0, 4.0}));       // element by element: what the program says, and what is measured
//
// What the program says of the derivatives, at one point and among many, is compared with the reverse sweep of what it records at that point, which is itself confirmed by differences
// (check/check.hpp).

#include <autodiff/check/check.hpp>
#include <autodiff/run/array_program.hpp>
#include <autodiff/run/program.hpp>
#include <autodiff/run/traced_function.hpp>

namespace seegrad {

/// Of several results their sum is differentiated. Throws as the program does.
auto check(const program& p, const std::vector<double>& x, const check_options& options = {}) -> check_report;

/// Of arrays: every operation of what the program records at x is checked, and that the program's derivatives are what they add up to.
auto check(const array_program& p, std::span<const array> x, const check_options& options = {}) -> check_report;

/// The program that a traced function runs at x.
template <class F, class... X>
  requires std::is_class_v<F> && detail::plain_function_at<F, X...>
auto check(const traced<F>& f, const X&... x) -> check_report {
  const auto [p, at] = f.program_at(x...);
  return check(p, at);
}
template <class F, class X>
  requires std::is_class_v<F> && detail::plain_function_at<F, X>
auto check(const traced<F>& f, const X& x, const check_options& options) -> check_report {
  const auto [p, at] = f.program_at(x);
  return check(p, at, options);
}

}  // namespace seegrad
