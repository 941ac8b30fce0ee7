// Programs of arrays against recording anew: the same bits.

#include <autodiff/array/print.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/array_program.hpp>
#include <doctest/doctest.h>
#include <fmt/ranges.h>
#include <thread>

#include "message.hpp"
#include "structural_cases.hpp"

using namespace seegrad;

namespace {

auto loss_of(const tensor& y) -> tensor { return sum(sample_values(y.shape(), 7).cast(y.type()) * square(y)) + mean(y); }

// f at `at`, by a program recorded at `recorded`, thrice, and recorded anew.
template <class F>
auto check_program(F f, const std::vector<array>& recorded, const std::vector<array>& at) -> void {
  graph g;
  const auto t = inputs(recorded);
  std::vector<tensor> xs;
  std::vector<array> given;
  for (std::size_t i = 0; i < t.size(); ++i)
    if (!t[i].is_constant()) xs.push_back(t[i]), given.push_back(at[i]);
  if (xs.empty()) return;
  const auto p = compile(loss_of(f(t)), xs);
  graph again;
  const auto z = inputs(at);
  const auto loss = loss_of(f(z));
  backward(loss);
  for (int turn = 0; turn < 3; ++turn) {
    const auto [value, slopes] = p.value_and_gradient(given);
    CHECK((value == loss.value().item() || (std::isnan(value) && std::isnan(loss.value().item()))));
    std::size_t k = 0;
    for (const auto& x : z)
      if (!x.is_constant()) {
        CAPTURE(k);
        CHECK(same_numbers(slopes[k++], grad(x)));
      }
    if (turn == 0) p.value(changed(given, [](const array& a) { return a + 0.25; }));  // leaves other numbers in its memory
  }
}

}  // namespace

TEST_CASE("every operation on arrays, as a program") {
  each_case([](const operation& op, const structural_case& c) {
    const auto f = [&](const std::vector<tensor>& x) { return record_structural(op, c.parameters, x); };
    check_program(f, c.operands, c.operands);
    check_program(f, changed(c.operands, [](const array& a) { return a * 0.75; }), c.operands);
    check_program(f, changed(c.operands, [](const array& a) { return a.cast(float32); }),
                  changed(c.operands, [](const array& a) { return a.cast(float32); }));
  });
}

// What never changes may be prepared once, as weights are.
TEST_CASE("every operation on arrays with operands that are constants of the program") {
  each_case([](const operation& op, const structural_case& c) {
    for (const auto type : {float64, float32})
      for (std::size_t variable = 0; variable < c.operands.size(); ++variable) {
        if (!c.operands[variable].is_floating()) continue;
        CAPTURE(variable);
        const auto all = changed(c.operands, [&](const array& a) { return a.cast(type); });
        const auto f = [&](const std::vector<tensor>& x) {
          std::vector<tensor> operands(all.begin(), all.end());
          operands[variable] = x[0];
          return record_structural(op, c.parameters, operands);
        };
        check_program(f, {all[variable] * 0.75}, {all[variable]});
      }
  });
}

TEST_CASE("products with weights that never change, in types that meet") {
  generator g(5);
  for (const auto& shape : {dims{1, 30}, dims{2, 30}, dims{65, 30}, dims{3, 5, 30}, dims{1, 1, 30}, dims{30}, dims{0, 30}})
    for (const auto& [of_x, of_w, of_b] : {std::array{float32, float32, float32},
                                           {float64, float64, float64},
                                           {float32, float32, float64},
                                           {float32, float64, float32}}) {
      CAPTURE(to_string(shape));
      const auto x = randn(g, shape, of_x), w = randn(g, {70, 30}, of_w), b = randn(g, {70}, of_b);
      const auto column = w.view({1, 30}, seegrad::detail::row_major({1, 30})), one = b.view({1}, {1});
      check_program([&](const auto& t) { return linear(t[0], w, b); }, {x * 0.5}, {x});
      check_program([&](const auto& t) { return linear(t[0], column, one); }, {x * 0.5}, {x});
      check_program([&](const auto& t) { return matmul(t[0], transpose(w)); }, {x * 0.5}, {x});
      check_program([&](const auto& t) { return matmul(t[0], transpose(w).contiguous()); }, {x * 0.5}, {x});
    }
}

TEST_CASE("every operation on numbers over arrays, with rows, columns and numbers repeated") {
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    const auto f = [&](const std::vector<tensor>& x) {
      tensor y;
      op->record_tensor(x.data(), y);
      return y.is_constant() || y.value().is_floating() ? y : y * 1.0;
    };
    const dims shapes[] = {{3, 5}, {5}, {3, 1}};
    std::vector<array> x, z;
    for (int i = 0; i < op->arity; ++i)
      x.push_back(positive_values(shapes[i], 1)), z.push_back(positive_values(shapes[i], 4) * 0.3);
    graph g;
    const auto t = inputs(x);
    if (f(t).is_constant()) continue;
    check_program(f, x, z);
  }
}

