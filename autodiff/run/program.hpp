#pragma once
// A part of a record as a program: the same function at other points, at one or at a million, without recording.
//
//   graph g(with_guards);
//   scalar x = input(2.0, "x"), z = input(3.0, "z"), y = x > 0 ? x * sin(z) : z;
//   const program p = compile(y, wrt(x, z));
//   double slope[2];
//   double value = p.value_and_gradient(std::array{1.5, 0.5}, slope);
//   p.value_and_gradient(points, values, slopes);       // a row of `points` for each, in blocks, by the threads of set_num_threads
//   fmt::print("{}", p.text());
//   picture(p, std::array{1.5, 0.5}).save("p.svg");       // of see/picture.hpp; check(p, x) is of check/check_program.hpp
//
// A program is made of what leads from the xs to the ys; everything else is the constant it was. It does not need the graph any more, is copied at no cost, and
// may be run by several threads at once. Derivatives are those that the sweep of the record gives at that point, summed in the same order, unless it is
// compiled with algebra::fast (run/compile_options.hpp). Where the record has guards,
// a program answers for no branch that it has not seen: it throws guard_failure. Without guards a comparison of the user's is what it was.

#include <autodiff/array/array.hpp>
#include <autodiff/run/compile_options.hpp>
#include <autodiff/trace/traced.hpp>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace seegrad {

namespace detail::run {
struct code;
}  // namespace detail::run

class program {
 public:
  /// How many numbers a point has, and how many results there are.
  auto inputs() const -> std::size_t { return inputs_; }
  /// As it was compiled for.
  auto results() const -> std::size_t { return results_; }

  // One point. All throw if a span has another length than said.
  /// Of one result: its value; of several their values, into memory of the caller's.
  auto value(std::span<const double> x) const -> double;
  /// Of all results, into memory of the caller's.
  auto values(std::span<const double> x, std::span<double> y) const -> void;
  /// Of one result: its value, and its derivatives by the inputs into memory of the caller's.
  auto value_and_gradient(std::span<const double> x, std::span<double> slopes) const -> double;
  /// Of one result: its derivatives by the inputs.
  auto gradient(std::span<const double> x) const -> std::vector<double>;
  /// What the inputs get of the cotangent w of the results; the results as well where `y` is not empty.
  auto vjp(std::span<const double> x, std::span<const double> w, std::span<double> slopes, std::span<double> y = {}) const
      -> void;
  /// [results(), inputs()], a row for each result. Rows are computed together, in SIMD batches of cotangents.
  auto jacobian(std::span<const double> x) const -> array;
  /// What the inputs get of several cotangents, one behind the other, as `slopes` has them: in SIMD batches.
  auto vjp_batch(std::span<const double> x, std::span<const double> w, std::span<double> slopes) const -> void;

  // What follows is a program of its own, made when it is first asked for, from what `record` records at that point.
  /// How the results change along the direction v.
  auto jvp(std::span<const double> x, std::span<const double> v, std::span<double> dy) const -> void;
  /// Of one result: the second derivatives, and their product with v.
  auto hessian(std::span<const double> x) const -> array;
  /// Of one result: the second derivatives times v.
  auto hvp(std::span<const double> x, std::span<const double> v, std::span<double> product) const -> void;

  // Many points, one behind the other in `x`; results and derivatives in the same way.
  /// results() numbers for each point.
  auto values_at(std::span<const double> x, std::span<double> y) const -> void;
  /// Of one result.
  auto values_and_gradients_at(std::span<const double> x, std::span<double> y, std::span<double> slopes) const -> void;

  /// Records in the active graph what it computes of x: the results. Throws guard_failure if it would not answer there. A graph with guards keeps those of the program.
  auto record(std::span<const scalar> x) const -> std::vector<scalar>;

  /// What it does, a line for each instruction.
  auto text() const -> std::string;
  /// A text of C++20 that needs <cmath> and <limits> alone: `bool NAME(const double* x, double* y)`, and with the derivatives of the sum of w[i] y[i]
  /// `bool NAME_vjp(const double* x, const double* w, double* y, double* slopes)`. They return false where a guard gets another answer. Compiled without
  /// contracting a * b + c they give the numbers that the program gives at one point. Throws if the name is none, or an operation or a guard cannot be written.
  auto to_cpp(std::string_view name) const -> std::string;
  /// Writes it to a file, as text, from which load_program makes the same program, to the last digit. Throws if the file cannot be written (an old one then stays), or if
  /// an operation of a user's own or a guard that is no comparison is in it, which a file has no words for.
  auto save(const std::filesystem::path& file) const -> void;

  /// How many instructions a value takes, and how many a value with its derivatives.
  auto size() const -> std::size_t;
  /// With the sweep back.
  auto size_with_slopes() const -> std::size_t;
  /// How many bytes of machine code have been made for it so far.
  auto machine_bytes() const -> std::size_t;

 private:
  friend auto load_program(const std::filesystem::path& file, backend b) -> program;
  friend auto compile(std::span<const scalar> ys, std::span<const scalar> xs, const compile_options& o) -> program;
  /// Of a code whose slots are not planned.
  program(detail::run::code with_slopes, const compile_options& o);

  struct parts;
  auto gradient_program(std::span<const double> x) const -> program;
  auto transposed_program(std::span<const double> x) const -> program;

  std::shared_ptr<parts> parts_;
  std::size_t inputs_ = 0, results_ = 0;
};

/// A program from a file that program::save wrote. Throws for any other file, and says what is wrong with it and in which line.
auto load_program(const std::filesystem::path& file, backend b = backend::automatic) -> program;

/// Throws if an x is a constant, or if an operation on arrays lies between. A y may be a constant.
auto compile(std::span<const scalar> ys, std::span<const scalar> xs, const compile_options& o = {}) -> program;
auto compile(const scalar& y, std::span<const scalar> xs, const compile_options& o = {}) -> program;
template <std::size_t N>
auto compile(const scalar& y, const std::array<scalar, N>& xs, const compile_options& o = {}) -> program {
  return compile(y, std::span<const scalar>(xs), o);
}
template <class Y, class X>
auto compile(const Y& y, const X& xs, backend b) -> program {
  return compile(y, xs, compile_options{.with = b});
}

}  // namespace seegrad
