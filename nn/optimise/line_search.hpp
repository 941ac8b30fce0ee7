#pragma once
// A step length that satisfies the strong Wolfe conditions, by cubic interpolation. For lbfgs.cpp.
//
// With f(t) the loss at distance t along d and f'(t) its slope there, it looks for a t with f(t) <= f(0) + c1 t f'(0) and
// |f'(t)| <= c2 |f'(0)|: first going outwards until such points must lie in between, then closing in on them. Source: Nocedal and
// Wright, "Numerical optimization", algorithms 3.5 and 3.6, in the form of Schmidt's minFunc and torch.optim.LBFGS.

#include <functional>
#include <vector>

namespace seegrad::nn::detail {

/// A point on the line: how far, the loss, the gradient, the slope along the line.
struct line_point {
  double t = 0, f = 0;
  std::vector<double> g = {};
  double slope = 0;
};

struct line_result {
  line_point at;
  int evaluations;
};

/// `evaluate(t)` gives the point at t; `start` is that at 0, `reach` the largest |d|.
auto strong_wolfe(const std::function<line_point(double)>& evaluate, const line_point& start, double t, double reach,
                  double tolerance_change) -> line_result;

}  // namespace seegrad::nn::detail