TEST_CASE("networks: losses, scalars among arrays, values used twice, results of any shape") {
  const auto net = [](const std::vector<tensor>& x) {
    const auto h = tanh(matmul(x[0], x[1]) + x[2]);
    return softmax(matmul(h, transpose(h)) * x[3], 1) - h * sum(h);
  };
  const std::vector<array> a = {sample_values({4, 3}, 1), sample_values({3, 4}, 2), sample_values({4}, 3), array{0.5}};
  check_program(net, a, changed(a, [](const array& x) { return x * x; }));

  graph g;
  const scalar s = input(2.0);
  const tensor W = input(sample_values({2, 3}, 1));
  const auto f = [](const scalar& a, const tensor& B) {
    const scalar norm = sqrt(item(sum(B * B)));
    const tensor first = a * B / norm, second = square(a);
    return first + second;
  };
  const tensor y = f(s, W);
  const auto p = compile(y, wrt(s, W));
  const array V = sample_values({2, 3}, 5);
  const auto [values, slopes] = p.vjp(std::array{array(3.0), V}, std::array{ones({2, 3})});
  graph again;
  const scalar s2 = input(3.0);
  const tensor W2 = input(V), y2 = f(s2, W2);
  backward(y2, ones({2, 3}));
  CHECK(same_numbers(values[0], y2.value()));
  CHECK(slopes[0].item() == grad(s2));
  CHECK(same_numbers(slopes[1], grad(W2)));
  CHECK(p.text().find("s") == 0);
}

TEST_CASE("lists of many operands, before and behind what is prepared") {
  std::vector<array> at;
  for (unsigned i = 0; i < 40; ++i) at.push_back(sample_values({2, 3}, i + 1));
  const auto f = [](const std::vector<tensor>& x) {
    std::vector<tensor> parts;
    for (const auto& a : x) parts.push_back(tanh(a * 0.5) - a);
    const auto all = concat(parts, 0);
    tensor y = all;
    for (int i = 0; i < 12; ++i) y = sigmoid(y) * 2.0 - tanh(y);
    return matmul(slice(y, 0, 4, 6), transpose(slice(all, 0, 6, 9))) + sum(y);
  };
  check_program(f, at, changed(at, [](const array& a) { return a * 1.5; }));
}

TEST_CASE("what leads nowhere is left out, and what depends on no input stays") {
  graph g;
  const tensor x = input(array{1.0, 2.0}), frozen = input(array{3.0, 4.0});
  const tensor unused = exp(x), k = exp(frozen), y = sum(x * k), z = x * 2.0;
  const std::array ys = {y, z, x};
  const auto p = compile(ys, wrt(x));
  CHECK(p.size() == 3);
  CHECK(p.results() == 3);
  const auto values = p.values(std::array{array{0.0, 1.0}});
  CHECK(values[0].item() == exp(array(4.0)).item());
  CHECK(same_numbers(values[1], array{0.0, 2.0}));
  CHECK(same_numbers(values[2], array{0.0, 1.0}));
  static_cast<void>(unused);
  const auto none = compile(sum(k), std::array{x});
  CHECK(same_numbers(none.gradient(std::array{array{1.0, 1.0}})[0], array{0.0, 0.0}));
}

TEST_CASE("errors") {
  graph g;
  const tensor x = input(array{1.0, 2.0}), y = x * 2.0;
  const auto p = compile(y, wrt(x));
  CHECK(message_of([&] { p.value(std::array{array{1.0}}); }) ==
        "array_program: input 0 has the shape [1]; it was recorded with [2]");
  CHECK(contains(message_of([&] { p.value({}); }), "0 arrays are given; it has 1 inputs"));
  CHECK(contains(message_of([&] { p.value_and_gradient(std::array{array{1.0, 2.0}}); }), "it is of one element"));
  CHECK(contains(message_of([&] { p.vjp(std::array{array{1.0, 2.0}}, std::array{ones({3})}); }), "the cotangent of result 0"));
  CHECK(contains(message_of([&] { compile(y, std::span<const tensor>()); }), "compile"));
  CHECK_THROWS_AS(compile(y, std::array{tensor(array{1.0})}), error);
}

TEST_CASE("guards of elements, and eight threads") {
  graph g(with_guards);
  const tensor x = input(array{1.0, -2.0});
  const tensor y = x[dims{0}] > 0 ? x * x : x;
  const auto p = compile(sum(y), wrt(x));
  CHECK(p.value_and_gradient(std::array{array{2.0, 1.0}}).first == 5);
  CHECK(contains(message_of([&] { p.value(std::array{array{-1.0, 1.0}}); }), "guard 0"));
  CHECK_THROWS_AS(p.gradient(std::array{array{-1.0, 1.0}}), guard_failure);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int k = 1; k < 300; ++k) {
        const auto at = array{1.0 * k, 1.0 * t};
        wrong += p.value_and_gradient(std::array{at}).first != k * k + t * t;
      }
    });
  for (auto& t : threads) t.join();
  CHECK(wrong == 0);
}
