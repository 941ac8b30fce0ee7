// What a record decided is decided anew when it runs on other inputs: driven by the list, recorded at one point and replayed at others,
// across every kink. The oracle is recording there.
#include <autodiff/autodiff.hpp>
#include <autodiff/run/replay.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>

using namespace seegrad;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

auto same(const array& a, const array& b, double tolerance = 1e-11) -> bool {
  if (a.shape() != b.shape()) return false;
  const auto x = a.cast(float64).to_vector<double>(), y = b.cast(float64).to_vector<double>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool equal = x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]));
    if (!equal && !(std::abs(x[i] - y[i]) <= tolerance * (1 + std::abs(y[i])))) return false;
  }
  return true;
}

// Value, gradient and second derivative of a loss, recorded at some inputs.
struct recording {
  std::vector<tensor> inputs, results;

  recording(const std::function<tensor(std::span<const tensor>)>& f, const std::vector<array>& at) {
    std::vector<tensor> all;
    for (const auto& a : at) {
      all.push_back(a.is_floating() ? input(a) : tensor(a));
      if (a.is_floating()) inputs.push_back(all.back());
    }
    const auto y = f(all);
    results.push_back(y);
    if (!y.value().is_floating()) return;
    const auto loss = sum(sample_values(y.shape(), 7) * y) + 0.5 * sum(square(y));
    for (auto& d : recorded_gradient(loss, inputs)) {
      results.push_back(d);
      if (d.is_constant()) continue;
      for (auto& dd : recorded_gradient(sum(sample_values(d.shape(), 9) * d), inputs)) results.push_back(dd);
    }
  }
};

auto expect_agreement(const std::function<tensor(std::span<const tensor>)>& f, const std::vector<array>& here,
                      const std::vector<array>& there) -> void {
  std::vector<array> expected;
  {
    graph g;
    for (const auto& r : recording(f, there).results) expected.push_back(r.value());
  }
  graph g;
  const recording r(f, here);
  std::vector<node_id> ids;
  std::vector<array> values;
  std::size_t next = 0;
  for (const auto& a : there)
    if (a.is_floating()) ids.push_back(g.id(r.inputs[next++].ref(), "test")), values.push_back(a);
  REQUIRE(r.results.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    if (r.results[i].is_constant()) {
      CHECK(same(r.results[i].value(), expected[i]));
      continue;
    }
    const auto k = g.id(r.results[i].ref(), "test");
    CHECK(same(seegrad::detail::replay_arrays(g, k, ids, values).array_at(k), expected[i]));
  }
}

// Where something may be decided differently: kinks, ties, zeros, and far out on both sides.
constexpr double points[] = {-3, -1, -0.25, 0, 0.25, 0.5, 1, 1.5, 2, 40, -40};

}  // namespace

TEST_CASE("operations on numbers: scalars") {
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    const auto try_at = [&](std::array<double, 3> here, std::array<double, 3> there) {
      std::vector<double> expected;
      const auto run = [&](const std::array<double, 3>& at, std::vector<scalar>& x) {
        std::vector<scalar> results(1);
        for (int i = 0; i < op->arity; ++i) x.push_back(input(at[static_cast<std::size_t>(i)]));
        op->record(x.data(), results[0]);
        const auto loss = 1.5 * results[0] + 0.5 * square(results[0]);
        for (const auto& d : recorded_gradient(loss, x)) {
          results.push_back(d);
          if (!d.is_constant())
            for (const auto& dd : recorded_gradient(d, x)) results.push_back(dd);
        }
        return results;
      };
      {
        graph g;
        std::vector<scalar> x;
        for (const auto& r : run(there, x)) expected.push_back(r.value());
      }
      graph g;
      std::vector<scalar> x;
      const auto results = run(here, x);
      REQUIRE(results.size() == expected.size());
      std::vector<node_id> ids;
      for (const auto& a : x) ids.push_back(g.id(a.ref(), "test"));
      for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i);
        const auto got = results[i].is_constant()
                             ? results[i].value()
                             : replay(g, g.id(results[i].ref(), "test"), ids, std::span(there.data(), x.size())).back();
        CHECK(same(got, expected[i]));
      }
    };
    for (const auto a : points)
      for (const auto b : points) {
        CAPTURE(a);
        CAPTURE(b);
        try_at({a, 0.5, 1}, {b, 0.5, 1});
        if (op->arity > 1) try_at({1, a, 1}, {1, b, 1}), try_at({a, b, 1}, {b, a, 1}), try_at({a, a, 1}, {b, b, 1});
        if (op->arity > 2) try_at({0.5, 0, a}, {0.5, 0, b}), try_at({a, b, 0.25}, {b, a, 0.25});
      }
  }
}

