#include <nn/layer/linear.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <nn/module/step_notes.hpp>

namespace seegrad::nn {

using detail::at_least;
using detail::first_weights;

linear::linear(index_t in, index_t out, const linear_options& o)
    : weight(first_weights(
          {at_least(0, out, "the width of the output", "linear"), at_least(0, in, "the width of the input", "linear")}, in,
          o.type)) {
  if (o.bias) bias = first_weights({out}, in, o.type);
}

auto linear::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  seegrad::detail::check_linear(x.shape(), weight.shape());
  const module_scope inside(label);
  if (!bias) return seegrad::linear(x, weight("weight"));
  const auto w = weight("weight"), b = (*bias)("bias");
  return seegrad::linear(x, w, b);
}

bilinear::bilinear(index_t in1, index_t in2, index_t out, const linear_options& o)
    : weight(first_weights({at_least(0, out, "the width of the output", "bilinear"),
                            at_least(0, in1, "the first width", "bilinear"), at_least(0, in2, "the second width", "bilinear")},
                           in1, o.type)) {
  if (o.bias) bias = first_weights({out}, in1, o.type);
}

auto bilinear::operator()(const tensor& x1, const tensor& x2) const -> tensor {
  const module_place here(label);
  const auto& w = weight.shape();
  if (x1.rank() == 0 || x2.rank() != x1.rank() || x1.shape().first(x1.rank() - 1) != x2.shape().first(x2.rank() - 1) ||
      x1.extent(-1) != w[1] || x2.extent(-1) != w[2])
    throw error(fmt::format("bilinear: {} and {}: rows of {} and of {} numbers with the same axes before them are wanted",
                            to_string(x1.shape()), to_string(x2.shape()), w[1], w[2]));
  const module_scope inside(label);
  const auto of_pairs = weight("weight");
  const auto b = bias ? (*bias)("bias") : tensor();
  const function_scope in_one("bilinear");
  // Every product of two elements of a row is a feature of its own, and the weights are then a matrix.
  const auto columns = unsqueeze(x1, -1), rows = unsqueeze(x2, -2), pairs = columns * rows;
  const auto features = reshape(pairs, x1.shape().first(x1.rank() - 1) + dims{w[1] * w[2]});
  const auto A = reshape(of_pairs, {w[0], w[1] * w[2]});
  return bias ? seegrad::linear(features, A, b) : seegrad::linear(features, A);
}

namespace {

auto first_rows(index_t count, index_t width, const embedding_options& o) -> array {
  at_least(0, count, "the number of rows", "embedding"), at_least(0, width, "the width", "embedding");
  if (o.padding_idx < -1 || o.padding_idx >= count)
    throw error(fmt::format("embedding: padding_idx {} is none of the {} rows; -1 means none", o.padding_idx, count));
  auto rows = randn(default_generator(), {count, width}, o.type);
  for (index_t j = 0; j < width && o.padding_idx >= 0; ++j) rows.set(0, o.padding_idx, j);
  return rows;
}

}  // namespace

embedding::embedding(index_t count, index_t width, const embedding_options& o)
    : weight(first_rows(count, width, o)), padding_idx(o.padding_idx) {}

auto embedding::operator()(const tensor& index) const -> tensor {
  const module_place here(label);
  if (index.type() != int64)
    throw error(fmt::format("embedding: {} is of {}; indices are int64", to_string(index.shape()), name_of(index.type())));
  const auto chosen = index.value().reshape({index.size()}).contiguous();
  for (const auto k : chosen.elements<std::int64_t>())
    if (k < 0 || k >= weight.shape()[0])
      throw error(fmt::format("embedding: {} has the index {}, and there are rows 0 to {}", to_string(index.shape()), k,
                              weight.shape()[0] - 1));
  right_while({index}, [count = weight.shape()[0]](numbers_now now) {
    const auto all = now[0].contiguous();
    return std::ranges::all_of(all.elements<std::int64_t>(), [&](std::int64_t k) { return k >= 0 && k < count; });
  });
  const module_scope inside(label);
  auto rows = take(weight("weight"), chosen);
  // Where the padding was chosen its row is a constant, whatever it holds.
  if (padding_idx >= 0 && !rows.is_constant())
    rows = where((chosen == padding_idx).reshape({index.size(), 1}).cast(rows.type()), rows.value(), rows);
  return index.rank() == 1 ? rows : reshape(rows, index.shape() + dims{weight.shape()[1]});
}

}  // namespace seegrad::nn
