// E15. Fitting curves with polynomials: the coefficients that make the mean square error smallest, found three ways. The loss is a
// quadratic function of the coefficients, so there is one best answer, and linear algebra gives it; L-BFGS finds it by steps; gradient
// descent creeps, since the powers of x are nearly dependent. A higher degree never fits worse.

#include "curves.hpp"
#include "draw.hpp"
#include "expect.hpp"

#include <nn/loss/loss.hpp>
#include <nn/optimise/lbfgs.hpp>
#include <nn/optimise/sgd.hpp>

using namespace seegrad;

namespace {

// 1, x, x², …, side by side: [m, degree + 1].
auto powers(const array& x, int degree) -> array {
  std::vector<array> columns{ones_like(x)};
  for (int k = 1; k <= degree; ++k) columns.push_back(columns.back() * x);
  return concat(columns, 1);
}

struct polynomial {
  nn::parameter coefficients;
  auto operator()(const array& powers_of_x) const -> tensor { return matmul(powers_of_x, coefficients()); }
};

auto square_error(const polynomial& p, const array& P, const array& y) -> double { return nn::mse_loss(p(P), y).value().item(); }

auto by_descent(const array& P, const array& y) -> polynomial {
  graph g;
  polynomial p{nn::parameter(zeros({P.extent(1), 1}))};
  nn::sgd descent{{.lr = 0.3}};
  for (int step = 0; step < 500; ++step) {
    rewind_scope once;
    backward(nn::mse_loss(p(P), y));
    descent.step(p);
  }
  return p;
}

auto by_lbfgs(const array& P, const array& y) -> polynomial {
  polynomial p{nn::parameter(zeros({P.extent(1), 1}))};
  nn::lbfgs search{
      {.max_iter = 500, .tolerance_grad = 1e-10, .tolerance_change = 1e-15, .line_search = nn::line_search::strong_wolfe}};
  search.step(p, [&] { return nn::mse_loss(p(P), y); });
  return p;
}

// Where the gradient 2/m Pᵀ(P c - y) is 0.
auto by_solving(const array& P, const array& y) -> polynomial {
  return {nn::parameter(solve(matmul(transpose(P), P), matmul(transpose(P), y)))};
}

}  // namespace

int main() {
  const auto x = curve_points();
  const std::vector<int> degrees{2, 3, 4, 6, 8};
  expectations expect;
  plot figure("e15_polynomials.svg", {.width = 1000, .height = 1050});
  figure.title("Fitting curves with polynomials").panels(3, 2);

  std::vector<std::vector<double>> best, found, descended;
  for (const auto& [name, y] : curves(x)) {
    fmt::print("{}: mean square error\n  degree   500 steps of descent       L-BFGS      solving\n", name);
    auto &b = best.emplace_back(), &f = found.emplace_back(), &d = descended.emplace_back();
    figure.panel(name).x_label("x").points("", slice(x, 0, 0, 200, 5), slice(y, 0, 0, 200, 5), 7);
    for (const int degree : degrees) {
      const auto P = powers(x, degree);
      const auto fit = by_lbfgs(P, y);
      d.push_back(square_error(by_descent(P, y), P, y)), f.push_back(square_error(fit, P, y)),
          b.push_back(square_error(by_solving(P, y), P, y));
      fmt::print("  {:>6}   {:>20.3e} {:>12.3e} {:>12.3e}\n", degree, d.back(), f.back(), b.back());
      if (degree != 3 && degree != 6) figure.line(fmt::format("degree {}", degree), x, fit(P).value());
    }
    figure.panel("mean square error").x_label("degree").log_y();
    figure.line("500 steps of descent", degrees, d).line("least squares", degrees, b);
  }
  draw(figure);

  // By Legendre's polynomials: sin πx has none of degree 2, and of those of degree 1 and 3 it has as much as these integrals say.
  constexpr auto p2 = std::numbers::pi * std::numbers::pi;
  expect("sine, degree 2: 1/2 - 3/π²", best[0][0], 0.5 - 3 / p2, 1e-4);
  expect("and 7/π² (1 - 15/π²)² less for 3", best[0][1], 0.5 - 3 / p2 - 7 / p2 * (1 - 15 / p2) * (1 - 15 / p2), 1e-4);
  expect("degree 4 adds nothing to an odd curve", best[0][2], best[0][1], 1e-12);
  bool falls = true, same = true, above = true;
  for (std::size_t k = 0; k < best.size(); ++k)
    for (std::size_t i = 0; i < degrees.size(); ++i) {
      falls = falls && (i == 0 || best[k][i] < best[k][i - 1] + 1e-12);
      same = same && std::abs(found[k][i] - best[k][i]) < 1e-8 + 1e-3 * best[k][i];
      above = above && descended[k][i] > best[k][i] - 1e-12;
    }
  expect("the error never rises with the degree", falls);
  expect("L-BFGS finds the best coefficients", same);
  expect("descent is never below the best", above);
  expect("degree 8 fits the sine to 1e-6", best[0][4] < 1e-6);
  expect("descent is far from that after 500 steps", descended[0][4] > 100 * best[0][4]);
  expect("degree 8 fits the damped wave to 1e-3", best[1][4] < 1e-3);
  expect("degree 6 does not", best[1][3] > 5e-3);
  expect("Nielsen's curve is too much for degree 8", best[2][4] > 1e-3);
  return expect.exit_code();
}
