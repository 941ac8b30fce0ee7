// Gradients worked out by hand, right and wrong, among them five mistakes that have been made on blackboards.

#include <array>
#include <autodiff/autodiff.hpp>
#include <autodiff/check/check.hpp>
#include <cmath>
#include <doctest/doctest.h>

using namespace seegrad;

namespace {

// The verdicts, element by element, as one letter each.
auto letters(const check_report& r) -> std::string {
  std::string out(r.by.size(), '?');
  for (const auto& f : r.findings) out[f.node] = to_string(f.what)[0];
  return out;
}

struct sample {
  double x1, x2, y;
};
const std::vector<sample> samples{{1.0, 2.0, 1.0}, {-1.5, 0.5, 0.0}, {0.3, -0.7, 1.0}, {2.0, 1.0, 0.0}};
auto sigmoid_of(double z) -> double { return 1 / (1 + std::exp(-z)); }

// w1, w2, b -> the mean loss of logistic regression.
const auto logistic_cost = [](const auto& w) {
  auto J = 0 * w[0];
  for (const auto& s : samples) {
    const auto a = sigmoid(w[0] * s.x1 + w[1] * s.x2 + w[2]);
    J = J - (s.y * log(a) + (1 - s.y) * log(1 - a));
  }
  return J / static_cast<double>(samples.size());
};

}  // namespace

TEST_CASE("a gradient by hand, right and wrong") {
  const auto f = [](const auto& x) { return 3 * (x[0] + x[1] * x[2]); };
  const std::vector<double> x{7, 4, 2};
  CHECK(check(f, {3, 6, 12}, x).passed());
  CHECK(check(
            f,
            [](const std::vector<double>& v) {
              return std::vector{3.0, 3 * v[2], 3 * v[1]};
            },
            x)
            .passed());
  CHECK(check(f, std::array{3.0, 6.0, 12.0}, x).passed());
  // A function that takes doubles only.
  CHECK(check([](const std::vector<double>& v) { return 3 * (v[0] + v[1] * v[2]); }, {3, 6, 12}, x).passed());
  CHECK(letters(check([](const std::vector<double>& v) { return 3 * (v[0] + v[1] * v[2]); }, {3, -6, 12}, x)) == "PFP");
  // And one that takes scalars only, and names what it makes.
  CHECK(check([](const std::vector<scalar>& v) { return named(3 * (v[0] + v[1] * v[2]), "J"); }, {3, 6, 12}, x).passed());

  const auto wrong = check(f, {-3, 12, 0}, x, {.names = {"a", "b", "c"}});
  CHECK(letters(wrong) == "FFF");
  CHECK(wrong.text().find("a: you say -3; it is 3: the sign is flipped") != std::string::npos);
  CHECK(wrong.text().find("b: you say 12; it is 6: this is the derivative by c") != std::string::npos);
  CHECK(wrong.text().find("c: you say 0; it is 12: the claim is 0: the derivative is missing") != std::string::npos);
  CHECK(letters(check(f, {3, 6, std::nan("")}, x)) == "PPF");
  CHECK_THROWS_WITH_AS(check(f, {3, 6}, x),
                       "check: 3 variables, but the gradient by hand has 2 elements; give one for each variable", error);
}

TEST_CASE("a gradient by hand at a kink, and where there is none") {
  const auto f = [](const auto& x) { return abs(x[0]) + x[1]; };
  CHECK(letters(check(f, {0, 1}, {0, 2})) == "KP");
  CHECK(letters(check(f, {1, 1}, {0, 2})) == "KP");
  CHECK(letters(check(f, {1.5, 1}, {0, 2})) == "FP");
  CHECK(letters(check([](const auto& x) { return sqrt(x[0]); }, {5}, {0})) == "N");
  // A branch that the reverse sweep does not see: the truth is that of the function, on either side.
  const auto branching = [](const std::vector<scalar>& x) -> scalar { return x[0] > 1 ? x[0] * x[0] : 2 * x[0]; };
  CHECK(letters(check(branching, {2}, {0.5})) == "P");
  CHECK(letters(check(branching, {6}, {3})) == "P");
  // One that hides a dependence from the sweep is still tested by what it computes.
  const auto hiding = [](const std::vector<scalar>& x) { return x[0] * detach(x[0]); };
  CHECK(letters(check(hiding, {6}, {3})) == "P");
  CHECK(letters(check(hiding, {3}, {3})) == "F");
  // A constant has the gradient 0.
  CHECK(letters(check([](const std::vector<scalar>&) -> scalar { return 5; }, {0}, {3})) == "P");
  CHECK(letters(check([](const std::vector<scalar>&) -> scalar { return 5; }, {1}, {3})) == "F");
}

