// Every operation on numbers, done to arrays: driven by the list. The oracle is the operation on one number, which has tests of its own.
#include <autodiff/array/create.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/kernels/kernels.hpp>
#include <cmath>
#include <cstring>
#include <doctest/doctest.h>

using namespace seegrad;

namespace {

// Numbers from where the operation says tests may draw them.
auto draw(const operation& op, int i, const dims& shape, unsigned seed, dtype type = float64) -> array {
  const auto in = op.samples[static_cast<std::size_t>(i)];
  return ((sample_values(shape, seed) + 2.5) * ((in.high - in.low) / 5) + in.low).cast(type);
}

auto drawn(const operation& op, const std::vector<dims>& shapes, dtype type = float64) -> std::vector<array> {
  std::vector<array> x;
  for (int i = 0; i < op.arity; ++i)
    x.push_back(draw(op, i, shapes[static_cast<std::size_t>(i)], static_cast<unsigned>(i), type));
  return x;
}

// All indices of a shape, in order.
template <class F>
auto each_index(const dims& shape, F f) -> void {
  for (index_t n = 0; n < elements(shape); ++n) {
    auto index = shape;
    auto rest = n;
    for (int a = shape.size() - 1; a >= 0; --a) index[a] = rest % shape[a], rest /= shape[a];
    f(index);
  }
}

auto broadcast_at(const array& x, const dims& index) -> double {
  dims own;
  for (int a = 0; a < x.rank(); ++a) own.push(x.shape()[a] == 1 ? 0 : index[index.size() - x.rank() + a]);
  return x.get(own);
}

auto near(double a, double b, double tolerance) -> bool {
  return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance * (1 + std::abs(b));
}

const std::vector<std::vector<dims>> shapes_to_try = {
    {{3, 4}, {3, 4}, {3, 4}},  {{3, 4}, {4}, {3, 1}},      {{4}, {3, 4}, {3, 4}},  {{3, 1}, {1, 4}, {}}, {{}, {3, 4}, {4}},
    {{2, 1, 5}, {3, 1}, {5}},  {{2, 37}, {2, 1}, {1, 37}}, {{0, 4}, {4}, {1, 1}},  {{1}, {1}, {1}},      {{1, 700}, {3, 1}, {}},
    {{150, 7}, {7}, {150, 7}}, {{7}, {150, 7}, {150, 1}},  {{2, 75, 7}, {7}, {7}},  // a row met by many rows
};

// Comparisons give truth values.
auto type_of(const operation& op, dtype type) -> dtype { return op.kernels[0]->mask ? boolean : type; }

auto record_of(const operation& op, std::span<const tensor> x) -> tensor {
  tensor y;
  op.record_tensor(x.data(), y);
  return y;
}

// Around a kink or a jump differences mean nothing, and the operations that have them are constant or linear elsewhere.
auto is_smooth(const operation& op) -> bool {
  for (auto name : {"floor", "ceil", "round", "trunc", "fmod", "sign", "step", "abs", "relu", "leaky_relu", "min", "max", "clamp",
                    "select", "copysign", "elu", "polygamma"})
    if (op.name == name) return false;
  return true;
}

}  // namespace

TEST_CASE("values are those of single numbers, with broadcasting in every operand, in both types, through any strides") {
  for (const auto* op : operations())
    for (const auto& shapes : shapes_to_try)
      for (auto type : {float64, float32})
        for (bool strided : {false, true}) {
          CAPTURE(op->name);
          CAPTURE(name_of(type));
          auto x = drawn(*op, shapes, type);
          if (strided)
            for (auto& a : x) a = transpose(transpose(a).copy());
          const auto y = seegrad::detail::compute_pointwise(*op, x);
          REQUIRE(y.type() == type_of(*op, type));
          std::size_t wrong = 0;
          double got = 0, expected = 0;
          each_index(y.shape(), [&](const dims& index) {
            double at[max_arity];
            for (int i = 0; i < op->arity; ++i) at[i] = broadcast_at(x[static_cast<std::size_t>(i)], index);
            const auto e = op->value(at);
            if (!near(y.cast(float64).get(index), e, type == float64 ? 2e-15 : 4e-6)) ++wrong, got = y.get(index), expected = e;
          });
          CHECK_MESSAGE(wrong == 0, got << " is not " << expected);
        }
}