TEST_CASE("operations on numbers: arrays") {
  const array a{-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 40.0, 0.25}, b{0.5, 1.0, -1.0, 0.5, -2.0, 0.0, 0.0, -40.0},
      c{1.0, 0.0, 0.25, 2.0, -1.0, 0.5, 3.0, 1.0};
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    const auto f = [&](std::span<const tensor> x) {
      tensor y;
      op->record_tensor(x.data(), y);
      return y;
    };
    std::vector<array> here = {a, b, c}, there = {b, a, flip(c, {0})};
    here.resize(static_cast<std::size_t>(op->arity)), there.resize(static_cast<std::size_t>(op->arity));
    expect_agreement(f, here, there);
    expect_agreement(f, there, here);
  }
}

TEST_CASE("operations on whole arrays") {
  for (const auto* op : structural_operations())
    for (const auto& c : op->rule->samples()) {
      CAPTURE(op->name);
      const auto f = [&](std::span<const tensor> x) { return record_structural(*op, c.parameters, x); };
      auto there = c.operands;
      for (auto& x : there) {
        if (!x.is_floating() || x.rank() == 0) continue;
        const bool is_factor = op->name == "cholesky" || op->name == "triangular_solve" || op->name == "eigh" || op->name == "qr";
        x = is_factor ? x * 1.25 : reshape(flip(reshape(x, {-1}), {0}), x.shape()) * 1.25;
      }
      expect_agreement(f, c.operands, there);
    }
}

TEST_CASE("ties, zeros and infinities in arrays") {
  const std::vector<array> at = {{1.0, 5.0, 2.0}, {7.0, 1.0, 2.0},           {3.0, 3.0, 3.0},    {0.0, 0.0, 0.0},
                                 {0.0, 2.0, 0.0}, {1000.0, 1000.0, -1000.0}, {-inf, -inf, -inf}, {-inf, 0.0, 1.0}};
  const std::pair<const char*, std::function<tensor(const tensor&)>> functions[] = {
      {"max", [](const tensor& x) { return max(x); }},
      {"min", [](const tensor& x) { return min(x, 0, keep_axes); }},
      {"norm", [](const tensor& x) { return norm(x); }},
      {"stddev", [](const tensor& x) { return stddev(x); }},
      {"prod", [](const tensor& x) { return prod(x); }},
      {"cumprod", [](const tensor& x) { return cumprod(x, 0); }},
      {"logsumexp", [](const tensor& x) { return logsumexp(x); }},
      {"softmax", [](const tensor& x) { return softmax(x); }},
      {"sort", [](const tensor& x) { return sort(x).values; }},
      {"topk", [](const tensor& x) { return topk(x, 2).values; }},
      {"an index that was found", [](const tensor& x) { return gather(square(x), argmax(x, 0, keep_axes), 0); }},
      {"where", [](const tensor& x) { return where(x > 1.5, square(x), -x); }},
      {"a mask of masks", [](const tensor& x) { return where(((x > 1.5) & !isinf(x)) | isnan(x), square(x), 3.0 * x); }},
      {"any", [](const tensor& x) { return where(any(x > 4.0), x, square(x)); }},
      {"all", [](const tensor& x) { return x * cast(all(x >= 0.0, 0), float64); }},
      {"max_pool",
       [](const tensor& x) {
         return max_pool1d(reshape(x, {1, 1, 3}), 2, {.stride = 1});
       }},
      {"scatter", [](const tensor& x) { return scatter(x, argsort(x), square(x), 0); }},
  };
  for (const auto& function : functions)
    for (const auto& here : at)
      for (const auto& there : at) {
        CAPTURE(std::string(function.first));
        CAPTURE(here.at(0));
        CAPTURE(there.at(0));
        expect_agreement([&](std::span<const tensor> x) { return function.second(x[0]); }, {here}, {there});
      }
}

TEST_CASE("the kinds that were wrong once, against mathematics") {
  SUBCASE("relu(x) x recorded at 2, replayed at -3") {
    graph g;
    const auto x = input(2.0), d = recorded_gradient(relu(x) * x, wrt(x))[0];
    const auto k = g.id(x.ref(), "test");
    CHECK(replay(g, g.id(d.ref(), "test"), {{k}}, {{-3.0}}).back() == 0);
  }
  SUBCASE("the largest of (1, 5, 2), replayed at (7, 1, 2)") {
    graph g;
    const auto x = input(array{1.0, 5.0, 2.0}), d = recorded_gradient(max(x), wrt(x))[0];
    const auto k = g.id(x.ref(), "test"), top = g.id(d.ref(), "test");
    CHECK(same(seegrad::detail::replay_arrays(g, top, {{k}}, {{array{7.0, 1.0, 2.0}}}).array_at(top), array{1.0, 0.0, 0.0}));
  }
  SUBCASE("logsumexp of (1, 2), replayed at (1000, 1000)") {
    graph g;
    const auto x = input(array{1.0, 2.0}), y = logsumexp(x);
    const auto k = g.id(x.ref(), "test"), top = g.id(y.ref(), "test");
    CHECK(seegrad::detail::replay_arrays(g, top, {{k}}, {{array{1000.0, 1000.0}}}).array_at(top).item() ==
          doctest::Approx(1000 + std::log(2.0)));
  }
}

