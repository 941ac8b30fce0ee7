// Every operation on arrays, driven by the list: values seen through strides, gradients, forward mode, second derivatives, float32,
// repeated operands, replay, and errors that leave the graph as it was.
#include <autodiff/array/print.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/replay.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fmt/ranges.h>
#include <functional>
#include <set>

#include "finite_difference.hpp"

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

auto inputs(const std::vector<array>& x) -> std::vector<tensor> {
  std::vector<tensor> t;
  for (const auto& a : x) t.push_back(a.is_floating() ? input(a) : tensor(a));  // an index is no variable
  return t;
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

// Operands of another size or type, an index as it is.
template <class F>
auto changed(std::vector<array> x, F f) -> std::vector<array> {
  for (auto& a : x)
    if (a.is_floating()) a = f(a);
  return x;
}

// The same elements behind other strides: stored back to front, with gaps.
auto strided(const array& x) -> array {
  dims order;
  for (int i = x.rank() - 1; i >= 0; --i) order.push(i);
  auto y = permute(permute(x, order).copy(), order);
  if (x.rank() == 0) return y;
  return slice(repeat(y, 2, 0), 0, 0, 2 * x.shape()[0], 2);
}

auto flat(const array& x) -> std::vector<double> { return x.to_vector<double>(); }

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

template <class F>
auto each_case(F check) -> void {
  for (const auto* op : structural_operations()) {
    int number = 0;
    for (const auto& c : op->rule->samples()) {
      CAPTURE(op->name);
      CAPTURE(number);
      ++number;
      if (op->rule->value(c.parameters.get(), c.operands).is_floating()) check(*op, c);
    }
    CHECK_MESSAGE(number > 0, op->name);
  }
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

// Which results depend on an element shows when it changes; what is linear is not finite there if the element is not, and as it was
// elsewhere. Infinite weights of convolutions are left out: they meet the zeros of padding.
TEST_CASE("of what is linear, an infinite element reaches what depends on it and nothing else") {
  each_case([](const operation& op, const structural_case& c) {
    if (!op.rule->linear) return;
    for (const auto type : {float64, float32}) {
      const auto x = changed(c.operands, [&](const array& a) { return a.cast(type); });
      const auto y = flat(op.rule->value(c.parameters.get(), x));
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (!x[i].is_floating() || (i == 1 && (op.name == "conv2d" || op.name == "conv_transpose2d"))) continue;
        CAPTURE(i);
        for (index_t k = 0; k < x[i].size(); ++k) {
          const auto with = [&](double value) {
            auto changed = x;
            auto row = reshape(x[i], {-1}).copy();
            row.set(value, k);
            changed[i] = reshape(row, x[i].shape());
            return flat(op.rule->value(c.parameters.get(), changed));
          };
          const auto moved = with(reshape(x[i], {-1}).at(k) + 0.5), infinite = with(infinity);
          int wrong = 0;
          for (std::size_t j = 0; j < y.size(); ++j)
            if (y[j] == moved[j] ? !(std::abs(infinite[j] - y[j]) <= 1e-5 * (1 + std::abs(y[j]))) : std::isfinite(infinite[j]))
              ++wrong;
          CHECK(wrong == 0);
        }
      }
    }
  });
}

// Elements that are 0, infinite, NaN or far out, in an operand and in the cotangent. Of a record the vjp is written another way than the
// kernels are for some operations, and is to say the same; and what gets no cotangent passes nothing on, but for sums of products of matrices.
TEST_CASE("a vjp by kernels and the recorded one agree at every kind of point, and pass a cotangent of zeros on as zeros") {
  const double points[] = {0.0, -0.0, 1.0, infinity, -infinity, std::nan(""), 30.0, -30.0, 800.0, -800.0};
  const std::set<std::string_view> products = {
      "matmul", "linear", "solve",         "triangular_solve", "inverse",         "cholesky",
      "qr",     "eigh",   "svd",           "cofactors",        "cofactors_slope", "conv2d",
      "det",    "logdet", "conv_weight2d", "conv_transpose2d"};
  each_case([&](const operation& op, const structural_case& c) {
    const auto with = [](const array& a, index_t k, double value) {
      auto row = reshape(a, {-1}).copy();
      row.set(value, k);
      return reshape(row, a.shape());
    };
    const auto same = [](const array& a, const array& b, double tolerance) {
      const auto x = flat(a), y = flat(b);
      return a.shape() == b.shape() && std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](double p, double q) {
               return p == q || (std::isnan(p) && std::isnan(q)) || std::abs(p - q) <= tolerance * (1 + std::abs(q));
             });
    };
    for (const auto type : {float64, float32}) {
      const auto base = changed(c.operands, [&](const array& a) { return a.cast(type); });
      for (std::size_t slot = 0; slot < base.size(); ++slot)
        for (index_t k = 0; base[slot].is_floating() && k < std::min<index_t>(base[slot].size(), 7); ++k)
          for (const double p : points) {
            CAPTURE(type);
            CAPTURE(slot);
            CAPTURE(k);
            CAPTURE(p);
            auto x = base;
            x[slot] = with(x[slot], k, p);
            array y;
            try {
              y = op.rule->value(c.parameters.get(), x);
            } catch (const error&) {
              continue;  // a matrix that has no inverse
            }
            if (y.size() == 0) continue;
            const auto g = sample_values(y.shape(), 5).cast(y.type());
            for (const double q : {1.0, 0.0, infinity, std::nan(""), -1.0}) {
              CAPTURE(q);
              const auto cotangent = q < 0 ? zeros(y.shape(), y.type()) : with(g, k % y.size(), q);
              for (std::size_t i = 0; i < x.size(); ++i) {
                if (!x[i].is_floating()) continue;
                CAPTURE(i);
                const auto slot_number = static_cast<int>(i);
                array direct, added = zeros(x[i].shape(), x[i].type());
                try {
                  direct = op.rule->vjp(c.parameters.get(), slot_number, x, y, cotangent);
                } catch (const error&) {
                  continue;
                }
                op.rule->vjp_into(c.parameters.get(), slot_number, x, y, cotangent, added);
                const auto near = type == float32 ? 1e-4 : 1e-11;
                CHECK(same(added, direct, near));
                if (q < 0 && !products.contains(op.name)) CHECK(same(direct, zeros(direct.shape()), 0));
                graph record;
                const auto t = inputs(x);
                const auto result = record_structural(op, c.parameters, t);
                const auto recorded = op.rule->vjp_recorded(c.parameters.get(), slot_number, t, result, input(cotangent));
                CHECK_MESSAGE(same(recorded.value(), direct, near),
                              fmt::format("{} against {}", flat(recorded.value()), flat(direct)));
              }
            }
          }
    }
  });
}

