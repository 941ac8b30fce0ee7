// Logarithms of softmax at an index: the bits of all logarithms and a gather, without the memory for them.

#include <autodiff/autodiff.hpp>
#include <autodiff/ops/reduction/log_softmax_at.hpp>
#include <doctest/doctest.h>

#include "message.hpp"
#include "structural_cases.hpp"

using namespace seegrad;

namespace {

// Of a gradient that is recorded, too.
auto compare(const array& x, const array& index, index_t axis) -> void {
  CAPTURE(to_string(x.shape()));
  CAPTURE(axis);
  const auto weights = sample_values(index.shape(), 3).cast(x.type());
  const auto slopes = [&](auto f) {
    graph g;
    const tensor t = input(x), y = sum(f(t) * weights);
    return std::array{f(t).value(), gradient(y, t), recorded_gradient(y, std::array{t})[0].value()};
  };
  const auto one = slopes([&](const tensor& t) { return log_softmax_at(t, index, axis); });
  const auto two =
      slopes([&](const tensor& t) { return gather(log_softmax(t, axis), index, axis < 0 ? axis + t.rank() : axis); });
  CHECK(same_numbers(one[0], two[0]));
  CHECK(same_numbers(one[1], two[1]));
  CHECK(same_numbers(one[2], two[2]));
}

}  // namespace

TEST_CASE("the bits of gather(log_softmax(x))") {
  generator g(1);
  for (const auto type : {float64, float32}) {
    compare(randn(g, {5, 7}, type), randint(g, {5, 1}, 0, 7), 1);
    compare(randn(g, {5, 7}, type), randint(g, {5, 1}, -7, 7), -1);
    compare(randn(g, {7, 5}, type), randint(g, {1, 5}, 0, 7), 0);
    compare(randn(g, {3, 40, 4}, type), randint(g, {3, 1, 4}, 0, 40), 1);
    compare(randn(g, {300, 130}, type) * 30.0, randint(g, {300, 1}, 0, 130), 1);  // several blocks of rows
    compare(randn(g, {2, 40000}, type), randint(g, {2, 1}, 0, 40000), 1);         // a row longer than a block
    compare(transpose(randn(g, {9, 6}, type)), randint(g, {6, 1}, 0, 9), 1);
    compare(randn(g, {1}, type), zeros({1}, int64), 0);
    compare(zeros({0, 3}, type), zeros({0, 1}, int64), 1);
  }
}

TEST_CASE("rows without bounds, as the logarithm has them") {
  const auto inf = infinity, nan = std::numeric_limits<double>::quiet_NaN();
  const array x{{-inf, 0.0, 1.0}, {-inf, -inf, -inf}, {inf, 0.0, inf}, {nan, 0.0, 1.0}, {1e308, -1e308, 0.0}};
  for (std::int64_t k = 0; k < 3; ++k) compare(x, full({5, 1}, static_cast<double>(k)).cast(int64), 1);
}

TEST_CASE("the logarithm of a share of nearly 1 has all its digits") {
  for (const auto type : {float64, float32})
    for (const index_t n : {3, 16, 70}) {
      CAPTURE(n);
      array x = zeros({2, n}).copy();
      x.set(30.0, 0, n - 1), x.set(30.0, 1, 0), x.set(30.0, 1, 1);
      const auto y = log_softmax(x.cast(type), 1).cast(float64);
      const auto others = static_cast<double>(n - 1) * std::exp(-30.0), tied = static_cast<double>(n - 2) * std::exp(-30.0);
      const auto digits = type == float64 ? 1e-14 : 3e-6;
      CHECK(std::abs(y.at(0, n - 1) / -std::log1p(others) - 1) < digits);
      CHECK(y.at(0, 0) == doctest::Approx(-30.0));
      CHECK(std::abs(y.at(1, 1) / -std::log1p(1 + tied) - 1) < digits);
      const array last = full({2, 1}, static_cast<double>(n - 1)).cast(int64);
      CHECK(std::abs(log_softmax_at(x.cast(type), last).at(0, 0) / -std::log1p(others) - 1) < digits);
    }
}

TEST_CASE("of several places each counts, the same one as often as it comes") {
  graph g;
  const tensor x = input(array{0.0, std::log(3.0)});
  const tensor y = log_softmax_at(x, array{1, 0, 1}.cast(int64));
  CHECK(y.at(0) == doctest::Approx(std::log(0.75)));
  CHECK(y.at(1) == doctest::Approx(std::log(0.25)));
  const auto slope = gradient(sum(y), x);
  CHECK(slope.at(0) == doctest::Approx(1 - 3 * 0.25));
  CHECK(slope.at(1) == doctest::Approx(2 - 3 * 0.75));
}

TEST_CASE("errors say which shapes") {
  const array x = zeros({4, 3});
  CHECK(message_of([&] {
          log_softmax_at(x, zeros({2, 1}, int64));
        }) == "log_softmax_at: the index [2x1] does not go with [4x3]: it wants the same axes, of any extent along axis 1 alone");
  CHECK(message_of([&] {
          log_softmax_at(x, full({4, 1}, 3.0).cast(int64));
        }) == "log_softmax_at: index 3 is out of range for an axis of 3");
  CHECK(message_of([&] { log_softmax_at(x, zeros({4, 1})); }).find("whole numbers are wanted") != std::string::npos);
}
