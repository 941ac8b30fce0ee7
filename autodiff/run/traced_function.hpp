#pragma once
// A function that is recorded once and then runs as a program.
//
//   auto fast = traced([](const auto& x) { return x[0] > 0 ? x[0] * sin(x[1]) : x[1]; });
//   double y = fast(std::vector{0.5, 2.0});                          // recorded
//   auto [v, dv] = value_and_gradient(fast, std::vector{1.5, 2.0});  // the program of that branch
//   y = fast(std::vector{-1.0, 2.0});                                // x[0] > 0 is false now: recorded anew, and both are kept
//   auto [all, slopes] = value_and_gradient_at(fast, points);        // of many points, in SIMD batches
//   fast.programs();                                                 // 2
//   picture(fast, x).save("f.svg");                                   // of see/picture.hpp; check(fast, x) is of check/check_program.hpp
//
// The verbs of derive/function.hpp take it as any function. The function must be pure: what it does besides computing from its arguments, such as reading a variable that
// changes, happens while it is recorded and not again. Its arguments are points without data among them (trace/point.hpp); lists may have other lengths at each call, and arrays other
// shapes. Several threads may call it at once.

#include <autodiff/derive/function.hpp>
#include <autodiff/run/traced_arrays.hpp>
#include <autodiff/run/traced_numbers.hpp>

namespace seegrad {

/// A function that is recorded when that is needed, and else run as a program.
template <class F>
  requires std::is_class_v<F>
class traced<F> {
 public:
  /// So many programs are kept.
  explicit traced(F f, std::size_t most_programs = 64) : traced(std::move(f), {}, most_programs) {}
  /// Whose programs are made so, where they are of numbers: `traced(f, {.algebra = algebra::fast})`.
  traced(F f, const compile_options& o, std::size_t most_programs = 64)
      : f_(std::move(f)), programs_(std::make_shared<detail::run::program_cache>(most_programs, o)) {}

  /// Its value; in a list or struct of several in the type that the function gives, with double for scalar.
  template <class... X>
    requires detail::plain_function_at<F, X...>
  auto operator()(const X&... x) const {
    return at<X...>().value(x...);
  }
  /// Inside of a function that is being recorded it is what it was made of.
  template <class... X>
    requires detail::recorded_function_at<F, X...>
  auto operator()(const X&... x) const {
    return f_(x...);
  }

  /// What does its verbs at arguments of these types.
  template <class... X>
  auto at() const {
    static_assert((!detail::point<X>::has_data && ...),
                  "a traced function takes numbers only: what a program does cannot depend on whole numbers; capture them");
    if constexpr ((detail::point<X>::has_arrays || ...)) return detail::run::traced_arrays<F>(f_, *programs_);
    else return detail::run::traced_numbers<F>(f_, *programs_);
  }
  /// The program that it runs at x, recorded now if there is none yet, and x as that program takes it: an array_program where there are arrays.
  template <class... X>
  auto program_at(const X&... x) const {
    return at<X...>().program_at(x...);
  }

  /// How many are kept, and how often one was recorded.
  auto programs() const -> std::size_t { return programs_->size(); }
  /// How often a call had to be recorded.
  auto recorded() const -> std::size_t { return programs_->recorded(); }
  /// What it was made of.
  auto function() const -> const F& { return f_; }

 private:
  F f_;
  std::shared_ptr<detail::run::program_cache> programs_;
};
/// traced(f), with what the constructors take.
template <class F>
  requires std::is_class_v<F>
traced(F) -> traced<F>;
/// The same, for so many programs.
template <class F>
  requires std::is_class_v<F>
traced(F, std::size_t) -> traced<F>;
/// The same, for programs that are made so.
template <class F>
  requires std::is_class_v<F>
traced(F, compile_options, std::size_t = 64) -> traced<F>;

namespace detail {
template <class F>
  requires std::is_class_v<F>
inline constexpr bool is_traced_function<traced<F>> = true;
}  // namespace detail

// The verbs of functions.

/// f(x…) and its derivatives, as those of a function (derive/function.hpp); the program is recorded if there is none yet that answers at x.
template <class F, class... X>
  requires detail::plain_function_at<F, X...>
auto value_and_gradient(const traced<F>& f, const X&... x) {
  return f.template at<X...>().value_and_gradient(x...);
}
/// The derivatives alone.
template <class F, class... X>
  requires detail::plain_function_at<F, X...>
auto gradient(const traced<F>& f, const X&... x) {
  return f.template at<X...>().value_and_gradient(x...).second;
}
/// The derivatives of all results by all numbers of x.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto jacobian(const traced<F>& f, const X& x) {
  return f.template at<X>().jacobian(x);
}
/// The second derivatives of one result.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto hessian(const traced<F>& f, const X& x) {
  return f.template at<X>().hessian(x);
}
/// What x gets of the cotangent w of f(x).
template <class F, class X, class W>
  requires detail::plain_function_at<F, X>
auto vjp(const traced<F>& f, const X& x, const W& w) {
  return f.template at<X>().vjp(x, w);
}
/// The second derivatives of one result times v.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto hvp(const traced<F>& f, const X& x, const X& v) {
  return f.template at<X>().hvp(x, v);
}
/// f(x) and its change along v.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto jvp(const traced<F>& f, const X& x, const X& v) {
  return f.template at<X>().jvp(x, v);
}
/// Values and derivatives at many points, each a point of the function: a list of both.
template <class F, class Points>
auto value_and_gradient_at(const traced<F>& f, const Points& points) {
  using place = typename Points::value_type;
  static_assert(!detail::point<place>::has_arrays, "of a function of arrays there are no derivatives at many points at once");
  return f.template at<place>().value_and_gradient_at(std::span<const place>(points));
}

}  // namespace seegrad
