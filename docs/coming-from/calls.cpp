// What the tables of docs/coming-from/ name, each call once, and the differences that they speak of. A test holds the tables against this file.

#include "../../examples/expect.hpp"

#include <autodiff/autodiff.hpp>
#include <autodiff/trace/eigen.hpp>
#include <limits>
#include <nn/nn.hpp>

using namespace seegrad;

namespace {

auto pytorch(expectations& expect) -> void {
  graph g;
  scalar x = input(2.0, "x");
  tensor W = input(array{{1.0, 2.0}, {3.0, 4.0}}, "W");
  tensor y = sum(square(W)) * x;
  backward(y);
  expect("grad(x)", grad(x), 30);
  expect("grad(W)", grad(W).at(1, 1), 16);
  backward(y);
  expect("nothing is added to the sweep before", grad(x), 30);
  const auto [dW, dx] = gradient(y, wrt(W, x));
  expect("gradient(y, wrt(W, x))", dW.at(0, 0) + dx, 34);
  tensor slope = recorded_gradient(y, W);
  expect("recorded_gradient(y, W)", gradient(sum(slope), W).at(0, 0), 4);
  const tensor v = vjp(square(W), array{{1.0, 0.0}, {0.0, 0.0}}, std::array{W})[0];
  expect("a seed", v.at(0, 0), 2);
  expect("detach(x)", gradient(x * detach(x), x), 2);
  expect("stop_gradient(x)", gradient(x * stop_gradient(x), x), 2);
  {
    no_record quiet;
    expect("no_record quiet;", (x * x).is_constant());
  }
  expect("x.value()", x.value() + y.value().item(), 62);
  const auto f = [](const auto& a) { return a * a * a; };
  expect("gradient(f, 2.0)", gradient(f, 2.0), 12);
  const auto [value, tangent] = jvp([](const auto& a) { return a[0] * a[1]; }, {2.0, 3.0}, {1.0, 0.0});
  expect("jvp(f, x, v)", value + tangent, 9);
  expect("check(y).passed()", check(y).passed());
  expect("why_not_finite(y).text()", !why_not_finite(log(x - 2)).text().empty());
  const auto fast = traced(f);
  expect("traced(f)", gradient(fast, 2.0), 12);
  const tensor t = input(array{{3.0, 3.0, 1.0}});
  expect("max(t, {1})", gradient(sum(max(t, {1})), t).at(0, 0), 0.5);
  const tensor a = input(array{-1.0, -4.0});
  expect("where(a > 0.0, sqrt(a), a)", gradient(sum(where(a > 0.0, sqrt(a), a)), a).at(0), 1);
  expect("matmul(W, transpose(W))", matmul(W, transpose(W)).at(0, 0), 5);
  expect("abs", gradient(abs(x - 2), x) + gradient(relu(x - 2), x), 0);
  generator random(1);
  expect("randn(random, {64, 10})", static_cast<double>(randn(random, {64, 10}).size()), 640);

  nn::manual_seed(1);
  nn::linear layer{2, 1};
  nn::adam optimiser{{.lr = 1e-3}};
  const array before = layer.weight.value();
  backward(sum(square(layer(ones({1, 2}, float32)))));
  optimiser.step(layer);
  expect("optimiser.step(layer)", before.at(0, 0) != layer.weight.value().at(0, 0));
  nn::train(layer);
  nn::eval(layer);
  nn::save(layer, "layer.pt");
  expect("nn::parameters(layer)", static_cast<double>(nn::parameters(layer).size()), 2);
}

auto of_autodiff(expectations& expect) -> void {
  const auto f = [](const auto& x, const auto& y) { return sin(x) * y; };
  const auto [dx, dy] = gradient(f, 0.5, 2.0);
  expect("gradient(f, 0.5, 2.0)", dx, std::cos(0.5) * 2);
  expect("by y", dy, std::sin(0.5));
  dual<> once{0.5, 1.0};
  expect("f(once, 2.0).tangent", f(once, 2.0).tangent, dx);
  const auto h = [](const auto& x) { return x[0] * x[0] * x[1]; };
  Eigen::VectorXd x(2);
  x << 3.0, 2.0;
  Eigen::VectorXd dh = gradient(h, x);
  Eigen::MatrixXd H = hessian(h, x);
  expect("gradient(h, x)", dh[0], 12);
  expect("hessian(h, x)", H(0, 0), 4);
  const auto both = [](const auto& z) { return std::array{z[0] * z[1], z[0]}; };
  Eigen::MatrixXd J = jacobian(both, x);
  expect("jacobian(both, x)", J(0, 0), 2);
  const double p = 5;
  expect("a parameter", gradient([&](const auto& z) { return h(z) * p; }, x)[0], 60);
  expect("taylor(h, x, v, 3)", taylor(h, {3.0, 2.0}, {1.0, 0.0}, 3)[1], 12);

  graph g;
  scalar a = input(1.0, "a"), b = input(2.0, "b");
  scalar u = a * b + exp(a);
  auto [da, db] = gradient(u, wrt(a, b));
  auto [ua] = recorded_gradient(u, wrt(a));
  auto [uaa] = recorded_gradient(ua, wrt(a));
  expect("wrt(a, b)", da + db, 3 + std::exp(1.0), 1e-14);
  expect("a second derivative", uaa.value(), std::exp(1.0), 1e-14);
  scalar w = select(less(a, b), a * b, a * a);
  const program again = compile(w, wrt(a, b));
  expect("again.value(std::array{3.0, 2.0})", again.value(std::array{3.0, 2.0}), 9);
  expect("max(a, b)", gradient(max(2 * a, b), b), 0.5);
  scalar zero = input(0.0);
  expect("0 * infinity", gradient(0 * sqrt(zero), zero), 0);
}

auto cppad(expectations& expect) -> void {
  graph g(with_guards);
  const std::vector<scalar> x = inputs(std::array{3.0, 2.0});
  const std::vector<scalar> y{x[0] * x[0] * x[1], x[0] + x[1]};
  const program p = compile(y, x);
  const std::vector<double> at{3.0, 2.0}, v{1.0, 0.0}, w{1.0, 1.0};
  std::vector<double> results(2), slopes(2), change(2);
  p.values(at, results);
  expect("p.values(at, results)", results[0], 18);
  p.jvp(at, v, change);
  expect("p.jvp(at, v, change)", change[0], 12);
  p.vjp(at, w, slopes);
  expect("p.vjp(at, w, slopes)", slopes[0], 13);
  expect("p.jacobian(at)", p.jacobian(at)(1, 1), 1);
  const program q = compile(y[0], x);
  expect("q.hessian(at)", q.hessian(at)(0, 1), 6);
  expect("jacobian_sparsity(y, x)", static_cast<double>(jacobian_sparsity(y, x).count()), 4);
  scalar chosen = select(less(x[0], x[1]), x[0], x[1]);
  const program either = compile(chosen, x);
  expect("either.value", either.value(std::array{1.0, 2.0}), 1);
  scalar branch = x[0] < x[1] ? x[0] : x[1];
  const program one = compile(branch, x);
  bool failed = false;
  try {
    one.value(std::array{1.0, 2.0});
  } catch (const guard_failure&) {
    failed = true;
  }
  expect("guard_failure", failed);
  const program rounded = compile(y[0], x, {.algebra = algebra::fast});
  expect("rounded", rounded.value(at), 18);
  scalar z = strong_mul(x[0] - 3, log(x[1] - 2));
  expect("strong_mul", z.value(), 0);
  expect("x[0].value()", x[0].value(), 3);
  q.save("q.program");
  expect("load_program", load_program("q.program").value(at), 18);
  expect("q.to_cpp", q.to_cpp("f").find("bool f(") != std::string::npos);
  expect("taylor(f, 3.0, 4)", taylor([](const auto& t) { return t * t * t; }, 3.0, 4)[3], 1);
  expect("abs", gradient(abs(x[0] - 3), x[0]), 0);
}

auto stan_math(expectations& expect) -> void {
  {
    graph g;
    scalar x = input(2.0), y = input(3.0);
    scalar f = x * x * y;
    backward(f);
    expect("x.value()", x.value(), 2);
    expect("grad(x)", grad(x), 12);
    backward(f);
    expect("nothing to set to zero", grad(x), 12);
    {
      rewind_scope nested;
      scalar inside = sin(x);
      expect("gradient(inside, x)", gradient(inside, x), std::cos(2.0));
    }
    expect("fmax(x, y - 1)", gradient(fmax(x, y - 1), x), 0.5);
    expect("fabs(x - 2)", gradient(fabs(x - 2), x), 0);
  }
  const auto f = [](const auto& x) { return x[0] * x[0] * x[1]; };
  Eigen::VectorXd x(2), v(2);
  x << 3.0, 2.0;
  v << 1.0, 0.0;
  const auto [fx, gx] = value_and_gradient(f, x);
  expect("value_and_gradient(f, x)", fx + gx[0], 30);
  Eigen::MatrixXd H = hessian(f, x);
  Eigen::VectorXd Hv = hvp(f, x, v);
  expect("hvp(f, x, v)", H(0, 0) - Hv[0], 0);
  Eigen::MatrixXd J = jacobian([](const auto& z) { return std::array{z[0] * z[1], z[0]}; }, x);
  expect("jacobian", J(1, 0), 1);
  dual<> one{3.0, 1.0};
  expect("one.value, one.tangent", (one * one).tangent, 6);
  scalar never;
  expect("scalar never;", never.is_constant() && never.value() == 0);
}

auto micrograd(expectations& expect) -> void {
  graph g;
  scalar a = input(-4.0, "a"), b = input(2.0, "b");
  scalar c = pow(a, 3) + relu(b);
  c += a * b;
  backward(c);
  expect("c.value()", c.value(), -70);
  expect("grad(a)", grad(a), 50);
  expect("pow(b, a)", pow(b, a).value(), 1.0 / 16);
  picture(c).save("c.svg");
}

// A cost functor as Ceres wants it.
struct residual_of {
  double t, y;
  template <typename T>
  bool operator()(const T* const p, T* r) const {
    r[0] = y - exp(p[0] * t + p[1]);
    return true;
  }
};

auto ceres(expectations& expect) -> void {
  const auto f = [cost = residual_of{2.0, 1.0}](const auto& p) {
    std::remove_cvref_t<decltype(p[0])> r;
    cost(&p[0], &r);
    return r;
  };
  const std::array at{0.5, 0.1};
  const auto [r, dr] = value_and_gradient(f, at);
  expect("value_and_gradient(f, at)", dr[0], -2 * std::exp(1.1));
  const auto fast = traced(f);
  expect("traced(f)", gradient(fast, at)[1], -std::exp(1.1));
  const dual<> j{0.5, 1.0};
  expect("j.value, j.tangent", j.value * j.tangent, 0.5);
  const auto several = [](const auto& p) { return std::vector{p[0] * p[1], p[0] - p[1], square(p[0])}; };
  const array J = jacobian(several, at);
  expect("jacobian(several, at)", J(0, 1), 0.5);
  expect("check(f, by_hand, x)", check(f, {dr[0], dr[1]}, {0.5, 0.1}).passed());
  graph g;
  const scalar x = input(0.0), y = input(0.0);
  expect("fmax(x, y)", gradient(fmax(x, y), x), 0.5);
  expect("sqrt(x * x + y * y)", gradient(0 * sqrt(x * x + y * y), x), 0);
  expect("hypot(x, y)", gradient(hypot(x, y), x), 0);
}

}  // namespace

int main() {
  expectations expect;
  pytorch(expect);
  of_autodiff(expect);
  cppad(expect);
  stan_math(expect);
  micrograd(expect);
  ceres(expect);
  return expect.exit_code();
}
