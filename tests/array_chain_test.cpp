// Programs over large arrays: chains that go a strip at a time, and memory that goes back when nothing reads it any more. The bits of the record.

#include <autodiff/array/parallel.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/derive/reads.hpp>
#include <autodiff/run/array_program.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <random>

#include "structural_cases.hpp"

using namespace seegrad;

namespace {

// y = f(xs), summed with weights, by a program recorded elsewhere, three times, against recording anew.
template <class F>
auto check_program(F f, const std::vector<array>& at) -> void {
  const auto loss_of = [](const tensor& y) { return sum(y * sample_values(y.shape(), 3).cast(y.type())); };
  graph g;
  std::vector<tensor> xs;
  for (const auto& a : at) xs.push_back(input(a * 0.75));
  const auto y = f(xs);
  if (y.is_constant()) return;
  const std::vector<tensor> ys{loss_of(y), y};
  const auto p = compile(ys, xs);
  graph again;
  std::vector<tensor> zs;
  for (const auto& a : at) zs.push_back(input(a));
  const auto z = f(zs);
  const auto loss = loss_of(z);
  backward(loss);
  const std::array<array, 2> seeds{array(1.0), array()};
  for (int turn = 0; turn < 3; ++turn) {
    const auto [results, slopes] = p.vjp(at, seeds);
    CHECK(same_numbers(results[0], loss.value()));
    CHECK(same_numbers(results[1], z.value()));
    for (std::size_t i = 0; i < zs.size(); ++i) {
      CAPTURE(i);
      CHECK(same_numbers(slopes[i], grad(zs[i])));
    }
    CHECK(same_numbers(p.values(at)[1], z.value()));
  }
}

auto samples(const operation& op, index_t n, dtype type) -> std::vector<array> {
  std::vector<array> x;
  for (int i = 0; i < op.arity; ++i) {
    const auto [low, high] = op.samples[static_cast<std::size_t>(i)];
    const auto a = std::isfinite(low) ? low : -2.0, b = std::isfinite(high) ? high : a + 4.0;
    generator g(static_cast<std::uint64_t>(i) + 1);
    x.push_back(a < b ? uniform(g, {n}, a, b, type) : full({n}, a, type));
  }
  return x;
}

}  // namespace

TEST_CASE("every operation on numbers within a chain") {
  for (const auto* op : operations())
    for (const auto type : {float32, float64}) {
      CAPTURE(op->name);
      const auto f = [&](const std::vector<tensor>& x) {
        std::vector<tensor> inner;
        for (const auto& a : x) inner.push_back(a + a * 0.0);  // a number of its own in the chain
        tensor y;
        op->record_tensor(inner.data(), y);
        if (!y.value().is_floating()) return tensor(y.value());
        return tanh(y * 0.5) - y;
      };
      check_program(f, samples(*op, 5001, type));
    }
}

TEST_CASE("chains of many shapes: numbers, what is used twice, outside, or by nothing, whole numbers between, threads") {
  generator g(1);
  const auto big = [&](index_t n) { return std::vector<array>{randn(g, {n}, float32), randn(g, {n}, float32)}; };
  const auto everything = [](const std::vector<tensor>& x) {
    const auto a = tanh(x[0] * 2.0 + 1.0), b = exp(-square(x[1])), unused = sin(a) * b;
    const auto c = where(a > b, a * b, a - b);
    return c * a + log1p(square(b)) / (1.0 + square(a));
  };
  for (const index_t n : {4096, 5000, 40000}) check_program(everything, big(n));
  check_program([](const std::vector<tensor>& x) { return x[0] + x[1] - x[0]; }, big(10000));
  check_program([](const std::vector<tensor>& x) { return (x[0] + x[0]) * x[0]; }, big(10000));
  check_program(
      [](const std::vector<tensor>& x) {
        const auto m = mean(x[0]);  // leaves the chain, and comes back as a row
        const auto centred = x[0] - m, y = centred * exp(x[1]);
        return y + sum(y) + cumsum(y, 0);
      },
      big(10000));
  check_program(
      [](const std::vector<tensor>& x) {
        const auto a = reshape(x[0], {100, 100}), t = transpose(a);  // of one piece, and not
        return reshape(tanh(a) * sigmoid(t) + t, {10000}) * x[1];
      },
      big(10000));
  check_program(
      [](const std::vector<tensor>& x) {
        const auto a = reshape(x[0], {100, 100});
        return softmax(tanh(a) * 2.0, 1) * sigmoid(a + sum(a, 1, keep_axes));
      },
      big(10000));
  set_num_threads(2);
  check_program(everything, big(200000));
  set_num_threads(1);
}

