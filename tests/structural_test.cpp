// Every operation on arrays, driven by the list: values seen through strides, gradients, forward mode, second derivatives, float32,
// repeated operands, replay, and errors that leave the graph as it was.
#include <autodiff/array/print.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/replay.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fmt/ranges.h>
#include <functional>

#include "finite_difference.hpp"
#include "structural_cases.hpp"

using namespace seegrad;

namespace {

using function = std::function<tensor(std::span<const tensor>)>;

auto apply_case(const operation& op, const structural_case& c) -> function {
  return [&op, &c](std::span<const tensor> x) { return record_structural(op, c.parameters, x); };
}

// A loss that weighs every element of the result differently, and bends, so that second derivatives are not 0.
auto loss_of(const tensor& y) -> tensor {
  const auto w = sample_values(y.shape(), 7).cast(y.type());
  return sum(w * y) + 0.5 * sum(positive_values(y.shape(), 3).cast(y.type()) * square(y));
}

auto loss_at(const function& f, const std::vector<array>& x) -> double {
  const no_record quiet;
  std::vector<tensor> t(x.begin(), x.end());
  return loss_of(f(t)).value().item();
}

auto variables(std::vector<tensor> t) -> std::vector<tensor> {
  std::erase_if(t, [](const tensor& x) { return x.is_constant(); });
  return t;
}

// Those of the operands that are variables; of an index, nothing.
auto gradients(const function& f, const std::vector<array>& x) -> std::vector<array> {
  graph g;
  const auto t = inputs(x);
  backward(loss_of(f(t)));
  std::vector<array> out;
  for (const auto& a : t) out.push_back(a.is_constant() ? zeros(a.shape()) : grad(a));
  return out;
}

// The same elements behind other strides: stored back to front, with gaps.
auto strided(const array& x) -> array {
  dims order;
  for (int i = x.rank() - 1; i >= 0; --i) order.push(i);
  auto y = permute(permute(x, order).copy(), order);
  if (x.rank() == 0) return y;
  return slice(repeat(y, 2, 0), 0, 0, 2 * x.shape()[0], 2);
}

auto close(const array& a, const array& b, double tolerance) -> bool {
  if (a.shape() != b.shape()) return false;
  const auto x = flat(a), y = flat(b);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(std::abs(x[i] - y[i]) <= tolerance * (1 + std::abs(y[i])))) return false;
  return true;
}

auto numeric_gradient(const function& f, std::vector<array> x, std::size_t operand) -> array {
  const auto at = x[operand];
  auto out = array::uninitialized(float64, {at.size()});
  for (index_t i = 0; i < at.size(); ++i)
    out.set(difference([&](double h) {
              auto moved = reshape(at, {-1}).copy();
              moved.set(moved.at(i) + h, i);
              x[operand] = reshape(moved, at.shape());
              return loss_at(f, x);
            }),
            i);
  return reshape(out, at.shape());
}

}  // namespace

TEST_CASE("gradients agree with differences, in every operand") {
  each_case([](const operation& op, const structural_case& c) {
    const auto f = apply_case(op, c);
    const auto g = gradients(f, c.operands);
    for (std::size_t i = 0; i < c.operands.size(); ++i) {
      CAPTURE(i);
      if (!c.operands[i].is_floating()) continue;
      const auto expected = numeric_gradient(f, c.operands, i);
      CHECK_MESSAGE(close(g[i], expected, 1e-7), fmt::format("{} against {}", flat(g[i]), flat(expected)));
    }
  });
}

TEST_CASE("strides make no difference") {
  each_case([](const operation& op, const structural_case& c) {
    auto moved = c.operands;
    for (auto& x : moved) x = strided(x);
    const auto y = op.rule->value(c.parameters.get(), c.operands), z = op.rule->value(c.parameters.get(), moved);
    CHECK(close(z, y, 1e-14));
    const auto g = gradients(apply_case(op, c), c.operands), h = gradients(apply_case(op, c), moved);
    for (std::size_t i = 0; i < g.size(); ++i) CHECK(close(h[i], g[i], 1e-13));
  });
}

TEST_CASE("float32 gives float32, close to float64") {
  each_case([](const operation& op, const structural_case& c) {
    if (op.name == "cast") return;
    const auto single = changed(c.operands, [](const array& x) { return x.cast(float32); });
    const auto twice = changed(single, [](const array& x) { return x.cast(float64); });
    const auto y = op.rule->value(c.parameters.get(), single);
    if (!op.rule->scalar_result) CHECK(y.type() == float32);
    CHECK(close(y, op.rule->value(c.parameters.get(), twice), 2e-5));
    const auto g = gradients(apply_case(op, c), single), h = gradients(apply_case(op, c), twice);
    for (std::size_t i = 0; i < g.size(); ++i) {
      if (single[i].is_floating()) CHECK(g[i].type() == float32);
      CHECK(close(g[i], h[i], 3e-3));
    }
  });
}

TEST_CASE("recorded gradients are the same, and their gradients agree with differences") {
  each_case([](const operation& op, const structural_case& c) {
    const auto f = apply_case(op, c);
    const auto numeric = gradients(f, c.operands);
    for (std::size_t i = 0; i < c.operands.size(); ++i) {
      CAPTURE(i);
      if (c.operands[i].size() == 0 || !c.operands[i].is_floating()) continue;
      graph g;
      const auto x = inputs(c.operands);
      const auto loss = loss_of(f(x));
      const auto recorded = recorded_gradient(loss, std::span<const tensor>(&x[i], 1))[0];
      CHECK(close(recorded.value(), numeric[i], 1e-12));
      const auto v = sample_values(c.operands[i].shape(), 11);
      const auto product = hessian_vector(loss, x[i], v);
      const auto slope_along = [&](double h) {
        auto moved = c.operands;
        moved[i] = moved[i] + h * v;
        return gradients(f, moved)[i];
      };
      const double h = 1e-4;
      const auto at = [&](double step) { return (slope_along(step) - slope_along(-step)) * (1 / (2 * step)); };
      const auto expected = (4 * at(h) - at(2 * h)) * (1.0 / 3);
      CHECK_MESSAGE(close(product, expected, 2e-6), fmt::format("{} against {}", flat(product), flat(expected)));
    }
  });
}

