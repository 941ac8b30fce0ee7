// What the checker says of right derivatives of arrays, also where values and derivatives are hard to measure.

#include "random_graph.hpp"
#include "sanitizer.hpp"

#include <autodiff/array/create.hpp>
#include <autodiff/ops/structural/make_structural.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace seegrad;

namespace {

// Under a sanitizer, which makes this many times slower, a quarter does.
constexpr std::uint64_t graphs = has_address_sanitizer ? 100 : 400;

}  // namespace

TEST_CASE("no false alarm: every operation on arrays, in float64 and float32") {
  std::size_t cases = 0, passes = 0, others = 0;
  for (const auto* op : structural_operations())
    for (const auto& c : op->rule->samples())
      for (const auto type : {float64, float32}) {
        graph g;
        std::vector<tensor> x;
        for (const auto& a : c.operands) x.push_back(a.is_floating() ? input(a.cast(type)) : tensor(a));
        const auto y = record_structural(*op, c.parameters, x);
        if (y.size() == 0 || !y.value().is_floating()) continue;
        const auto report = check(y);
        CHECK_MESSAGE(report.passed(), op->name, "\n", report.text());
        ++cases, passes += report.count(verdict::pass);
        std::size_t other = 0;
        for (auto v : {verdict::noisy, verdict::kink, verdict::untested}) other += report.count(v);
        if (other > 0) MESSAGE(op->name, "\n", report.text());
        others += other;
      }
  MESSAGE(cases, " cases, ", passes, " PASS, ", others, " NOISY, KINK or UNTESTED");
  CHECK(cases > 100);
  CHECK(others == 0);
}

TEST_CASE("no false alarm: every operation on numbers, on arrays with broadcasting") {
  std::size_t passes = 0;
  for (const auto* op : operations())
    for (const auto& shape : {dims{2, 3}, dims{3}, dims{}, dims{12, 10}}) {
      graph g;
      tensor x[max_arity], y;
      for (int i = 0; i < op->arity; ++i) {
        const auto [low, high] = op->samples[static_cast<std::size_t>(i)];
        // From 0.02 to 0.98 of the interval.
        const auto unit =
            0.5 + sample_values(i == 0 ? shape : dims{3}.first(shape.empty() || shape[shape.size() - 1] != 3 ? 0 : 1),
                                static_cast<unsigned>(3 * i + shape.size())) *
                      0.19;
        x[i] = input(low + (high - low) * unit);
      }
      op->record_tensor(x, y);
      const auto report = check(y);
      CHECK_MESSAGE(report.passed(), op->name, " ", to_string(shape), "\n", report.text());
      passes += report.count(verdict::pass);
    }
  MESSAGE(passes, " PASS");
  CHECK(passes > 500);
}

TEST_CASE("no false alarm: random graphs of 5 to 50 operations") {
  check_report::tally local{}, whole{};
  std::size_t failing = 0, operations = 0;
  std::string first;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    const random_graph r(seed);
    graph g;
    const auto t = r.recorded(r.inputs(seed % 4 == 3 ? float32 : float64));
    if (t.value.is_constant()) continue;
    const auto report = check(t.value);
    operations += report.operations;
    failing += !report.passed();
    if (!report.passed() && first.empty()) first = fmt::format("seed {}\n{}", seed, report.text());
    for (std::size_t v = 0; v < verdicts; ++v) local[v] += report.local[v], whole[v] += report.whole[v];
  }
  MESSAGE(operations, " operations: ", local[0], " PASS, ", local[2], " NOISY, ", local[3], " KINK, ", local[5], " UNTESTED");
  MESSAGE("whole: ", whole[0], " PASS, ", whole[2], " NOISY, ", whole[3], " KINK, ", whole[5], " UNTESTED");
  INFO(first);
  CHECK(failing == 0);
  CHECK(operations > 12 * graphs);
  CHECK(local[2] * 500 < local[0]);
  CHECK(whole[2] * 100 < whole[0]);
}

TEST_CASE("a random graph is a function of its seed, and of its inputs") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const random_graph r(seed), again(seed);
    const auto x = r.inputs();
    const auto y = r(std::span<const array>(x)).item();
    CHECK(y == again(std::span<const array>(x)).item());
    graph g;
    CHECK(r.recorded(x).value.value().item() == doctest::Approx(y).epsilon(1e-12));
    const auto single = r.inputs(float32);
    CHECK(r(std::span<const array>(single)).item() == doctest::Approx(y).epsilon(1e-3));
  }
}

