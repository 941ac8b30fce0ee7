#pragma once
// The function of which a program is written, compiled and compared.

#include <autodiff/autodiff.hpp>
#include <autodiff/run/program.hpp>

namespace mine {

inline auto function(const auto& x) -> seegrad::scalar {
  using namespace seegrad;
  scalar y = x[0] * sin(x[1]) / (1.5 + square(x[2])) + logaddexp(x[0], x[2]) - pow(x[1], 3.0) * gelu(x[2]);
  y = x[0] > x[1] ? y * tanh(x[2]) : y - max(x[0], x[2]) * 0.0625;
  for (int i = 0; i < 3; ++i) y = y * 0.5 + hypot(y, x[i]);
  return y;
}
constexpr double point[] = {0.75, -0.5, 1.25};

inline auto made() -> seegrad::program {
  seegrad::graph g(seegrad::with_guards);
  const auto x = seegrad::inputs(point);
  const seegrad::scalar y = function(x);
  return seegrad::compile(std::array{y, x[1]}, x);
}

}  // namespace mine
