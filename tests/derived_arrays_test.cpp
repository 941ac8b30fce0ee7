// Derivatives of programs of arrays, forwards and of second order, against those of the record.

#include <autodiff/autodiff.hpp>
#include <autodiff/check/check_program.hpp>
#include <autodiff/run/array_program.hpp>
#include <autodiff/run/traced_function.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "message.hpp"
#include "structural_cases.hpp"

using namespace seegrad;
using doctest::Approx;

namespace {

auto check_close(const array& a, const array& b) -> void {
  REQUIRE(a.shape() == b.shape());
  const auto x = a.cast(float64).contiguous(), y = b.cast(float64).contiguous();
  for (index_t i = 0; i < x.size(); ++i) {
    const double p = x.data<double>()[i], q = y.data<double>()[i];
    CHECK(((std::isnan(p) && std::isnan(q)) || p == q || std::abs(p - q) <= 1e-9 * (1 + std::abs(q))));
  }
}

// A program recorded at `recorded`, asked at `at`.
template <class F>
auto check_derivatives(F f, const std::vector<array>& recorded, const std::vector<array>& at) -> void {
  graph g;
  const auto t = inputs(recorded);
  std::vector<tensor> xs;
  std::vector<array> given, v;
  for (std::size_t i = 0; i < t.size(); ++i)
    if (!t[i].is_constant())
      xs.push_back(t[i]), given.push_back(at[i]), v.push_back(sample_values(at[i].shape(), 90 + static_cast<unsigned>(i)));
  if (xs.empty()) return;
  const auto y = f(t);
  const auto p = compile(std::array{y, sum(y * y)}, xs);
  const auto q = compile(sum(square(y)) + sum(y), xs);
  graph again;
  std::vector<tensor> zs;
  const auto z = inputs(at);
  for (const auto& each : z)
    if (!each.is_constant()) zs.push_back(each);
  const auto w = f(z);
  const auto [values, changes] = p.jvp(given, v);
  check_close(values[0], w.value());
  check_close(changes[0], jvp(w, zs, v));
  check_close(changes[1], jvp(sum(w * w), zs, v));
  const auto products = q.hvp(given, v);
  const auto slopes = recorded_gradient(sum(square(w)) + sum(w), zs);
  tensor along = 0.0;
  for (std::size_t i = 0; i < zs.size(); ++i) along = along + sum(slopes[i] * v[i]);
  for (std::size_t i = 0; i < zs.size(); ++i)
    check_close(products[i], along.is_constant() ? zeros(zs[i].shape()) : gradient(along, std::array{zs[i]})[0]);
}

}  // namespace

TEST_CASE("every operation on arrays") {
  each_case([](const operation& op, const structural_case& c) {
    const auto f = [&](const std::vector<tensor>& x) { return record_structural(op, c.parameters, x) * 1.0; };
    check_derivatives(f, changed(c.operands, [](const array& a) { return a * 0.75; }), c.operands);
  });
}

TEST_CASE("every operation on numbers, over arrays") {
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    const auto f = [&](const std::vector<tensor>& x) {
      tensor y;
      op->record_tensor(x.data(), y);
      return y * 1.0;
    };
    const dims shapes[] = {{2, 3}, {3}, {2, 1}};
    std::vector<array> x, z;
    for (int i = 0; i < op->arity; ++i)
      x.push_back(positive_values(shapes[i], 1)), z.push_back(positive_values(shapes[i], 4) * 0.3);
    graph g;
    if (f(inputs(x)).is_constant()) continue;
    check_derivatives(f, x, z);
  }
}