TEST_CASE("infinities and saturation have their limits") {
  graph g;
  const auto slope = [](auto f, double at) {
    const auto x = input(at);
    return gradient(f(x), wrt(x))[0];
  };
  const auto slope_of_array = [](auto f, double at, dtype type) {
    const auto x = input(full({3}, at, type));
    return gradient(sum(f(x)), wrt(x))[0].cast(float64).at(1);
  };
  struct known {
    const char* name;
    std::function<scalar(scalar)> f;
    std::function<tensor(tensor)> over;
    double at, value, slope;
  };
#define both_kinds(f) [](scalar x) { return f(x); }, [](tensor x) { return f(x); }
  const known all[] = {
      {"gelu", both_kinds(gelu), -inf, 0, 0},
      {"gelu", both_kinds(gelu), inf, inf, 1},
      {"silu", both_kinds(silu), -inf, 0, 0},
      {"silu", both_kinds(silu), inf, inf, 1},
      {"mish", both_kinds(mish), -inf, 0, 0},
      {"mish", both_kinds(mish), inf, inf, 1},
      {"softsign", both_kinds(softsign), inf, 1, 0},
      {"softsign", both_kinds(softsign), -inf, -1, 0},
      {"softplus", both_kinds(softplus), -inf, 0, 0},
      {"softplus", both_kinds(softplus), inf, inf, 1},
      {"sigmoid", both_kinds(sigmoid), inf, 1, 0},
      {"sigmoid", both_kinds(sigmoid), 40, 1, 4.248354255291589e-18},
      {"tanh", both_kinds(tanh), 20, 1, 1.6993417021166355e-17},
      {"tanh", both_kinds(tanh), -20, -1, 1.6993417021166355e-17},
      {"tanh", both_kinds(tanh), -inf, -1, 0},
  };
#undef both_kinds
  for (const auto& k : all) {
    CAPTURE(std::string(k.name));
    CAPTURE(k.at);
    CHECK(same(k.f(input(k.at)).value(), k.value));
    CHECK(slope(k.f, k.at) == doctest::Approx(k.slope).epsilon(1e-12));
    CHECK((k.slope == 0) == (slope(k.f, k.at) == 0));
    for (auto type : {float64, float32}) CHECK(slope_of_array(k.over, k.at, type) == doctest::Approx(k.slope).epsilon(1e-5));
  }
  const auto x = input(array{-inf, -inf});
  CHECK(same(gradient(logsumexp(x), wrt(x))[0], array{0.0, 0.0}));
  CHECK(same(softmax(x).value(), array{0.0, 0.0}));
  CHECK(same(gradient(sum(softmax(x) * array{1.0, 2.0}), wrt(x))[0], array{0.0, 0.0}));
  const auto top = input(array{inf, 1.0, inf});
  CHECK(same(gradient(logsumexp(top), wrt(top))[0], array{0.5, 0.0, 0.5}));
  CHECK(same(softmax(top).value(), array{0.5, 0.0, 0.5}));
}

TEST_CASE("numbers outside the range of a type's squares") {
  graph g;
  const array a{{2.0, 1.0}, {0.5, 3.0}}, w{{1.0, 2.0}, {3.0, 4.0}};
  const auto slope_at = [&](double scale) {
    const auto x = input((a * scale).cast(float32));
    const auto d = svd(x);
    return gradient(sum(d.u * w.cast(float32)), wrt(x))[0].cast(float64) * scale;
  };
  CHECK(same(slope_at(1e19), slope_at(1), 1e-4));
  CHECK(same(slope_at(1e-19), slope_at(1), 1e-4));
  const auto x = input(1e200);
  CHECK(gradient(acosh(x), wrt(x))[0] == doctest::Approx(1e-200));
}

TEST_CASE("memory of a rule is that of its operands") {
  graph g;
  auto with_zero = (sample_values({20000}, 1) * 0.01 + 1.0).copy();
  with_zero.set(0.0, 7);
  const auto z = input(with_zero);
  const auto d = gradient(prod(z), wrt(z))[0];
  const auto others = prod(slice(with_zero, 0, 0, 7)).item() * prod(slice(with_zero, 0, 8, 20000)).item();
  CHECK(d.at(7) == doctest::Approx(others));
  CHECK(d.at(8) == 0);
  CHECK(!any(isnan(gradient(sum(cumprod(z, 0)), wrt(z))[0])));
  CHECK(!any(isnan(recorded_gradient(prod(z), wrt(z))[0].value())));
}
