// A program that uses what the library uses inside, Eigen and fmt, with flags of its own: each has to work as if the other were not there.
#include <Eigen/Dense>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <string>

namespace {

int failures = 0;

auto expect(bool holds, const char* what) -> void {
  if (holds) return;
  std::printf("FAILED: %s\n", what);
  ++failures;
}
auto near(double a, double b) -> bool { return std::abs(a - b) < 1e-9; }

// A symmetric matrix whose eigenvalues are known: 2 - 2 cos(k π / (n + 1)).
auto chain(int n) -> Eigen::MatrixXd {
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
  for (int i = 0; i < n; ++i) {
    a(i, i) = 2;
    if (i > 0) a(i, i - 1) = a(i - 1, i) = -1;
  }
  return a;
}

auto theirs() -> void {
  const int n = 7;
  const Eigen::MatrixXd a = chain(n), id = Eigen::MatrixXd::Identity(n, n);
  expect(near((a * a)(0, 0), 5) && near((id * a - a).norm(), 0), "Eigen: products");

  Eigen::MatrixXd grown(2, 2);
  for (int k = 3; k < 40; k += 6) grown.resize(k, k), grown.setConstant(k);
  expect(near(grown.sum(), 39.0 * 39 * 39), "Eigen: resize");

  const double least = 2 - 2 * std::cos(std::acos(-1.0) / (n + 1)), most = 4 - least;
  expect(near(Eigen::BDCSVD<Eigen::MatrixXd>(a).singularValues()(0), most), "Eigen: BDCSVD");
  expect(near(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(a).eigenvalues()(0), least), "Eigen: SelfAdjointEigenSolver");
  expect(near((a.partialPivLu().solve(a) - id).norm(), 0), "Eigen: partialPivLu().solve");
  const Eigen::MatrixXd q = Eigen::HouseholderQR<Eigen::MatrixXd>(a).householderQ();
  expect(near((q.transpose() * q - id).norm(), 0), "Eigen: HouseholderQR");

  Eigen::Matrix4d fixed = Eigen::Matrix4d::Constant(1);
  fixed += Eigen::Matrix4d::Identity();
  const Eigen::Vector4f v(1, 2, 3, 4);
  expect(near(fixed.determinant(), 5) && near(double(v.dot(v)), 30), "Eigen: fixed sizes");
}

auto ours() -> void {
  using namespace seegrad;
  const array a = {{2.0, 1.0}, {1.0, 2.0}};
  expect(near(sum(svd(a).s).item(), 4) && near(sum(eigh(a).values).item(), 4), "svd and eigh");
  expect(near(sum(solve(a, a)).item(), 2) && near(det(a).item(), 3), "solve and det");
  graph g;
  const scalar x = input(0.5, "x");
  backward(exp(x) * x);
  expect(near(grad(x), 1.5 * std::exp(0.5)), "a gradient");
  const tensor t = input(array{0.0, 1.0, 2.0}, "t");
  backward(sum(tanh(t)));
  const auto from_definition = [](double x) { return 1 - std::tanh(x) * std::tanh(x); };
  expect(near(sum(grad(t)).item(), 1 + from_definition(1) + from_definition(2)), "a gradient of an array");
}

auto texts() -> void {
  expect(fmt::format("{:>8.3f}|{:x}|{}|{:e}", 3.14159, 255, "text", 1e300) == "   3.142|ff|text|1.000000e+300", "fmt: numbers");
  expect(fmt::format("{}", seegrad::scalar(0.25)) == "0.25", "fmt: a scalar");
  expect(!fmt::format("{}", seegrad::array{{1.0, 2.0}, {3.0, 4.0}}).empty(), "fmt: an array");
  try {
    seegrad::matmul(seegrad::zeros({2, 3}), seegrad::zeros({2, 3}));
    expect(false, "an error");
  } catch (const seegrad::error& e) {
    expect(std::string(e.what()).find("[2x3]") != std::string::npos, "an error that is caught, and its text");
  }
}

}  // namespace

int main() {
  theirs(), ours(), theirs(), texts();
  return failures == 0 ? 0 : 1;
}
