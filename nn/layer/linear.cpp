#include <nn/layer/linear.hpp>

#include <fmt/format.h>

namespace seegrad::nn {

using detail::at_least;
using detail::first_weights;

linear::linear(index_t in, index_t out, const linear_options& o)
    : weight(first_weights({at_least(0, out, "the width of the output", "linear"), at_least(0, in, "the width of the input", "linear")},
                           in, o.type)) {
  if (o.bias) bias = first_weights({out}, in, o.type);
}

auto linear::operator()(const tensor& x) const -> tensor {
  const module_scope inside(label);
  if (!bias) return seegrad::linear(x, weight("weight"));
  const auto w = weight("weight"), b = (*bias)("bias");
  return seegrad::linear(x, w, b);
}

bilinear::bilinear(index_t in1, index_t in2, index_t out, const linear_options& o)
    : weight(first_weights({at_least(0, out, "the width of the output", "bilinear"), at_least(0, in1, "the first width", "bilinear"),
                            at_least(0, in2, "the second width", "bilinear")},
                           in1, o.type)) {
  if (o.bias) bias = first_weights({out}, in1, o.type);
}

auto bilinear::operator()(const tensor& x1, const tensor& x2) const -> tensor {
  const auto& w = weight.shape();
  if (x1.rank() == 0 || x2.rank() != x1.rank() || x1.shape().first(x1.rank() - 1) != x2.shape().first(x2.rank() - 1) ||
      x1.extent(-1) != w[1] || x2.extent(-1) != w[2])
    throw error(fmt::format("bilinear: {} and {}: rows of {} and of {} numbers with the same axes before them are wanted",
                            to_string(x1.shape()), to_string(x2.shape()), w[1], w[2]));
  const module_scope inside(label);
  // Every product of two elements of a row is a feature of its own, and the weights are then a matrix.
  const auto pairs = unsqueeze(x1, -1) * unsqueeze(x2, -2);
  const auto features = reshape(pairs, x1.shape().first(x1.rank() - 1) + dims{w[1] * w[2]});
  const auto A = reshape(weight("weight"), {w[0], w[1] * w[2]});
  return bias ? seegrad::linear(features, A, (*bias)("bias")) : seegrad::linear(features, A);
}

embedding::embedding(index_t count, index_t width, const embedding_options& o)
    : weight(randn(default_generator(), {at_least(0, count, "the number of rows", "embedding"), at_least(0, width, "the width", "embedding")},
                   o.type)),
      padding_idx(o.padding_idx) {
  if (padding_idx >= count) throw error(fmt::format("embedding: padding_idx {} is beyond the {} rows", padding_idx, count));
  if (padding_idx < 0) return;
  auto w = weight.value();
  for (index_t j = 0; j < width; ++j) w.set(0, padding_idx, j);
  weight = w;
}

auto embedding::operator()(const tensor& index) const -> tensor {
  if (index.type() != int64)
    throw error(fmt::format("embedding: {} is of {}; indices are int64", to_string(index.shape()), name_of(index.type())));
  const module_scope inside(label);
  auto w = weight("weight");
  if (padding_idx >= 0) {
    auto kept = ones({weight.shape()[0], 1}, weight.type());
    kept.set(0, padding_idx, 0);
    w = w * kept;
  }
  const auto rows = take(w, views::reshape(index.value(), {index.size()}));
  return index.rank() == 1 ? rows : reshape(rows, index.shape() + dims{weight.shape()[1]});
}

}  // namespace seegrad::nn
