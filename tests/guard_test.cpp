// A graph with guards knows where the program branched on a recorded value, and a replay never answers for a branch it has not seen.
#include "message.hpp"
#include <Eigen/Dense>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/replay.hpp>
#include <autodiff/trace/eigen.hpp>
#include <cmath>
#include <doctest/doctest.h>

using namespace seegrad;

namespace {

// Replays f, recorded at one number, at another; NaN if a guard stopped it.
template <class F>
auto again(F f, double here, double there) -> double {
  graph g(with_guards);
  const scalar x = input(here, "x"), y = f(x);
  const auto k = g.id(x.ref(), "test"), top = g.id(y.ref(), "test");
  try {
    return replay(g, top, {{k}}, {{there}}).back();
  } catch (const guard_failure&) {
    return std::nan("");
  }
}

}  // namespace

TEST_CASE("a branch that goes the other way is told, and one that goes the same way is run") {
  const auto f = [](const scalar& x) { return x > 1 ? x * x : -x; };
  CHECK(again(f, 2, 3) == 9);
  CHECK(std::isnan(again(f, 2, 0.5)));
  CHECK(again(f, 0.5, 0.25) == -0.25);
  CHECK(std::isnan(again(f, 0.5, 2)));
}

TEST_CASE("each comparison, at and beside the tie") {
  const auto picks = [](auto answer) { return [=](const scalar& x) { return answer(x) ? 2 * x : 3 * x; }; };
  CHECK(std::isnan(again(picks([](auto& x) { return x < 1; }), 0.5, 1)));
  CHECK(again(picks([](auto& x) { return x <= 1; }), 0.5, 1) == 2);
  CHECK(std::isnan(again(picks([](auto& x) { return x > 1; }), 1.5, 1)));
  CHECK(again(picks([](auto& x) { return x >= 1; }), 1.5, 1) == 2);
  CHECK(std::isnan(again(picks([](auto& x) { return x == 1; }), 1, 2)));
  CHECK(again(picks([](auto& x) { return x != 1; }), 2, 3) == 6);
  CHECK(std::isnan(again(picks([](auto& x) { return x != 1; }), 2, 1)));
  CHECK(std::isnan(again(picks([](auto& x) { return x < 1; }), 0.5, std::nan(""))));
}

TEST_CASE("questions other than comparisons") {
  CHECK(std::isnan(again([](const scalar& x) { return x * static_cast<int>(x); }, 2.5, 3.5)));
  CHECK(again([](const scalar& x) { return x * static_cast<int>(x); }, 2.5, 2.75) == 5.5);
  CHECK(std::isnan(again([](const scalar& x) { return x * static_cast<double>(x); }, 2.5, 2.75)));
  CHECK(std::isnan(again([](const scalar& x) { return isnan(sqrt(x)) ? 1 * x : 2 * x; }, 2, -1)));
  CHECK(std::isnan(again([](const scalar& x) { return x * ilogb(x); }, 2, 4)));
  CHECK(again([](const scalar& x) { return x * ilogb(x); }, 2, 3) == 3);
  CHECK(std::isnan(again([](const scalar& x) { return signbit(x) ? x : 2 * x; }, 2, -4)));
  CHECK(std::isnan(again(
      [](const scalar& x) {
        int n;
        return frexp(x, &n);
      },
      2, 8)));
  CHECK(again([](const scalar& x) { return std::max(x, scalar(1.0)) * x; }, 2, 3) == 9);
}

TEST_CASE("the error says which guard, of what, and where it is known") {
  graph g(with_guards);
  const scalar x = input(2.0, "x");
  scalar y;
  {
    scope inside("limits");
    y = x < 3 ? x * x : x;
  }
  const bool finite = isfinite(y);
  y = finite ? y + 1 : y;
  CHECK(g.guards().size() == 2);
  const auto top = g.id(y.ref(), "test"), k = g.id(x.ref(), "test");
  const auto said = message_of([&] { replay(g, top, {{k}}, {{5.0}}); });
  CHECK(said.find("guard 0") != std::string::npos);
  CHECK(said.find("'x' < 3") != std::string::npos);
  CHECK(said.find("'limits'") != std::string::npos);
  CHECK(message_of([&] { replay(g, top, {{k}}, {{-std::numeric_limits<double>::infinity()}}); }).find("guard_test.cpp:") !=
        std::string::npos);
  // A node from before a question may be what the answer chose: x where it was not below 3.
  CHECK_THROWS_AS(replay(g, k, {{k}}, {{5.0}}), guard_failure);
  CHECK(replay(g, k, {{k}}, {{1.0}}) == std::vector{1.0});
}