TEST_CASE("what does not move: linear functions, inputs that stay, results without derivatives") {
  graph g(with_guards);
  const tensor x = input(array{1.0, 2.0}), k = input(array{3.0, 4.0});
  const auto p = compile(std::array{sum(x * 2.0), tensor(x > 1.5), k * 1.0}, wrt(x, k));
  const std::array at{array{1.0, 2.0}, array{5.0, 6.0}};
  const auto [y, change] = p.jvp(at, std::array{array{1.0, 1.0}, array()});
  CHECK(change[0].item() == 4);
  CHECK(identical(change[1], zeros({2})));
  CHECK(identical(change[2], zeros({2})));
  const auto linear = compile(sum(x * 2.0), wrt(x, k));
  CHECK(identical(linear.hvp(at, at)[0], zeros({2})));
  const auto mixed = compile(sum(x * k), wrt(x, k));
  CHECK(identical(mixed.hvp(at, std::array{array(), array{1.0, 2.0}})[0], array{1.0, 2.0}));
  const tensor z = x[dims{0}] > 0 ? sum(x * x * x) : sum(x);
  const auto branching = compile(z, wrt(x));
  CHECK(branching.hvp(std::array{array{2.0, 1.0}}, std::array{ones({2})})[0].at(0) == 12);
  CHECK_THROWS_AS(branching.hvp(std::array{array{-2.0, 1.0}}, std::array{ones({2})}), guard_failure);
  CHECK_THROWS_AS(branching.jvp(std::array{array{-2.0, 1.0}}, std::array{ones({2})}), guard_failure);
  // What it records keeps the guards, and asks them.
  {
    graph inner(with_guards);
    const tensor a = input(array{2.0, 1.0});
    const auto recorded = branching.record(std::array{a})[0];
    CHECK(inner.guards().size() == 1);
    CHECK_THROWS_AS(compile(recorded, wrt(a)).value(std::array{array{-1.0, 1.0}}), guard_failure);
    CHECK_THROWS_AS(branching.record(std::array{input(array{-2.0, 1.0})}), guard_failure);
  }
  CHECK(contains(message_of([&] {
                   p.jvp(at, std::array{array{1.0, 1.0}});
                 }),
                 "1 arrays are a direction; the program has 2 inputs"));
  CHECK(contains(message_of([&] { p.jvp(at, std::array{array{1.0}, array()}); }), "the direction of input 0 has the shape [1]"));
  CHECK(contains(message_of([&] { p.hvp(at, at); }), "3 results"));
}

TEST_CASE("traced functions of arrays: every verb, as of the function itself") {
  const auto f = [](const auto& x) { return sum(tanh(x) * x) * sum(x); };
  const auto g = [](const auto& x) { return matmul(x, x) * 2.0; };
  const auto h = [](const auto& x) { return std::vector{matmul(x, x), tensor(array{1.0, 2.0})}; };
  const auto fast = traced(f);
  const auto product = traced(g);
  const auto list = traced(h);
  const array x = sample_values({2, 2}, 1), v = sample_values({2, 2}, 2);
  check_close(hessian(fast, x), hessian(f, x));
  check_close(hvp(fast, x, v), hvp(f, x, v));
  check_close(jacobian(product, x), jacobian(g, x));
  check_close(vjp(product, x, v), vjp(g, x, v));
  const auto [y, change] = jvp(product, x, v);
  const auto [z, wanted] = jvp(g, x, v);
  check_close(y, z);
  check_close(change, wanted);
  const auto along = jvp(list, x, v).second;
  check_close(along[0], matmul(x, v) + matmul(v, x));
  CHECK(identical(along[1], zeros({2})));
  check_close(vjp(list, x, std::vector{v, array{1.0, 1.0}}), matmul(v, transpose(x)) + matmul(transpose(x), v));
  CHECK(fast.recorded() == 1);
  CHECK(contains(message_of([&] { hvp(list, x, v); }), "2 results"));
  // Numbers: forwards, too.
  const auto numbers = traced([](const auto& a) { return std::array{a[0] * a[1], sin(a[0])}; });
  const auto [w, dw] = jvp(numbers, std::array{0.5, 2.0}, std::array{1.0, 3.0});
  CHECK(w[0] == 1);
  CHECK(dw[0] == Approx(3.5));
  CHECK(dw[1] == Approx(std::cos(0.5)));
}

TEST_CASE("traced functions of arrays are checked and drawn") {
  const auto fast = traced([](const auto& W, const auto& x, const auto& k) { return sum(tanh(matmul(W, x)) * k); });
  const array W = sample_values({3, 2}, 1), x = sample_values({2}, 2);
  const auto report = check(fast, W, x, 0.5);
  CHECK_MESSAGE(report.passed(), fmt::format("{}", report));
  CHECK(report.whose == "gradient of the program");
  const auto one = traced([](const auto& a) { return sum(exp(a)); });
  CHECK(check(one, x, {.tolerance = 1e-5}).passed());
  CHECK(picture(one, x).to_dot().find("exp") != std::string::npos);
}