TEST_CASE("chains that are swept at once, and chains that make numbers again rather than keep them") {
  const index_t n = 140001;  // more than a megabyte
  generator g(4);
  const std::vector<array> at{randn(g, {n}), randn(g, {n})};
  const auto cheap = [](const std::vector<tensor>& x) {
    const auto a = x[0] * x[1], b = square(a - x[0]), c = exp(b * -0.5);
    return -(b * c + a) * (c - b);
  };
  check_program(cheap, at);
  const auto not_the_last = [](auto f) { return [f](const std::vector<tensor>& x) { return cumsum(f(x), 0); }; };
  check_program(not_the_last(cheap), at);
  check_program(not_the_last([&](const std::vector<tensor>& x) {
                  const auto y = cheap({x[0], flip(x[1] * x[1], {0})});  // what one chain makes again enters another
                  return flip(y * y, {0}) * y;
                }),
                at);
  check_program(not_the_last([&](const std::vector<tensor>& x) { return cheap(x) * sum(square(cheap({x[1], x[0]}))); }), at);
  // What is swept before the chain reads a number of the chain, or the sweep of one operand does and of the other does not.
  const std::vector<array> and_a_weight{at[0], at[1], full({1}, 0.7)};
  check_program([&](const std::vector<tensor>& x) { return cheap(x) * x[2]; }, and_a_weight);
  check_program([&](const std::vector<tensor>& x) { return cheap(x) * tensor(full({1}, 0.7)); }, at);
  check_program([&](const std::vector<tensor>& x) { return cheap(x) * exp(sum(x[0]) * 1e-3); }, at);
  check_program([&](const std::vector<tensor>& x) { return reshape(flip(cheap(x), {0}), {3, n / 3}); }, at);
  set_num_threads(2);
  check_program(not_the_last(cheap), at);
  set_num_threads(1);
}

TEST_CASE("tangled programs of chains and what interrupts them") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    const index_t n = seed % 6 == 0 ? 132000 : 5000;  // some are so large that numbers are made again
    const auto type = seed % 3 == 0 ? float64 : float32;
    generator g(seed);
    check_program(
        [&](const std::vector<tensor>& x) {
          std::mt19937 random(seed);
          const auto below = [&](std::size_t bound) { return random() % bound; };
          auto values = x;
          for (int i = 0; i < 16; ++i) {
            const auto pick = [&] { return values[values.size() - 1 - below(std::min<std::size_t>(values.size(), 5))]; };
            const auto a = pick(), b = pick();
            switch (below(14)) {
              case 0: values.push_back(a + b); break;
              case 1: values.push_back(a - b * 0.5); break;
              case 2: values.push_back(a * tanh(b)); break;
              case 3: values.push_back(square(tanh(a))); break;
              case 4: values.push_back(-a); break;
              case 5: values.push_back(exp(-square(a))); break;
              case 6: values.push_back(where(a > b, a, b * 2.0)); break;
              case 7: values.push_back(a / (1.0 + square(b))); break;
              case 8: values.push_back(relu(a)); break;
              case 9: values.push_back(tanh(a) * tanh(a)); break;
              case 10: values.push_back(flip(a, {0})); break;
              case 11: values.push_back(a * sigmoid(mean(b))); break;
              case 12: values.push_back(a + tanh(sum(b, 0, keep_axes) * 1e-3)); break;
              default: values.push_back(reshape(transpose(reshape(a, {n / 8, 8})), {n})); break;
            }
          }
          auto y = values.back();
          for (const auto& v : values)
            if (below(3) == 0) y = y + v * 0.25;
          return y;
        },
        {randn(g, {n}, type), randn(g, {n}, type)});
  }
}

TEST_CASE("what enters as a view, and guards on elements") {
  generator g(2);
  const auto wide = randn(g, {200, 50}, float64);
  check_program([](const std::vector<tensor>& x) { return tanh(x[0]) * exp(x[0] * 0.1) + x[0]; }, {transpose(wide)});
  graph outer(with_guards);
  const tensor x = input(randn(g, {5000}));
  const tensor h = tanh(x) * 2.0;
  const auto y = item(sum(h)) > -1e6 ? sum(exp(h) * h) : sum(h);
  const auto p = compile(y, std::array{x});
  const auto other = randn(g, {5000});
  const auto expected = sum(exp(tanh(other) * 2.0) * (tanh(other) * 2.0)).item();
  CHECK(p.value(std::array{other}).item() == doctest::Approx(expected));
}