TEST_CASE("guards are rewound with what they stand before, and other graphs keep none") {
  graph g(with_guards);
  const scalar x = input(2.0);
  const auto m = g.mark();
  CHECK(x > 1);
  const scalar z = x * 2;
  CHECK(z > 1);
  CHECK(g.guards().size() == 2);
  g.rewind(m);
  CHECK(g.guards().empty());
  CHECK(x > 1);
  CHECK(g.guards().size() == 1);
  graph inner;
  const scalar a = input(1.0);
  CHECK(a < 2);
  CHECK(inner.guards().empty());
}

TEST_CASE("a pivot of Eigen is a branch") {
  const auto record = [](graph& g, double corner) {
    Eigen::Matrix<scalar, 2, 2> m;
    const scalar a = input(corner);
    m << a, 1, 2, 3;
    const scalar d = m.partialPivLu().determinant();
    return std::pair(g.id(a.ref(), "test"), g.id(d.ref(), "test"));
  };
  graph g(with_guards);
  const auto [a, d] = record(g, 5.0);
  CHECK(replay(g, d, {{a}}, {{4.0}}).back() == doctest::Approx(10));
  CHECK_THROWS_AS(replay(g, d, {{a}}, {{1.0}}), guard_failure);
}

TEST_CASE("arrays: what the library decides is no guard, what the program reads is") {
  graph g(with_guards);
  const tensor x = input(array{1.0, -2.0, 3.0});
  const tensor y = where(x > 0.0, x, 0.0) * max(x);
  CHECK(g.guards().empty());
  const tensor z = any(x > 2.0) ? y * 2.0 : y;
  CHECK(g.guards().size() == 1);
  const auto k = g.id(x.ref(), "test"), top = g.id(sum(z).ref(), "test");
  CHECK(seegrad::detail::replay_arrays(g, top, {{k}}, {{array{5.0, 1.0, 1.0}}}).array_at(top).item() == 70);
  CHECK_THROWS_AS(seegrad::detail::replay_arrays(g, top, {{k}}, {{array{1.0, 1.0, 1.0}}}), guard_failure);
  const auto w = x * x.at(2);
  const auto last = g.id(w.ref(), "test");
  CHECK_THROWS_AS(seegrad::detail::replay_arrays(g, last, {{k}}, {{array{1.0, -2.0, 4.0}}}), guard_failure);
  CHECK(seegrad::detail::replay_arrays(g, last, {{k}}, {{array{2.0, 0.0, 3.0}}}).array_at(last).at(0) == 6);
}

TEST_CASE("what is detached, or computed without a record, is a guard: a program holds the number that it was") {
  const auto at = [](const auto& f, double recorded, double later) {
    graph g(with_guards);
    const scalar x = input(recorded, "x"), y = f(x);
    return replay(g, g.id(y.ref(), "test"), {{g.id(x.ref(), "test")}}, {{later}}).back();
  };
  const auto detaching = [](const scalar& x) { return x * detach(x); };
  CHECK(at(detaching, 3, 3) == 9);
  CHECK_THROWS_AS(at(detaching, 3, 4), guard_failure);
  CHECK(message_of([&] { at(detaching, 3, 4); }).find("the detached value of 'x' was another one") != std::string::npos);
  const auto quietly = [&](auto f, double later) {
    return at(
        [f](const scalar& x) {
          double w = 0;
          {
            const no_record quiet;
            w = tensor(f(x)).value().item();
          }
          return x * w;
        },
        3, later);
  };
  CHECK_THROWS_AS(quietly([](const scalar& x) { return sin(x); }, 4), guard_failure);
  CHECK_THROWS_AS(quietly([](const scalar& x) { return 2.0 - x; }, 4), guard_failure);
  CHECK_THROWS_AS(quietly([](const scalar& x) { return fma(2.0, x, x); }, 4), guard_failure);
  CHECK_THROWS_AS(quietly([](const scalar& x) { return sum(tensor(x) * array{1.0, 2.0}); }, 4), guard_failure);
  CHECK(quietly([](const scalar& x) { return fma(2.0, x, x); }, 3) == 27);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(at(detaching, nan, nan)));
  CHECK_THROWS_AS(at(detaching, nan, 1), guard_failure);
  CHECK_THROWS_AS(at(detaching, 0.0, -0.0), guard_failure);
}

