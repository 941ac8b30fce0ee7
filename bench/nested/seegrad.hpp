#pragma once
// seegrad as the works need it. Every library has such a class, its "way": gradients by x of callables f(x, p) over any number type, at
// numbers or, while a derivative around it is recorded, at recorded numbers.

#include <autodiff/fused.hpp>

#include <span>
#include <vector>

namespace bench {

template <class Number>
struct seegrad_way_with {
  using number = Number;

  static auto number_of(double x) -> double { return x; }
  static auto number_of(const number& x) -> double { return x.value(); }

  template <class F>
  static auto gradient(const F& f, std::span<const double> at, std::span<const double> parameters) -> std::vector<double> {
    const seegrad::graph here;
    const auto x = inputs(at);
    const std::vector<number> p(parameters.begin(), parameters.end());
    return seegrad::gradient(number(f(std::span<const number>(x), std::span<const number>(p))), x);
  }

  // Part of the graph that is being recorded. Numbers at which a search starts are no nodes, and become some.
  template <class F>
  static auto gradient(const F& f, std::span<const number> at, std::span<const number> p) -> std::vector<number> {
    std::vector<number> x(at.begin(), at.end());
    for (auto& one : x)
      if (one.is_constant()) one = seegrad::input(one.value());
    const auto slopes = seegrad::recorded_gradient(number(f(std::span<const number>(x), p)), x);
    return {slopes.begin(), slopes.end()};
  }

  template <class F>
  static auto forward_gradient(const F& f, std::span<const double> x, std::span<const double> p) -> std::vector<double> {
    return forward<double>(f, x, p);
  }
  template <class F>
  static auto forward_gradient(const F& f, std::span<const number> x, std::span<const number> p) -> std::vector<number> {
    return forward<number>(f, x, p);
  }

  // Dual numbers of recorded numbers: the tangent is the gradient times ones, and is differentiated once more.
  template <class F>
  static auto gradient_and_hessian_times_ones(const F& f, std::span<const double> at) -> std::vector<double> {
    using dual = seegrad::dual<number>;
    const seegrad::graph here;
    const auto points = inputs(at);
    std::vector<dual> x;
    for (const auto& one : points) x.emplace_back(one, number(1.0));
    const dual y = f(std::span<const dual>(x));
    auto result = seegrad::gradient(y.value, points);
    const auto second = seegrad::gradient(y.tangent, points);
    result.insert(result.end(), second.begin(), second.end());
    return result;
  }

  // x * x, and its slope.
  static auto square(double at) -> double {
    const seegrad::graph here;
    const number x = seegrad::input(at);
    return seegrad::gradient(x * x, x);
  }

  // Two nodes behind many others, of which their gradient need not know.
  class tail {
   public:
    explicit tail(std::size_t nodes) {
      number x = seegrad::input(1.0);
      while (graph_.size() < nodes) x = x * 1.0000001;
      x_ = seegrad::input(3.0);
      y_ = x_ * x_;
    }
    auto gradient() const -> double { return seegrad::gradient(y_, x_); }

   private:
    seegrad::graph graph_;
    number x_, y_;
  };

 private:
  static auto inputs(std::span<const double> at) -> std::vector<number> {
    std::vector<number> x(at.size());
    seegrad::inputs(at, std::span<number>(x));
    return x;
  }

  template <class T, class F>
  static auto forward(const F& f, std::span<const T> at, std::span<const T> parameters) -> std::vector<T> {
    using dual = seegrad::dual<T>;
    std::vector<dual> x, p;
    for (const auto& one : at) x.emplace_back(one, T(0.0));
    for (const auto& one : parameters) p.emplace_back(one, T(0.0));
    std::vector<T> slopes;
    for (auto& one : x) {
      one.tangent = 1.0;
      slopes.push_back(f(std::span<const dual>(x), std::span<const dual>(p)).tangent);
      one.tangent = 0.0;
    }
    return slopes;
  }
};

struct seegrad_way : seegrad_way_with<seegrad::scalar> {
  static constexpr const char* name = "seegrad";
};

}  // namespace bench