TEST_CASE("forward mode is the transpose of reverse mode") {
  each_case([](const operation& op, const structural_case& c) {
    graph g;
    const auto all = inputs(c.operands), x = variables(all);
    const auto y = apply_case(op, c)(all);
    const auto w = sample_values(y.shape(), 5);
    std::vector<array> directions;
    for (std::size_t i = 0; i < x.size(); ++i) directions.push_back(sample_values(x[i].shape(), 20 + static_cast<unsigned>(i)));
    const auto change = jvp(y, x, directions);
    REQUIRE(change.shape() == y.shape());
    double forwards = 0, backwards = 0;
    if (y.size() > 0) forwards = sum(w * change).item();
    const auto contribution = vjp(y, w, x);
    for (std::size_t i = 0; i < x.size(); ++i) backwards += sum(contribution[i] * directions[i]).item();
    CHECK(forwards == doctest::Approx(backwards).epsilon(1e-11));
  });
}

TEST_CASE("one operand in several places gets the sum") {
  each_case([](const operation& op, const structural_case& c) {
    if (c.operands.size() < 2) return;
    for (const auto& x : c.operands)
      if (x.shape() != c.operands[0].shape() || !x.is_floating()) return;
    const std::vector<array> same(c.operands.size(), c.operands[0]);
    const auto apart = gradients(apply_case(op, c), same);
    graph g;
    const auto one = input(c.operands[0]);
    const std::vector<tensor> x(same.size(), one);
    const auto together = gradient(loss_of(apply_case(op, c)(x)), wrt(one))[0];
    auto total = apart[0];
    for (std::size_t i = 1; i < apart.size(); ++i) total = total + apart[i];
    CHECK(close(together, total, 1e-12));
  });
}

TEST_CASE("what does not fit is said, and leaves the graph as it was") {
  for (const auto* op : structural_operations())
    for (const auto& c : op->rule->wrong()) {
      CAPTURE(op->name);
      graph g;
      const auto x = inputs(c.operands);
      const auto before = g.size();
      std::string said;
      try {
        record_structural(*op, c.parameters, x);
      } catch (const error& e) {
        said = e.what();
      }
      CHECK(said.find(": ") != std::string::npos);
      CHECK(said.size() > 20);
      CHECK(g.size() == before);
    }
}

TEST_CASE("a constant operand gets no node's worth of work, and the others their gradient") {
  each_case([](const operation& op, const structural_case& c) {
    if (c.operands.size() < 2) return;
    const auto all = gradients(apply_case(op, c), c.operands);
    for (std::size_t i = 0; i < c.operands.size(); ++i) {
      if (!c.operands[i].is_floating()) continue;
      graph g;
      std::vector<tensor> x(c.operands.begin(), c.operands.end());
      x[i] = input(c.operands[i]);
      CHECK(close(gradient(loss_of(apply_case(op, c)(x)), std::array{x[i]})[0], all[i], 1e-13));
    }
  });
}

TEST_CASE("tiles along more axes than the array has") {
  const auto y = tile(array{3.0, 5.0}, {2, 1, 3, 2, 2, 2});
  CHECK(y.shape() == dims{2, 1, 3, 2, 2, 4});
  for (index_t i = 0; i < y.size(); ++i) CHECK(y.to_vector<double>()[static_cast<std::size_t>(i)] == (i % 2 == 0 ? 3.0 : 5.0));
}

TEST_CASE("tiles and repetitions of arrays that have all the axes there can be") {
  for (const int rank : {1, 4, 6, 7, 8})
    for (const bool tiles : {true, false}) {
      CAPTURE(rank);
      CAPTURE(tiles);
      dims shape, times;
      for (int i = 0; i < rank; ++i) shape.push(i % 3 == 1 ? 1 : 2), times.push(i % 2 == 0 ? 2 : 1);
      const auto x = sample_values(shape, 3);
      const int last = rank - 1;
      graph g;
      const tensor a = input(x), y = tiles ? tile(a, times) : repeat(a, 3, last);
      const auto w = sample_values(y.shape(), 5);
      backward(sum(y * w));
      std::vector<double> slope(static_cast<std::size_t>(x.size()));
      bool same = true;
      for (index_t n = 0; n < y.size(); ++n) {
        dims at = y.shape(), from = shape;
        auto rest = n;
        for (int i = last; i >= 0; --i) {
          at[i] = rest % y.shape()[i], rest /= y.shape()[i];
          from[i] = tiles ? at[i] % shape[i] : i == last ? at[i] / 3 : at[i];
        }
        same = same && y.value().get(at) == x.get(from);
        index_t place = 0;
        for (int i = 0; i < rank; ++i) place = place * shape[i] + from[i];
        slope[static_cast<std::size_t>(place)] += w.get(at);
      }
      CHECK(same);
      CHECK(all_close(grad(a), array(slope, shape)));
      CHECK(y.size() == x.size() * (tiles ? elements(times) : 3));
    }
}