TEST_CASE("an array that is detached is one question, of all its elements") {
  graph g(with_guards);
  const tensor x = input(array{1.0, -2.0, 3.0}, "x");
  const tensor y = sum(x * detach(x * 2.0));
  CHECK(g.guards().size() == 1);
  const auto k = g.id(x.ref(), "test"), top = g.id(y.ref(), "test");
  const auto now = [&](array values) {
    return seegrad::detail::replay_arrays(g, top, {{k}}, {{std::move(values)}}).array_at(top).item();
  };
  CHECK(now({1.0, -2.0, 3.0}) == 28);
  CHECK_THROWS_AS(now({1.0, -2.0, 4.0}), guard_failure);
  CHECK_THROWS_AS(now({-2.0, 1.0, 3.0}), guard_failure);
  const auto p = compile(y, wrt(x));
  CHECK(p.gradient(std::array{array{1.0, -2.0, 3.0}})[0].at(2) == 6);
  CHECK_THROWS_AS(static_cast<void>(p.gradient(std::array{array{1.0, -2.0, 4.0}})), guard_failure);
  // Empty, or a number: of each its own.
  const tensor e = input(zeros({0, 3})), n = input(2.0);
  const tensor z = sum(e * detach(e)) + sum(tensor(n) * detach(n));
  const auto last = g.id(z.ref(), "test");
  CHECK(seegrad::detail::replay_arrays(g, last, {}, {}).array_at(last).item() == 4);
  CHECK_THROWS_AS(seegrad::detail::replay_arrays(g, last, {{g.id(n.ref(), "test")}}, {{array(3.0)}}), guard_failure);
}

TEST_CASE("the checker follows the branch that was recorded, also where an input stands at its edge") {
  graph g(with_guards);
  const scalar x = input(2.0), z = input(1.0);
  scalar y = x * detach(x) * z;
  y = x <= 2 && z >= 1 ? y * x : y;
  CHECK(check(y).passed());
}

TEST_CASE("stop_gradient is a node: its value moves with its operand wherever the record is run, and no derivative passes") {
  const auto f = [](const auto& x) { return x * stop_gradient(x) + sin(x); };
  graph g(with_guards);
  const scalar x = input(3.0), y = f(x);
  CHECK(g.guards().empty());
  CHECK(y.value() == 9 + std::sin(3.0));
  CHECK(gradient(y, wrt(x))[0] == 3 + std::cos(3.0));
  CHECK(jvp(y, wrt(x), std::array{1.0}) == 3 + std::cos(3.0));
  CHECK(gradient(recorded_gradient(y, x), wrt(x))[0] == -std::sin(3.0));
  CHECK(replay(g, g.id(y.ref(), "test"), {{g.id(x.ref(), "test")}}, {{4.0}}).back() == 16 + std::sin(4.0));
  for (const auto b : {backend::interpreter, backend::automatic, backend::machine_code, backend::compiler}) {
    const auto p = compile(y, wrt(x), b);
    CHECK(p.value(std::array{4.0}) == doctest::Approx(16 + std::sin(4.0)));
    CHECK(p.gradient(std::array{4.0})[0] == doctest::Approx(4 + std::cos(4.0)));
    CHECK(p.hessian(std::array{4.0})(0, 0) == doctest::Approx(-std::sin(4.0)));
  }
  const auto fast = traced(f);
  for (const double at : {1.0, 2.0, 3.0}) CHECK(gradient(fast, at) == doctest::Approx(at + std::cos(at)));
  CHECK(fast.programs() == 1);
  CHECK(f(dual{3.0, 1.0}).tangent == 3 + std::cos(3.0));
  CHECK(check(y).passed());
  CHECK(check(fast, 3.0).passed());

  const tensor a = input(array{1.0, -2.0}), b = sum(a * stop_gradient(a * a));
  CHECK(gradient(b, std::array{a})[0].at(1) == 4);
  const auto q = compile(b, wrt(a));
  CHECK(q.value_and_gradient(std::array{array{3.0, 1.0}}).first == 28);
  CHECK(q.gradient(std::array{array{3.0, 1.0}})[0].at(0) == 9);
  CHECK(check(b).passed());
  CHECK(check(b + input(0.5f * ones({2}, float32))).passed());
  // Straight through: rounded forwards, the identity backwards.
  const auto through = [](const auto& z) { return sum(square(z + stop_gradient(round(z) - z))); };
  CHECK(gradient(through, array{1.2, 2.7}).at(1) == 6);
}