// sigmoid'(x) = e / (1 + e)² and tanh'(x) = 4 e² / (1 + e²)² with e = exp(-|x|), which has all its digits however far out x is.
TEST_CASE("the slopes of an LSTM's gates keep their digits where a gate is nearly open") {
  const auto slope_of_sigmoid = [](double x) { return std::exp(-std::abs(x)) / std::pow(1 + std::exp(-std::abs(x)), 2); };
  const auto slope_of_tanh = [&](double x) { return 4 * slope_of_sigmoid(2 * x); };
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  for (const auto type : {float64, float32})
    for (const double at : {-40.0, -8.0, 0.5, 8.0, 20.0, 40.0}) {
      CAPTURE(type);
      CAPTURE(at);
      const double near = type == float32 ? 1e-5 : 1e-13, c = at / 2, m = at / 3;
      graph g;
      const auto gates = input(array{at, at, m, at}.cast(type)), state = input(array{c}.cast(type));
      const auto expect = [&](const tensor& y, const std::vector<double>& by_gates, double by_state) {
        const auto check_against = [&](const array& by, const std::vector<double>& expected) {
          for (std::size_t k = 0; k < expected.size(); ++k)
            CHECK(std::abs(flat(by)[k] - expected[k]) <= near * std::abs(expected[k]) * (1 + std::abs(at)));
        };
        const auto now = gradient(sum(y), wrt(gates, state));
        const auto recorded = recorded_gradient(sum(y), std::array{gates, state});
        check_against(now[0], by_gates), check_against(now[1], {by_state});
        check_against(recorded[0].value(), by_gates), check_against(recorded[1].value(), {by_state});
      };
      const double s = slope_of_sigmoid(at);
      expect(lstm_state(gates, state), {s * std::tanh(m), s * c, sigmoid(at) * slope_of_tanh(m), 0}, sigmoid(at));
      expect(lstm_output(gates, state), {0, 0, 0, s * std::tanh(c)}, sigmoid(at) * slope_of_tanh(c));
    }
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