TEST_CASE("the vectors of equal eigenvalues have no derivative, and a loss that has one is missed by none") {
  graph g;
  const auto A = input(eye(2), "A");
  const auto kink = input(0.0, "kink");
  const array W{{0.3, -0.7}, {1.1, 0.9}};
  const auto d = eigh(A);
  // Of tr(Wᵀ exp(A)) at the identity the gradient is e (W + Wᵀ) / 2.
  const auto loss = sum(W * matmul(d.vectors * exp(d.values), transpose(d.vectors)));
  for (const auto& y : {loss, loss + relu(kink)}) {
    const auto report = check(y);
    INFO(report.text());
    const bool is_right = all_close(grad(A), array{{0.3, 0.2}, {0.2, 0.9}} * std::exp(1.0), 1e-9, 1e-9);
    CHECK(report.passed() == is_right);
    for (const auto& f : report.findings)
      if (f.operation == "input" && f.name == "A" && !is_right) {
        CHECK(f.what == verdict::fail);
        CHECK(f.measured == doctest::Approx(f.element == "[0, 0]"   ? 0.3 * std::exp(1.0)
                                            : f.element == "[1, 1]" ? 0.9 * std::exp(1.0)
                                                                    : 0.2 * std::exp(1.0)));
      }
  }
  // One of the values alone, in which equal ones are alike.
  CHECK(check(sum(exp(eigh(A).values))).passed());
}

TEST_CASE("no false alarm: gradients that cancel, and nearly equal eigenvalues") {
  for (const auto type : {float64, float32}) {
    graph g;
    for (const auto& at : {array{20.0, 0.0, -20.0}, array{0.0, 40.0, 40.0}, array{3.0, 3.0, 3.0}, array{-40.0, 1.0, 2.0}}) {
      const auto x = input(at.cast(type), "x");
      for (const auto& y : {log_softmax(softmax(x)), sum(log_softmax(softmax(x))), softmax(x), sum(softmax(x))}) {
        const auto report = check(y);
        CHECK_MESSAGE(report.passed(), report.text());
      }
    }
  }
  for (const double gap : {1e-3, 1e-6, 1e-8, 1e-10}) {
    graph g;
    const auto A = input(array{{1.0, 0.3 * gap, 0.1}, {0.3 * gap, 1 + gap, 0.2}, {0.1, 0.2, 3.0}}, "A");
    const auto B = input(array{{1.0, 0.3 * gap}, {0.3 * gap, 1 + gap}}, "B");
    for (const auto& M : {A, B}) {
      const auto d = eigh(M);
      const auto report = check(matmul(d.vectors * exp(d.values), transpose(d.vectors)));
      CHECK_MESSAGE(report.count(verdict::fail) == 0, gap, "\n", report.text());
    }
  }
}

TEST_CASE("no false alarm: operations on arrays at special numbers") {
  // Decompositions of matrices that are singular, or nearly, have slopes that nobody can tell; attention has shares of scores, products of such
  // numbers, which any step moves from one end to the other.
  const auto has_no_slopes_there = [](std::string_view name) {
    for (const auto* other : {"cholesky", "cofactors", "cofactors_slope", "det", "logdet", "eigh", "svd", "qr", "inverse",
                              "solve", "triangular_solve", "self_attention"})
      if (name == other) return true;
    return false;
  };
  int turn = 0;
  for (const auto* op : structural_operations()) {
    if (has_no_slopes_there(op->name)) continue;
    for (const auto& c : op->rule->samples())
      for (const double s : {0.0, HUGE_VAL, std::nan(""), 1e17, 1e-308, 20.0})
        for (const bool everywhere : {false, true}) {
          graph g;
          std::vector<tensor> x;
          for (const auto& o : c.operands) {
            auto a = o.is_floating() ? o.cast(float64).copy() : o;
            if (a.is_floating() && a.size() > 0 && (everywhere || x.empty())) {
              auto to = a.writable<double>();
              for (std::size_t e = 0; e < to.size(); ++e)
                if (everywhere || e == to.size() / 2) to[e] = s;
            }
            if (a.is_floating()) x.push_back(input(++turn % 2 == 0 ? a.cast(float32) : a));
            else x.push_back(a);
          }
          try {
            const auto report = check(record_structural(*op, c.parameters, x));
            CHECK_MESSAGE(report.count(verdict::fail) == 0, op->name, " at ", s, "\n", report.text());
          } catch (const error& e) {
            FAIL_CHECK(op->name, " at ", s, ": ", std::string(e.what()));
          }
        }
  }
}

TEST_CASE("a tangent for the test of linearity is no operand: that may be NaN") {
  graph g;
  const auto x = input(array{1.0, std::nan(""), 3.0}, "x"), z = input(array{2.0, 1.0, 3.0}, "z");
  for (const auto& y : {sum(x * z), sum(concat(std::vector<tensor>{x, z}, 0)), concat(std::vector<tensor>{x, z}, 0)}) {
    const auto report = check(y);
    CHECK_MESSAGE(report.count(verdict::fail) == 0, report.text());
    CHECK(report.count(verdict::non_finite) > 0);
  }
}
