#pragma once
// CoDiPack as the works need it; seegrad.hpp says what that is. A derivative in a derivative is a tape whose numbers are recorded on another.

#include <codi.hpp>

#include <span>
#include <vector>

namespace bench {

struct codipack_way {
  static constexpr const char* name = "CoDiPack";
  using number = codi::RealReverse;

  static auto number_of(double x) -> double { return x; }
  static auto number_of(const number& x) -> double { return x.getValue(); }

  template <class F>
  static auto gradient(const F& f, std::span<const double> x, std::span<const double> p) -> std::vector<double> {
    return reverse<number>(f, x, p);
  }
  template <class F>
  static auto gradient(const F& f, std::span<const number> x, std::span<const number> p) -> std::vector<number> {
    return reverse<codi::RealReverseGen<number>>(f, x, p);
  }

  template <class F>
  static auto forward_gradient(const F& f, std::span<const double> x, std::span<const double> p) -> std::vector<double> {
    return forward<codi::RealForward>(f, x, p);
  }
  template <class F>
  static auto forward_gradient(const F& f, std::span<const number> x, std::span<const number> p) -> std::vector<number> {
    return forward<codi::RealForwardGen<number>>(f, x, p);
  }

  // One sweep over a tape of dual numbers gives both.
  template <class F>
  static auto gradient_and_hessian_times_ones(const F& f, std::span<const double> at) -> std::vector<double> {
    using dual = codi::RealForward;
    std::vector<dual> x;
    for (const double one : at) x.emplace_back(one).gradient() = 1.0;
    const auto slopes = reverse<codi::RealReverseGen<dual>>([&](auto y, auto) { return f(y); }, std::span<const dual>(x),
                                                            std::span<const dual>());
    std::vector<double> result;
    for (const auto& one : slopes) result.push_back(one.getValue());
    for (const auto& one : slopes) result.push_back(one.getGradient());
    return result;
  }

  static auto square(double at) -> double {
    auto& tape = number::getTape();
    tape.setActive();
    number x = at;
    tape.registerInput(x);
    number y = x * x;
    tape.setPassive();
    y.setGradient(1.0);
    tape.evaluate();
    const double slope = x.getGradient();
    tape.reset();
    return slope;
  }

  class tail {
   public:
    explicit tail(std::size_t nodes) {
      auto& tape = number::getTape();
      tape.setActive();
      number x = 1.0;
      tape.registerInput(x);
      for (std::size_t i = 1; i < nodes; ++i) x = x * 1.0000001;
      before_ = tape.getPosition();
      x_ = 3.0;
      tape.registerInput(x_);
      y_ = x_ * x_;
      tape.setPassive();
    }
    auto gradient() -> double {
      auto& tape = number::getTape();
      y_.setGradient(1.0);
      tape.evaluate(tape.getPosition(), before_);
      const double slope = x_.getGradient();
      x_.setGradient(0.0);  // the sweep has cleared that of y
      return slope;
    }

   private:
    number x_, y_;
    number::Tape::Position before_;
  };

 private:
  // N is a type with a tape whose numbers are T.
  template <class N, class T, class F>
  static auto reverse(const F& f, std::span<const T> at, std::span<const T> parameters) -> std::vector<T> {
    auto& tape = N::getTape();
    tape.setActive();
    std::vector<N> x(at.begin(), at.end());
    const std::vector<N> p(parameters.begin(), parameters.end());
    for (auto& one : x) tape.registerInput(one);
    N y = f(std::span<const N>(x), std::span<const N>(p));
    tape.registerOutput(y);
    tape.setPassive();
    y.setGradient(T(1.0));
    tape.evaluate();
    std::vector<T> slopes;
    slopes.reserve(x.size());
    for (const auto& one : x) slopes.push_back(one.getGradient());
    tape.reset();
    return slopes;
  }

  template <class N, class T, class F>
  static auto forward(const F& f, std::span<const T> at, std::span<const T> parameters) -> std::vector<T> {
    std::vector<N> x(at.begin(), at.end());
    const std::vector<N> p(parameters.begin(), parameters.end());
    std::vector<T> slopes;
    for (auto& one : x) {
      one.setGradient(T(1.0));
      N y = f(std::span<const N>(x), std::span<const N>(p));
      slopes.push_back(y.getGradient());
      one.setGradient(T(0.0));
    }
    return slopes;
  }
};

}  // namespace bench