TEST_CASE("gradients are those of single numbers, summed over repeated axes") {
  for (const auto* op : operations())
    for (const auto& shapes : shapes_to_try)
      for (auto type : {float64, float32}) {
        CAPTURE(op->name);
        const auto x = drawn(*op, shapes, type);
        graph g;
        std::vector<tensor> t;
        for (const auto& a : x) t.push_back(input(a));
        const auto y = record_of(*op, t);
        const auto w = sample_values(y.shape(), 9).cast(type);
        backward(y, w);
        for (int i = 0; i < op->arity; ++i) {
          if (op->name == "polygamma" && i == 0) continue;
          const auto& a = x[static_cast<std::size_t>(i)];
          auto expected = (a * 0.0).cast(float64).copy();
          each_index(y.shape(), [&](const dims& index) {
            double at[max_arity];
            for (int k = 0; k < op->arity; ++k) at[k] = broadcast_at(x[static_cast<std::size_t>(k)], index);
            dims own;
            for (int k = 0; k < a.rank(); ++k) own.push(a.shape()[k] == 1 ? 0 : index[index.size() - a.rank() + k]);
            expected.put(expected.get(own) + w.get(index) * op->partial(i, at, op->value(at)), own);
          });
          const auto got = grad(t[static_cast<std::size_t>(i)]);
          REQUIRE(got.shape() == a.shape());
          REQUIRE(got.type() == type);
          std::size_t wrong = 0;
          each_index(a.shape(), [&](const dims& index) {
            wrong += !near(got.get(index), expected.get(index), type == float64 ? 1e-12 : 3e-5);
          });
          CHECK(wrong == 0);
        }
      }
}

TEST_CASE("plain numbers beside few and beside many elements") {
  for (const auto* op : operations()) {
    if (op->arity == 1) continue;
    CAPTURE(op->name);
    for (auto type : {float64, float32})
      for (index_t n : {1, 5, 511, 513})
        for (int whole = 0; whole < op->arity; ++whole) {
          if (op->name == "polygamma" && whole == 0) continue;
          auto x = drawn(*op, {{n}, {n}, {n}}, type);
          for (int i = 0; i < op->arity; ++i)
            if (i != whole) x[static_cast<std::size_t>(i)] = x[static_cast<std::size_t>(i)].at(0);
          graph g;
          std::vector<tensor> t(x.begin(), x.end());
          t[static_cast<std::size_t>(whole)] = input(x[static_cast<std::size_t>(whole)]);
          const auto y = record_of(*op, t);
          const bool is_smooth = y.type() == type;
          if (is_smooth) backward(y, full_like(y.value(), 2));
          const auto slope = is_smooth ? grad(t[static_cast<std::size_t>(whole)]) : zeros({n});
          REQUIRE(y.type() == type_of(*op, type));
          std::size_t wrong = 0;
          for (index_t k = 0; k < n; ++k) {
            double at[max_arity];
            for (int i = 0; i < op->arity; ++i) at[i] = x[static_cast<std::size_t>(i)].get(i == whole ? dims{k} : dims{});
            const auto value = op->value(at);
            wrong += !near(y.value().cast(float64).at(k), value, type == float64 ? 2e-15 : 4e-6);
            wrong += !near(slope.at(k), 2 * op->partial(whole, at, value), type == float64 ? 1e-12 : 3e-5);
          }
          CHECK(wrong == 0);
        }
  }
}

