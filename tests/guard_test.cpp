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
  CHECK(replay_arrays(g, top, {{k}}, {{array{5.0, 1.0, 1.0}}}).array_at(top).item() == 70);
  CHECK_THROWS_AS(replay_arrays(g, top, {{k}}, {{array{1.0, 1.0, 1.0}}}), guard_failure);
  const auto w = x * x.at(2);
  const auto last = g.id(w.ref(), "test");
  CHECK_THROWS_AS(replay_arrays(g, last, {{k}}, {{array{1.0, -2.0, 4.0}}}), guard_failure);
  CHECK(replay_arrays(g, last, {{k}}, {{array{2.0, 0.0, 3.0}}}).array_at(last).at(0) == 6);
}
