#pragma once
// Small networks of all kinds, and data for them.

#include <nn/nn.hpp>

using namespace seegrad;

inline auto rows_of(index_t n, index_t width, dtype type = float32) -> nn::dataset {
  generator g(4);
  const auto x = randn(g, {n, width}, type);
  return {x, sum(x * x, 1, keep_axes) * 0.1};
}
inline auto labels(index_t n, index_t classes) -> array {
  generator g(9);
  return randint(g, {n}, 0, classes);
}

struct plain {
  nn::linear hidden{3, 8}, output{8, 1};
  auto operator()(const tensor& x) const -> tensor { return output(tanh(hidden(x))); }
};
struct classes_of_three {
  nn::linear hidden{3, 8}, output{8, 4};
  auto operator()(const tensor& x) const -> tensor { return output(gelu((hidden(x) - 0.5) * 2.0)); }
};
struct pictures {
  nn::conv2d first{1, 4, 3};
  nn::batch_norm norm{4};
  nn::dropout2d drop{0.25};
  nn::linear output{4 * 9, 3};
  auto operator()(const tensor& x) const -> tensor { return output(flatten(drop(max_pool2d(relu(norm(first(x))), 2)), 1)); }
};
struct words {
  nn::embedding table{11, 6};
  nn::lstm lstm{6, 5};
  nn::linear output{5, 4};
  auto operator()(const tensor& x) -> tensor { return output(take(lstm(permute(table(x), {1, 0, 2})).output, -1)); }
};
struct block {
  nn::transformer_encoder_layer inner{8, 2, {.dim_feedforward = 16, .dropout = 0.2}};
  auto operator()(const tensor& x) -> tensor { return inner(x); }
};