TEST_CASE("recorded, forward and second derivatives") {
  for (const auto* op : operations()) {
    if (type_of(*op, float64) == boolean) continue;
    CAPTURE(op->name);
    const std::vector<dims> shapes = {{2, 3}, {3}, {2, 1}};
    const auto x = drawn(*op, shapes);
    for (int i = 0; i < op->arity; ++i) {
      if (op->name == "polygamma" && i == 0) continue;
      const auto slot = static_cast<std::size_t>(i);
      graph g;
      std::vector<tensor> t(x.begin(), x.end());
      t[slot] = input(x[slot]);
      const auto y = record_of(*op, t);
      const auto w = sample_values(y.shape(), 4);
      const auto loss = sum(w * y);
      const auto numeric = gradient(loss, std::array{t[slot]})[0];
      CHECK(all_close(recorded_gradient(loss, std::array{t[slot]})[0].value(), numeric, 1e-12, 1e-12));
      const auto v = sample_values(x[slot].shape(), 6);
      CHECK(sum(w * jvp(y, std::array{t[slot]}, std::array{v})).item() ==
            doctest::Approx(sum(numeric * v).item()).epsilon(1e-12));
      if (!is_smooth(*op)) continue;
      const auto product = hessian_vector(loss, t[slot], v);
      const auto slope_along = [&](double h) {
        graph inner;
        std::vector<tensor> moved(x.begin(), x.end());
        moved[slot] = input(x[slot] + h * v);
        return gradient(sum(w * record_of(*op, moved)), std::array{moved[slot]})[0];
      };
      const double h = 1e-4;
      CHECK(all_close(product, (slope_along(h) - slope_along(-h)) * (0.5 / h), 1e-5, 1e-5));
    }
  }
}

TEST_CASE("an element's result does not depend on where it stands, or on the number of threads") {
  generator random(5);
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    for (auto type : {float64, float32}) {
      const auto x = drawn(*op, {{70001}, {70001}, {70001}}, type);
      const auto all = seegrad::detail::compute_pointwise(*op, x);
      std::vector<array> part;
      for (const auto& a : x) part.push_back(slice(a, 0, 31, 31 + 45));
      const auto each = size_of(all.type());
      CHECK(std::memcmp(seegrad::detail::compute_pointwise(*op, part).raw(), static_cast<const char*>(all.raw()) + 31 * each,
                        45 * each) == 0);
    }
  }
  const auto x = sample_values({400, 401}, 1), b = sample_values({401}, 2);
  const auto alone = tanh(x) * b, total = sum(x, 0);
  const auto product = matmul(x, transpose(x));
  set_num_threads(3);
  CHECK(identical(tanh(x) * b, alone));
  CHECK(identical(sum(x, 0), total));
  CHECK(identical(matmul(x, transpose(x)), product));
  set_num_threads(1);
}

TEST_CASE("extreme arguments") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  const std::vector<double> extremes = {0.0,    -0.0,  inf,    -inf, nan,  1e-310, 709.5, 710, -745, -746, 1e300,
                                        -1e300, 1e-40, -1e-45, 88.5, -104, 1e5,    3e8,   1,   -1,   1e38, 0.5};
  for (const auto type : {float64, float32}) {
    const double tolerance = type == float64 ? 1e-13 : 3e-6, large = type == float64 ? 1e30 : 1e20,
                 small = type == float64 ? 1e-290 : 1e-37;
    for (const auto* op : operations()) {
      if (op->arity > 2) continue;
      CAPTURE(op->name);
      CAPTURE(type);
      for (const double first : extremes)
        for (const double second : op->arity == 2 ? extremes : std::vector{0.0}) {
          std::vector<array> x{full({3}, first, type)};
          if (op->arity == 2) x.push_back(full({3}, second, type));
          std::vector<double> numbers;
          for (const auto& each : x) numbers.push_back(each.at(1));
          const double expected = full({}, op->value(numbers.data()), type).item(),
                       got = seegrad::detail::compute_pointwise(*op, x).cast(float64).at(1);
          CAPTURE(first);
          CAPTURE(second);
          const bool alike = near(got, expected, tolerance) ||
                             (std::abs(expected) > large && std::abs(got / expected - 1) < tolerance) ||
                             (std::abs(expected) < small && std::abs(got) < small);
          CHECK_MESSAGE(alike, got << " is not " << expected);
        }
    }
  }
}

