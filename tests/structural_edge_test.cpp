// Operations on arrays where an element or a cotangent is 0, infinite, NaN or far out.
#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fmt/ranges.h>
#include <limits>
#include <set>

#include "structural_cases.hpp"

using namespace seegrad;

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
      "det",    "logdet", "conv_weight2d", "conv_transpose2d", "self_attention"};
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

TEST_CASE("rows and elements in brackets are recorded") {
  graph g;
  const tensor x = input(array{{1.0, 2.0}, {3.0, 4.0}});
  const tensor y = sum(x[0] * x[-1]) + 10 * x[{1, 0}];
  CHECK(y.value().item() == 1 * 3 + 2 * 4 + 30);
  backward(y);
  CHECK(identical(grad(x), array{{3.0, 4.0}, {11.0, 2.0}}));
  CHECK_THROWS_AS(x[2], error);
  CHECK_THROWS_AS((x[{0, 2}]), error);
  CHECK_THROWS_AS((x[{0, 0, 0}]), error);
  CHECK(identical(cat(std::vector{x[0], x[1]}).value(), array{1.0, 2.0, 3.0, 4.0}));
  CHECK(identical(broadcast_to(x[1], {2, 2}).value(), array{{3.0, 4.0}, {3.0, 4.0}}));
  const no_grad off;
  CHECK(x[0].is_constant());
}

TEST_CASE("padding with what is not finite leaves what is inside, and its slopes, as they are") {
  const double infinite = std::numeric_limits<double>::infinity();
  for (const double value : {infinite, -infinite}) {
    graph g;
    const tensor x = input(array{{1.0, -2.0}});
    const tensor y = pad(x, {1, 0}, {0, 1}, value);
    CHECK(identical(y.value(), array{{value, value, value}, {1.0, -2.0, value}}));
    CHECK(identical(gradient(sum(maximum(y, -5.0)), x), array{{1.0, 1.0}}));
  }
}
