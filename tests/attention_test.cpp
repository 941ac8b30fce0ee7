// Self-attention as one operation against what it is made of.

#include <autodiff/array/parallel.hpp>
#include <autodiff/array/same_bits.hpp>
#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>

#include "message.hpp"

using namespace seegrad;

namespace {

auto check_parts(const seegrad::detail::attention_parameters& p, const std::vector<array>& x) -> void {
  const detail::attention_parts<array> of(p, x);
  const auto y = attention_op::value(p, x);
  CHECK(identical(y, of.value()));
  const auto g = sample_values(y.shape(), 5).cast(y.type());
  CHECK(identical(attention_op::vjp<array>(p, 0, x, y, g), of.vjp(g)));
}

}  // namespace

TEST_CASE("the bits of the products and softmax it is made of, however its rows are cut") {
  for (const auto type : {float32, float64})
    for (const index_t length : {1, 63, 64, 65, 130}) {
      CAPTURE(length);
      const auto x = sample_values({2, length, 24}, 1).cast(type);
      check_parts({2}, {x});
      check_parts({4}, {x});
      check_parts({2}, {x, sample_values({length, length}, 2).cast(type)});
      check_parts({2}, {x, sample_values({2, 1, 1, length}, 2).cast(type)});
      const seegrad::detail::dropout_parameters drop{3, 1, 0.25, {2, 2, length, length}};
      check_parts({2, false, drop}, {x, array(std::int64_t{5})});
    }
  const auto threads = num_threads();
  set_num_threads(2);
  check_parts({2}, {sample_values({2, 420, 24}, 1)});
  set_num_threads(threads);
}

TEST_CASE("a causal mask: the same numbers, and nothing of what comes later") {
  for (const index_t length : {5, 64, 150}) {
    const auto x = sample_values({1, length, 12}, 1);
    const seegrad::detail::attention_parameters p{2, true};
    const std::vector<array> operands{x};
    const detail::attention_parts<array> of(p, operands);
    const auto y = self_attention(x, 2, {.causal = true});
    CHECK(max(abs(y - of.value())).item() < 1e-14);
    const auto g = sample_values(y.shape(), 4);
    CHECK(max(abs(attention_op::vjp<array>(p, 0, operands, y, g) - of.vjp(g))).item() < 1e-13);
    const auto half = length / 2;
    const auto begun = self_attention(slice(x, 1, 0, half), 2, {.causal = true});
    CHECK(max(abs(begun - slice(y, 1, 0, half))).item() < 1e-14);
    auto other = x.copy();
    for (index_t j = 0; j < 12; ++j) other.set(1e6, 0, length - 1, j);
    CHECK(identical(slice(self_attention(other, 2, {.causal = true}), 1, 0, half), slice(y, 1, 0, half)));
  }
}

TEST_CASE("numbers from the literature's formula: equal scores are the mean of the values, one that stands out is taken") {
  auto x = zeros({1, 3, 3});
  for (index_t i = 0; i < 3; ++i) x.set(static_cast<double>(i), 0, i, 2);
  CHECK(self_attention(x, 1).at(0, 0, 0) == doctest::Approx(1.0));
  CHECK(self_attention(x, 1, {.causal = true}).at(0, 1, 0) == doctest::Approx(0.5));
  for (index_t i = 0; i < 3; ++i) x.set(1e3, 0, i, 0);
  x.set(1e3, 0, 2, 1);
  CHECK(self_attention(x, 1).at(0, 0, 0) == doctest::Approx(2.0));
}

TEST_CASE("dropout moves the generator on, and is drawn where the record is run") {
  generator g(4), h(4);
  const tensor plain = self_attention(tensor(sample_values({1, 4, 6}, 1)), 1, {.dropout = 0.5}, &g);
  CHECK(!(g.save() == h.save()));
  CHECK(contains(message_of([&] { self_attention(sample_values({1, 4, 6}, 1), 1, {.dropout = 0.5}); }), "no generator"));
  CHECK(contains(message_of([&] { self_attention(sample_values({1, 4, 7}, 1), 1); }), "[1x4x7] for 1 heads"));
}
