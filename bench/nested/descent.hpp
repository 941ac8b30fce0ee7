#pragma once
// A minimum by steps down the gradient, as the benchmark "saddle" of GradBench goes: the step doubles after ten that led down and halves
// after one that did not. A function is a callable f(x, p) over spans of any number type; the gradient is by x.
//
// `Way` is a library; see seegrad.hpp. T is double, or its number while an outer derivative is recorded: then the whole search is.

#include <cmath>
#include <span>
#include <vector>

namespace bench {

// For comparisons, the number alone.
template <class Way, class T>
auto squared_length(std::span<const T> v) -> double {
  double sum = 0.0;
  for (const auto& entry : v) {
    const double number = Way::number_of(entry);
    sum += number * number;
  }
  return sum;
}

template <class Way, class F, class T>
auto minimum(const F& f, std::vector<T> x, std::span<const T> p) -> std::vector<T> {
  constexpr double tolerance = 1e-5;
  constexpr int steps_until_longer = 10;
  T least = f(std::span<const T>(x), p);
  auto slope = Way::gradient(f, std::span<const T>(x), p);
  double step = 1e-5;
  for (int steps = 0; std::sqrt(squared_length<Way>(std::span<const T>(slope))) > tolerance;) {
    if (steps == steps_until_longer) {
      step *= 2.0;
      steps = 0;
    }
    auto next = x;
    for (std::size_t i = 0; i < x.size(); ++i) next[i] = x[i] - step * slope[i];
    if (step * std::sqrt(squared_length<Way>(std::span<const T>(slope))) <= tolerance) break;
    T there = f(std::span<const T>(next), p);
    if (there < least) {
      x = std::move(next);
      least = std::move(there);
      slope = Way::gradient(f, std::span<const T>(x), p);
      ++steps;
    } else {
      step /= 2.0;
      steps = 0;
    }
  }
  return x;
}

}  // namespace bench