TEST_CASE("a vjp reads what it is said to read") {
  const auto check = [](const operation& op, const void* p, const std::vector<array>& x) {
    CAPTURE(op.name);
    const auto y = op.rule->value(p, x);
    if (!y.is_floating()) return;
    const auto g = sample_values(y.shape(), 5).cast(y.type());
    for (int i = 0; i < static_cast<int>(x.size()); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (!x[at].is_floating()) continue;
      CAPTURE(i);
      const auto read = seegrad::detail::vjp_reads(op, p, i, x);
      auto only_read = x;
      for (std::size_t k = 0; k < x.size(); ++k)
        if (!read.operands[k]) only_read[k] = stand_in(x[k].shape(), x[k].type());
      const auto result = read.result ? y : stand_in(y.shape(), y.type());
      CHECK(same_numbers(op.rule->vjp(p, i, only_read, result, g), op.rule->vjp(p, i, x, y, g)));
      auto sum = sample_values(x[at].shape(), 6).cast(x[at].type()), also = sum.copy();
      op.rule->vjp_into(p, i, only_read, result, g, sum);
      op.rule->vjp_into(p, i, x, y, g, also);
      CHECK(same_numbers(sum, also));
    }
  };
  each_case([&](const operation& op, const structural_case& c) {
    check(op, c.parameters.get(), c.operands);
    std::vector<array> single;
    for (const auto& a : c.operands) single.push_back(a.is_floating() ? a.cast(float32) : a);
    check(op, c.parameters.get(), single);
  });
  for (const auto* op : operations()) check(*op, nullptr, samples(*op, 9, float64));
}

TEST_CASE("what a chain alone reads takes no memory") {
  const index_t n = 1 << 20;
  const auto bytes = static_cast<std::ptrdiff_t>(n) * 4;
  generator g(5);
  const std::vector<array> at{randn(g, {n}, float32)};
  const auto arrays_of = [&](auto f) {
    graph record;
    const tensor x = input(at[0]);
    const auto p = compile(f(x), std::array{x});
    const std::array seed{array(1.0)};
    std::vector<array> slopes;
    p.vjp(at, seed);
    seegrad::detail::pool::reset_peak();
    const auto before = seegrad::detail::pool::in_use().live;
    const auto kept = p.vjp(at, seed);
    return static_cast<double>(seegrad::detail::pool::in_use().peak - before) / static_cast<double>(bytes);
  };
  const auto long_chain = [](tensor y) {
    for (int i = 0; i < 10; ++i) y = tanh(y) * exp(y * -0.1);
    return y;
  };
  const auto products = [](const tensor& x) {
    tensor y = x;
    for (int i = 0; i < 10; ++i) y = y * (x - y);
    return y;
  };
  // The result and the slope; what is summed up then, too, and the sum's own slope.
  CHECK(arrays_of([&](const tensor& x) { return sum(long_chain(x)); }) < 2.6);
  CHECK(arrays_of([&](const tensor& x) { return mean(long_chain(x)) * 3.0; }) < 2.6);
  CHECK(arrays_of([&](const tensor& x) { return sum(square(cumsum(products(x), 0))); }) < 5.6);
  CHECK(arrays_of([&](const tensor& x) { return sum(square(cumsum(long_chain(x), 0))); }) >
        10.0);  // functions are not computed twice
}

TEST_CASE("memory goes back as soon as nothing reads a number any more") {
  const index_t n = 1 << 20;
  const auto bytes = static_cast<std::ptrdiff_t>(n) * 4;
  generator g(3);
  const auto start = randn(g, {n}, float32);
  array_program p = [&] {
    graph record;
    const tensor x = input(start);
    tensor y = reshape(x, {1024, 1024});
    for (int i = 0; i < 8; ++i) y = softmax(tanh(y) * 2.0, 1);
    return compile(sum(y), std::array{x});
  }();
  p.value(std::array{start});
  seegrad::detail::pool::reset_peak();
  const auto before = seegrad::detail::pool::in_use().live;
  p.value(std::array{start});
  CHECK(seegrad::detail::pool::in_use().peak - before < 4 * bytes);
}
