#include <autodiff/autodiff.hpp>
#include <fmt/format.h>
#include <random>

#include "graphs.hpp"

namespace pictures {
namespace {

using namespace seegrad;
using numbers = std::vector<scalar>;

auto vector_of(const std::string& name, int n, unsigned seed = 1) -> numbers {
  std::mt19937 draw(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  numbers x;
  for (int i = 0; i < n; ++i) x.push_back(input(std::round(1000 * uniform(draw)) / 1000, fmt::format("{}{}", name, i + 1)));
  return x;
}

auto sum_of(const numbers& x) -> scalar {
  scalar s = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) s = s + x[i];
  return s;
}

auto chain() -> scalar {
  scalar v = input(0.5, "x");
  for (int i = 0; i < 50; ++i) v = sin(v) * 1.1;
  return v;
}

auto products() -> scalar {
  const auto x = vector_of("x", 50), w = vector_of("w", 50, 2);
  numbers p;
  for (std::size_t i = 0; i < x.size(); ++i) p.push_back(x[i] * w[i]);
  return sum_of(p);
}

auto scan() -> scalar {
  scalar h = input(0.1, "h");
  const scalar w = input(0.9, "w");
  for (int i = 0; i < 500; ++i) {
    const scope s("step");
    h = tanh(w * h + 0.1);
  }
  return h;
}

auto course() -> scalar {
  const scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
  const scalar u = named(b * c, "u"), v = named(a + u, "v");
  return 3 * v;
}

auto neuron() -> scalar {
  const auto x = vector_of("x", 3), w = vector_of("w", 3, 2);
  const scalar b = input(0.3, "b"), z = named(w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + b, "z");
  return square(named(sigmoid(z), "a") - 1);
}

auto cross_entropy() -> scalar {
  const auto z = vector_of("z", 5);
  numbers e;
  for (const auto& v : z) e.push_back(exp(v));
  return -log(e[2] / sum_of(e));
}

auto black_scholes() -> scalar {
  const scalar S = input(100.0, "S"), K = input(95.0, "K"), r = input(0.03, "r"), s = input(0.2, "σ"), T = input(0.75, "T");
  const scalar d1 = named((log(S / K) + (r + s * s / 2) * T) / (s * sqrt(T)), "d1"), d2 = named(d1 - s * sqrt(T), "d2");
  const auto phi = [](const scalar& d) -> scalar { return 0.5 * erfc(-d / std::sqrt(2)); };
  return S * phi(d1) - K * exp(-r * T) * phi(d2);
}

auto rosenbrock() -> scalar {
  const auto x = vector_of("x", 10);
  scalar f = 0.0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) f = f + 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
  return f;
}

auto variance() -> scalar {
  const auto x = vector_of("x", 8);
  numbers squares;
  for (const auto& v : x) squares.push_back(v * v);
  return sum_of(squares) / 8 - square(sum_of(x) / 8);
}

auto log_sum_exp() -> scalar {
  const auto x = vector_of("x", 20);
  numbers e;
  for (const auto& v : x) e.push_back(exp(v));
  return log(sum_of(e));
}

auto newton() -> scalar {
  const scalar a = input(2.0, "a");
  scalar x = 1.0;
  for (int i = 0; i < 6; ++i) x = named(0.5 * (x + a / x), fmt::format("x{}", i + 1));
  return x;
}

auto horner() -> scalar {
  const auto c = vector_of("c", 13);
  const scalar x = input(0.7, "x");
  scalar p = c[12];
  for (std::size_t i = 12; i-- > 0;) p = p * x + c[i];
  return p;
}

auto scalar_network() -> scalar {
  numbers h = vector_of("x", 2);
  for (int layer = 0; layer < 3; ++layer) {
    const scope l(fmt::format("layer{}", layer + 1));
    numbers next;
    for (int j = 0; j < (layer == 2 ? 1 : 8); ++j) {
      const scope n("neuron");
      const auto w = vector_of("w", static_cast<int>(h.size()), static_cast<unsigned>(10 * layer + j));
      scalar z = input(0.1, "b");
      for (std::size_t i = 0; i < h.size(); ++i) z = z + w[i] * h[i];
      next.push_back(tanh(z));
    }
    h = next;
  }
  return h[0];
}

auto second_derivative() -> scalar {
  const scalar x = input(0.7, "x"), y = input(1.3, "y"), f = named(sin(x * y) * x, "f");
  return recorded_gradient(f, wrt(x))[0];
}

auto not_finite() -> scalar {
  const scalar a = input(1.0, "a"), b = input(2.0, "b"), c = input(3.0, "c");
  return log(a - b) * sqrt(c) + a;
}

auto runge_kutta() -> scalar {
  scalar q = input(0.5, "q"), v = input(0.0, "v");
  const scalar h = input(0.1, "h");
  const auto slope = [](const scalar& at) -> scalar { return -sin(at); };
  const scalar k1 = named(slope(q), "k1"), k2 = named(slope(q + h / 2 * v), "k2"),
               k3 = named(slope(q + h / 2 * (v + h / 2 * k1)), "k3"), k4 = named(slope(q + h * (v + h / 2 * k2)), "k4");
  return v + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
}

auto tree() -> scalar {
  auto level = vector_of("x", 32);
  while (level.size() > 1) {
    numbers next;
    for (std::size_t i = 0; i < level.size(); i += 2) next.push_back(level[i] * level[i + 1]);
    level = next;
  }
  return level[0];
}

auto determinant() -> scalar {
  const auto a = vector_of("a", 9);
  const auto minor = [&](int i, int j, int k, int l) -> scalar { return a[i] * a[l] - a[j] * a[k]; };
  return a[0] * minor(4, 5, 7, 8) - a[1] * minor(3, 5, 6, 8) + a[2] * minor(3, 4, 6, 7);
}

auto fibonacci() -> scalar {
  scalar a = input(1.0, "a"), b = input(1.01, "b");
  for (int i = 0; i < 15; ++i) std::swap(a, b), b = a * b;
  return b;
}

auto many_uses() -> scalar {
  const scalar x = input(1.2, "x");
  numbers all;
  for (int i = 1; i <= 24; ++i) all.push_back(sin(i * x));
  return sum_of(all);
}

}  // namespace

auto scalar_subjects() -> std::vector<subject> {
  const auto of = [](scalar (*f)()) { return [f] { backward(named(f(), "y")); }; };
  return {{"chain of 100", of(chain)},
          {"sum of 50 products", of(products)},
          {"scan of 500 named steps", of(scan)},
          {"J = 3(a + bc)", of(course)},
          {"sigmoid neuron", of(neuron)},
          {"cross entropy of 5 numbers", of(cross_entropy)},
          {"Black-Scholes", of(black_scholes)},
          {"Rosenbrock, 10 numbers", of(rosenbrock)},
          {"variance of 8 numbers", of(variance)},
          {"log-sum-exp of 20 numbers", of(log_sum_exp)},
          {"Newton's square root, 6 steps", of(newton)},
          {"Horner's scheme, degree 12", of(horner)},
          {"network 2-8-8-1 of scalars", of(scalar_network)},
          {"a recorded derivative", of(second_derivative)},
          {"log(a-b) sqrt(c), a < b", of(not_finite)},
          {"a step of Runge and Kutta", of(runge_kutta)},
          {"product of 32 numbers, as a tree", of(tree)},
          {"determinant of 3 by 3", of(determinant)},
          {"products of the two before, 15 times", of(fibonacci)},
          {"a number that is used 24 times", of(many_uses)}};
}

}  // namespace pictures
