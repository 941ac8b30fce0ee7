// Five wrong derivatives, each one that has been written on a blackboard, and how a check catches it.
//
// Exits with 0 when all five are caught, each at the element where it is wrong and nowhere else. docs/mistakes.md shows the output.

#include <autodiff/autodiff.hpp>
#include <autodiff/check/check.hpp>
#include <cmath>
#include <fmt/format.h>

using namespace seegrad;
using numbers_t = std::vector<double>;

namespace {

// Shows the report; true if the check fails exactly the elements named in `wrong`.
auto show(const char* title, const check_report& report, const std::vector<std::string>& wrong) -> bool {
  fmt::print("{}\n{}\n", title, report);
  std::size_t right_ones = 0, failed = 0;
  for (const auto& f : report.findings)
    if (f.what == verdict::fail) {
      ++failed;
      for (const auto& w : wrong) right_ones += f.name == w;
    }
  return failed == wrong.size() && right_ones == failed;
}

struct sample {
  double x1, x2, y;
};
const std::vector<sample> samples{{1.0, 2.0, 1}, {-1.5, 0.5, 0}, {0.3, -0.7, 1}, {2.0, 1.0, 0}};
constexpr double m = 4;

// [cost] Logistic regression with two features: the mean loss over the samples.
const auto cost = [](const auto& w) {
  auto J = 0 * w[0];
  for (const auto& s : samples) {
    const auto a = sigmoid(w[0] * s.x1 + w[1] * s.x2 + w[2]);
    J -= s.y * log(a) + (1 - s.y) * log(1 - a);
  }
  return J / m;
};
// [/cost]

auto first() -> bool {
  // [1] J = 3(a + bc) at a = 7, b = 4, c = 2: "dJ/dc = 9".
  const auto J = [](const auto& x) { return 3 * (x[0] + x[1] * x[2]); };
  const auto report = check(J, {3, 6, 9}, {7, 4, 2}, {.names = {"a", "b", "c"}});
  // [/1]
  return show("1. dJ/dc = 9", report, {"c"});
}

auto second() -> bool {
  // [2] The backward step of a tanh layer: "dZ1 = W2' dZ2 * (1 - A1)^2".
  const double x1 = 0.4, x2 = -0.9, y = 1;
  const auto loss = [&](const auto& p) {
    const auto a1 = tanh(p[0] * x1 + p[1] * x2 + p[2]);
    const auto z2 = p[3] * a1 + p[4];
    return 0.5 * (z2 - y) * (z2 - y);
  };
  const auto by_hand = [&](const numbers_t& p) {
    const double a1 = std::tanh(p[0] * x1 + p[1] * x2 + p[2]);
    const double dz2 = p[3] * a1 + p[4] - y;
    const double dz1 = p[3] * dz2 * (1 - a1) * (1 - a1);  // 1 - a1 * a1
    return numbers_t{dz1 * x1, dz1 * x2, dz1, dz2 * a1, dz2};
  };
  const auto report = check(loss, by_hand, {0.5, -0.3, 0.1, 1.1, 0.3}, {.names = {"w11", "w12", "b1", "w2", "b2"}});
  // [/2]
  return show("2. (1 - A)^2 for 1 - A^2", report, {"w11", "w12", "b1"});
}

auto third() -> bool {
  // [3] Logistic regression, one sample: "dz = a(1 - a)".
  const double y = 1, z = 0.8;
  const auto loss = [&](const auto& v) {
    const auto a = sigmoid(v[0]);
    return -(y * log(a) + (1 - y) * log(1 - a));
  };
  const auto by_hand = [](const numbers_t& v) {
    const double a = sigmoid(v[0]);
    return numbers_t{a * (1 - a)};  // a - y
  };
  const auto report = check(loss, by_hand, {z}, {.names = {"z"}});
  // [/3]
  return show("3. dz = a(1 - a) for a - y", report, {"z"});
}

auto fourth() -> bool {
  // [4] Logistic regression, vectorised: "db = (z1 + ... + zm) / m".
  const auto by_hand = [](const numbers_t& w) {
    double dw1 = 0, dw2 = 0, db = 0;
    for (const auto& s : samples) {
      const double z = w[0] * s.x1 + w[1] * s.x2 + w[2], dz = sigmoid(z) - s.y;
      dw1 += s.x1 * dz, dw2 += s.x2 * dz;
      db += z;  // dz
    }
    return numbers_t{dw1 / m, dw2 / m, db / m};
  };
  const auto report = check(cost, by_hand, {0.4, -0.6, 0.1}, {.names = {"w1", "w2", "b"}});
  // [/4]
  return show("4. db = the mean of z for the mean of dz", report, {"b"});
}

auto fifth() -> bool {
  // [5] Accumulating over the samples: "dw = x dz" inside the loop.
  const auto by_hand = [](const numbers_t& w) {
    double dw1 = 0, dw2 = 0, db = 0;
    for (const auto& s : samples) {
      const double dz = sigmoid(w[0] * s.x1 + w[1] * s.x2 + w[2]) - s.y;
      dw1 = s.x1 * dz, dw2 = s.x2 * dz;  // +=
      db += dz;
    }
    return numbers_t{dw1 / m, dw2 / m, db / m};
  };
  const auto report = check(cost, by_hand, {0.4, -0.6, 0.1}, {.names = {"w1", "w2", "b"}});
  // [/5]
  return show("5. dw = x dz for dw += x dz", report, {"w1", "w2"});
}

}  // namespace

auto main() -> int {
  int caught = 0;
  for (const auto mistake : {first, second, third, fourth, fifth}) caught += mistake();
  fmt::print("{} of 5 mistakes caught where they are, and nowhere else\n", caught);
  return caught == 5 ? 0 : 1;
}