TEST_CASE("mistake 1: dJ/dc = 9") {
  const auto J = [](const auto& x) { return 3 * (x[0] + x[1] * x[2]); };
  const auto report = check(J, {3, 6, 9}, {7, 4, 2}, {.names = {"a", "b", "c"}});
  CHECK(letters(report) == "PPF");
  CHECK(report.findings[0].measured == doctest::Approx(12));
}

TEST_CASE("mistake 2: (1 - A)^2 for 1 - A^2") {
  // Two inputs, two tanh units, one linear output: W1 (2 x 2), b1, W2, b2.
  const double in[] = {0.4, -0.9};
  const auto f = [&](const auto& p) {
    const auto a1 = tanh(p[0] * in[0] + p[1] * in[1] + p[4]), a2 = tanh(p[2] * in[0] + p[3] * in[1] + p[5]);
    const auto z = p[6] * a1 + p[7] * a2 + p[8];
    return 0.5 * (z - 1) * (z - 1);
  };
  const auto backward_by_hand = [&](const std::vector<double>& p, bool right) {
    const double a1 = std::tanh(p[0] * in[0] + p[1] * in[1] + p[4]), a2 = std::tanh(p[2] * in[0] + p[3] * in[1] + p[5]);
    const double dz2 = p[6] * a1 + p[7] * a2 + p[8] - 1;
    const auto slope = [&](double a) { return right ? 1 - a * a : (1 - a) * (1 - a); };
    const double dz11 = p[6] * dz2 * slope(a1), dz12 = p[7] * dz2 * slope(a2);
    return std::vector{dz11 * in[0], dz11 * in[1], dz12 * in[0], dz12 * in[1], dz11, dz12, dz2 * a1, dz2 * a2, dz2};
  };
  const std::vector<double> p{0.5, -0.3, 0.8, 0.2, 0.1, -0.2, 1.1, -0.7, 0.3};
  CHECK(letters(check(
            f, [&](const auto& x) { return backward_by_hand(x, true); }, p)) == "PPPPPPPPP");
  CHECK(letters(check(
            f, [&](const auto& x) { return backward_by_hand(x, false); }, p)) == "FFFFFFPPP");
}

TEST_CASE("mistake 3: dz = a(1 - a) for a - y") {
  const double y = 1;
  const auto loss = [&](const auto& z) {
    const auto a = sigmoid(z[0]);
    return -(y * log(a) + (1 - y) * log(1 - a));
  };
  const double z = 0.8, a = sigmoid_of(z);
  CHECK(letters(check(loss, {a - y}, {z})) == "P");
  CHECK(letters(check(loss, {a * (1 - a)}, {z})) == "F");
}

TEST_CASE("mistake 4: db = mean of z for mean of dz") {
  const auto by_hand = [](const std::vector<double>& w, bool right) {
    std::vector<double> d(3);
    for (const auto& s : samples) {
      const double z = w[0] * s.x1 + w[1] * s.x2 + w[2], dz = sigmoid_of(z) - s.y;
      d[0] += s.x1 * dz / 4, d[1] += s.x2 * dz / 4, d[2] += (right ? dz : z) / 4;
    }
    return d;
  };
  const std::vector<double> w{0.4, -0.6, 0.1};
  CHECK(letters(check(
            logistic_cost, [&](const auto& x) { return by_hand(x, true); }, w)) == "PPP");
  CHECK(letters(check(
            logistic_cost, [&](const auto& x) { return by_hand(x, false); }, w)) == "PPF");
}

TEST_CASE("mistake 5: dw = x dz in the loop for dw += x dz") {
  const auto by_hand = [](const std::vector<double>& w) {
    double dw1 = 0, dw2 = 0, db = 0;
    for (const auto& s : samples) {
      const double dz = sigmoid_of(w[0] * s.x1 + w[1] * s.x2 + w[2]) - s.y;
      dw1 = s.x1 * dz, dw2 = s.x2 * dz;
      db += dz;
    }
    return std::vector{dw1 / 4, dw2 / 4, db / 4};
  };
  const auto report = check(logistic_cost, by_hand, {0.4, -0.6, 0.1}, {.names = {"w1", "w2", "b"}});
  CHECK(letters(report) == "FFP");
  for (const auto i : {0u, 1u})
    CHECK(report.findings[i].detail.find("this is what use 4 of 4 contributes; the contributions of all uses must be added up") !=
          std::string::npos);
}
