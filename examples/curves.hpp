#pragma once
// The curves that E15 and E16 fit, over x from -1 to 1: a sine, a harder one, and one that is harder still.

#include <autodiff/autodiff.hpp>
#include <numbers>

struct curve {
  std::string name;
  seegrad::array y;
};

/// 200 points [200, 1], each in the middle of a two hundredth of the interval, so that means over them are nearly integrals.
inline auto curve_points() -> seegrad::array { return reshape(seegrad::linspace(-0.995, 0.995, 200), {200, 1}); }

inline auto curves(const seegrad::array& x) -> std::vector<curve> {
  constexpr auto pi = std::numbers::pi;
  const auto t = (x + 1) / 2;  // Nielsen's curve runs from 0 to 1: Neural Networks and Deep Learning, chapter 4
  return {{"sin πx", sin(pi * x)},
          {"damped, exp(-x) sin(2πx) / 2", exp(-x) * sin(2 * pi * x) / 2},
          {"Nielsen's curve", 0.2 + 0.4 * t * t + 0.3 * t * sin(15 * t) + 0.05 * cos(50 * t)}};
}