TEST_CASE("quotients and roots are rounded as those of single numbers") {
  const auto alike = []<class T>(const array& x, const array& y, T) {
    const auto a = x.cast(y.type()), q = a / y, r = sqrt(abs(a));
    for (index_t k = 0; k < a.size(); ++k) {
      const T p = a.template data<T>()[k], d = y.data<T>()[k];
      if (q.data<T>()[k] != p / d || r.data<T>()[k] != std::sqrt(std::abs(p))) return false;
    }
    return true;
  };
  generator g(1);
  const index_t n = 20'000;
  // Of every size, denormal ones too.
  const auto spread = randn(g, {n}) * exp2(floor(uniform(g, {n}, -148, 120))),
             other = randn(g, {n}) * exp2(floor(uniform(g, {n}, -20, 20)));
  CHECK(alike(spread, other.cast(float32), 1.0F));
  CHECK(alike(other, spread.cast(float32), 1.0F));
  CHECK(alike(spread, other, 1.0));
}

TEST_CASE("scalars, numbers, arrays and tensors mix") {
  graph g;
  const auto a = input(2.0, "a");
  const auto W = input(array{{1.0, 2.0}, {3.0, 4.0}}, "W");
  const array x{10.0, 100.0};
  const tensor y = a * W + x - 1 / a;
  CHECK(identical(y.value(), array{{11.5, 103.5}, {15.5, 107.5}}));
  backward(sum(y));
  CHECK(grad(a) == 1 + 2 + 3 + 4 + 4 * 0.25);
  CHECK(identical(grad(W), array{{2.0, 2.0}, {2.0, 2.0}}));
  const tensor from_scalar = a * x;  // no tensor among the operands
  backward(sum(from_scalar));
  CHECK(grad(a) == 110);
  const scalar back = item(sum(a * W)) * a;  // a * a * 10
  backward(back);
  CHECK(grad(a) == 40);
  const auto [da, dW] = gradient(tensor(back), wrt(a, W));
  CHECK(da == 40);
  CHECK(identical(dW, array{{4.0, 4.0}, {4.0, 4.0}}));
}

TEST_CASE("float32 with float64 makes float64; numbers and scalars follow; whole numbers stay whole") {
  graph g;
  const auto single = input(array{1.5, 2.5}.cast(float32));
  const auto a = input(0.5);
  CHECK((single * 2).type() == float32);
  CHECK((single * a).type() == float32);
  CHECK((single * array{1.0, 2.0}).type() == float64);
  CHECK(seegrad::detail::compute_pointwise(*find_operation("add"), std::array{array{1, 2}, array{3, 4}}).type() == int64);
  CHECK(seegrad::detail::compute_pointwise(*find_operation("div"), std::array{array{1, 2}, array{3, 4}}).type() == float64);
  CHECK((single * (single > 2.0)).type() == float32);
  const auto y = single * array{3.0, 4.0};
  backward(sum(y));
  CHECK(grad(single).type() == float32);
  CHECK(identical(grad(single), array{3.0, 4.0}.cast(float32)));
}

TEST_CASE("nothing times infinity is nothing") {
  graph g;
  const auto x = input(array{0.0, 4.0});
  backward(sum(where(x > 0.0, sqrt(x), 0.0)));
  CHECK(identical(grad(x), array{0.0, 0.25}));
}

TEST_CASE("shapes that do not match are said, with a hint") {
  const auto said = [](const char* op, const array& a, const array& b) {
    try {
      seegrad::detail::compute_pointwise(*find_operation(op), std::array{a, b});
    } catch (const error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(said("add", zeros({2, 3}), zeros({2})).starts_with("add: [2x3] and [2]: axis -1 differs (3 and 2)"));
  CHECK(said("add", zeros({2, 3}), zeros({2})).find("forgotten kept dimension") != std::string::npos);
  CHECK(said("mul", zeros({4, 3}), zeros({5, 3})).starts_with("mul: [4x3] and [5x3]: axis -2 differs (4 and 5)"));
}
