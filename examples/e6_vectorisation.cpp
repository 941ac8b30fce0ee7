// E6. Logistic regression on m samples, written three ways: two loops over scalars, one loop over samples, and no loop. The cost and the
// gradient are the same; what they take is not. Then gradient descent with the last, with a progress bar and a plot of the cost.

#include "draw.hpp"
#include "expect.hpp"

#include <algorithm>
#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <chrono>
#include <functional>

using namespace seegrad;

namespace {

struct result {
  double cost;
  array dw;
  double db, milliseconds;
};

// L = -(y log a + (1 - y) log(1 - a)) with a = sigmoid(z), written so that nothing overflows.
auto loss(const auto& z, const auto& y) { return softplus(z) - y * z; }

template <class F>
auto timed(F run) -> result {
  result best = run();
  for (int k = 0; k < 5; ++k) {
    const auto start = std::chrono::steady_clock::now();
    auto r = run();
    r.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    if (k == 0 || r.milliseconds < best.milliseconds) best = r;
  }
  return best;
}

auto two_loops(const array& X, const array& y, const array& w0, double b0) -> result {
  graph g;
  const auto n = X.extent(0), m = X.extent(1);
  std::vector<scalar> w;
  for (index_t j = 0; j < n; ++j) w.push_back(input(w0.at(j)));
  const auto b = input(b0);
  scalar J = 0;
  for (index_t i = 0; i < m; ++i) {
    auto z = b;
    for (index_t j = 0; j < n; ++j) z += w[static_cast<std::size_t>(j)] * X.at(j, i);
    J += loss(z, y.at(i));
  }
  J /= static_cast<double>(m);
  backward(J);
  std::vector<double> dw;
  for (const auto& v : w) dw.push_back(grad(v));
  return {J.value(), dw, grad(b), 0};
}

auto one_loop(const array& X, const array& y, const array& w0, double b0) -> result {
  graph g;
  const auto m = X.extent(1);
  const auto w = input(w0, "w");
  const auto b = input(b0, "b");
  scalar J = 0;
  for (index_t i = 0; i < m; ++i) J += loss(item(dot(w, take(X, i, 1))) + b, y.at(i));
  J /= static_cast<double>(m);
  backward(J);
  return {J.value(), grad(w), grad(b), 0};
}

auto no_loop(const array& X, const array& y, const array& w0, double b0) -> result {
  graph g;
  const auto w = input(w0, "w");
  const auto b = input(b0, "b");
  const auto z = named(matmul(w, X) + b, "z");
  const auto J = named(mean(loss(z, y)), "J");
  backward(J);
  return {J.value().item(), grad(w), grad(b), 0};
}

// Two clouds of points that overlap a little: features in rows and samples in columns, as in the course.
auto clouds(generator& random, index_t features, index_t samples) -> std::pair<array, array> {
  const auto y = bernoulli(random, {samples}, 0.5).cast(float64);
  const auto direction = reshape(randn(random, {features}), {features, 1});
  return {randn(random, {features, samples}) + direction * (y - 0.5), y};
}

}  // namespace

int main() {
  generator random(6);
  const auto data = clouds(random, 20, 2000);
  const array &X = data.first, &y = data.second;
  const auto w0 = 0.1 * randn(random, {20});
  const auto slow = timed([&] { return two_loops(X, y, w0, 0.05); });
  const auto middle = timed([&] { return one_loop(X, y, w0, 0.05); });
  const auto fast = timed([&] { return no_loop(X, y, w0, 0.05); });

  expectations expect;
  fmt::print("2000 samples with 20 features\n");
  fmt::print("  two loops {:8.3f} ms   cost {:.15f}\n", slow.milliseconds, slow.cost);
  fmt::print("  one loop  {:8.3f} ms   cost {:.15f}\n", middle.milliseconds, middle.cost);
  fmt::print("  no loop   {:8.3f} ms   cost {:.15f}\n", fast.milliseconds, fast.cost);
  fmt::print("  (an array of 20 numbers is too small to pay for being one; all samples at once do)\n");
  expect("one loop has the cost of two", middle.cost, slow.cost);
  expect("no loop has it, too", fast.cost, slow.cost);
  expect("dw agrees, one loop", max(abs(middle.dw - slow.dw)).item(), 0);
  expect("dw agrees, no loop", max(abs(fast.dw - slow.dw)).item(), 0);
  expect("db agrees, one loop", middle.db, slow.db);
  expect("db agrees, no loop", fast.db, slow.db);

  // Gradient descent; the graph is rewound after every step and its memory used again.
  array w = zeros({20});
  double b = 0;
  std::vector<double> costs;
  constexpr int steps = 200;
  for (int k = 0; k <= steps; ++k) {
    const auto r = no_loop(X, y, w, b);
    costs.push_back(r.cost);
    w = w - 0.5 * r.dw;
    b -= 0.5 * r.db;
    if (k % 20 == 0) {
      const auto done = static_cast<std::size_t>(30 * k / steps);
      fmt::print("  [{:<30}] step {:>3}  J = {:.5f}\n", std::string(done, '#'), k, r.cost);
    }
  }
  expect("J begins at log 2", costs.front(), std::log(2.0));
  expect("J falls at every step", std::is_sorted(costs.begin(), costs.end(), std::greater<>()));
  const auto right = mean(((matmul(w, X) + b > 0.0) == (y > 0.5)).cast(float64)).item();
  fmt::print("  {:.1f} % of the samples are on the right side\n", 100 * right);
  expect("most samples are on the right side", right > 0.9);

  draw(plot("e6_vectorisation.svg").title("Cost by steps of gradient descent").line("", costs).x_label("step").y_label("J"));
  return expect.exit_code();
}
