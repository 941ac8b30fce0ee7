// Operators that give the same elements in another shape, or tell a shape. Shapes are those of the call, so what is computed from them is a constant.

#include <algorithm>
#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

auto axis_in(C c, index_t axis, int rank) -> int {
  if (axis < -rank || axis >= rank) c.refuse(fmt::format("axis {} is none of {}", axis, rank));
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}
auto as_array(const dims& d) -> array { return array(std::vector<std::int64_t>(d.begin(), d.end())); }

auto shape_of(C c) -> array {
  const auto& shape = c.in(0).shape();
  const auto position = [&](index_t k) {
    return static_cast<int>(std::clamp<index_t>(k < 0 ? k + shape.size() : k, 0, shape.size()));
  };
  const int start = position(c.whole("start", 0)), end = c.has("end") ? position(c.whole("end")) : shape.size();
  return as_array(start < end ? shape.first(end).from(start) : dims());
}

auto reshaped(C c) -> tensor {
  const auto& x = c.in(0);
  dims shape(c.list(1));
  const bool zero_is_zero = c.whole("allowzero", 0) != 0;
  for (int i = 0; i < shape.size(); ++i)
    if (shape[i] == 0 && !zero_is_zero) {
      if (i >= x.rank())
        c.refuse(fmt::format("{} to {}: there is no axis {} whose extent could stay", to_string(x.shape()),
                             seegrad::detail::to_list(shape), i));
      shape[i] = x.shape()[i];
    }
  return reshape(x, shape);
}

auto flattened(C c) -> tensor {
  const auto& x = c.in(0);
  const auto axis = c.whole("axis", 1);
  const int at = axis == x.rank() ? x.rank() : axis_in(c, axis, x.rank());
  return reshape(x, {elements(x.shape().first(at)), elements(x.shape().from(at))});
}

auto squeezed(C c) -> tensor {
  const auto& x = c.in(0);
  const auto axes = c.list(1, "axes");
  if (!axes || axes->empty()) return squeeze(x);
  std::vector<bool> goes(static_cast<std::size_t>(x.rank()));
  for (const auto a : *axes) goes[static_cast<std::size_t>(axis_in(c, a, x.rank()))] = true;
  dims shape;
  for (int i = 0; i < x.rank(); ++i) {
    if (goes[static_cast<std::size_t>(i)] && x.shape()[i] != 1)
      c.refuse(fmt::format("axis {} of {} is not 1", i, to_string(x.shape())));
    if (!goes[static_cast<std::size_t>(i)]) shape.push(x.shape()[i]);
  }
  return reshape(x, shape);
}

auto unsqueezed(C c) -> tensor {
  const auto& x = c.in(0);
  const auto axes = c.list(1, "axes");
  if (!axes) c.refuse("its axes are missing");
  const int rank = x.rank() + static_cast<int>(std::min<std::size_t>(axes->size(), seegrad::detail::max_rank + 1));
  auto shape = dims::filled(rank, 0);
  for (const auto a : *axes) shape[axis_in(c, a, rank)] = 1;
  int next = 0;
  for (auto& n : shape)
    if (n == 0) {
      if (next == x.rank()) c.refuse("an axis is named twice");
      n = x.shape()[next++];
    } else if (n != 1) c.refuse("an axis is named twice");
  if (next != x.rank()) c.refuse("an axis is named twice");
  return reshape(x, shape);
}

auto transposed(C c) -> tensor {
  const auto& x = c.in(0);
  dims order(c.wholes("perm"));
  if (!c.has("perm"))
    for (int i = x.rank(); i-- > 0;) order.push(i);
  return permute(x, order);
}

auto tiled(C c) -> tensor {
  const dims times(c.list(1));
  if (times.size() != c.in(0).rank())
    c.refuse(
        fmt::format("{} by {}: a number for each axis is wanted", to_string(c.in(0).shape()), seegrad::detail::to_list(times)));
  for (const auto n : times)
    if (n < 0) c.refuse(fmt::format("{} times", n));
  return tile(c.in(0), times);
}

// Images whose channels are blocks of pixels, and back.
auto block_of(C c) -> index_t {
  const auto b = c.whole("blocksize");
  if (c.in(0).rank() != 4 || b < 1 || b > 1 << 20)
    c.refuse(fmt::format("blocks of {} in {}: images [N, C, H, W] are wanted", b, to_string(c.in(0).shape())));
  return b;
}
auto depth_to_space(C c) -> tensor {
  const auto b = block_of(c);
  const auto& s = c.in(0).shape();
  const auto channels = s[1] / (b * b);
  const bool columns_first = c.word("mode", "DCR") == "CRD";
  const auto parts = columns_first ? permute(reshape(c.in(0), {s[0], channels, b, b, s[2], s[3]}), {0, 1, 4, 2, 5, 3})
                                   : permute(reshape(c.in(0), {s[0], b, b, channels, s[2], s[3]}), {0, 3, 4, 1, 5, 2});
  return reshape(parts, {s[0], channels, s[2] * b, s[3] * b});
}
auto space_to_depth(C c) -> tensor {
  const auto b = block_of(c);
  const auto& s = c.in(0).shape();
  const auto parts = permute(reshape(c.in(0), {s[0], s[1], s[2] / b, b, s[3] / b, b}), {0, 3, 5, 1, 2, 4});
  return reshape(parts, {s[0], s[1] * b * b, s[2] / b, s[3] / b});
}

// clang-format off
const onnx_operator table[] = {
    {"Shape", 1, [](C c) -> R { return shape_of(c); }},
    {"Size", 1, [](C c) -> R { return reshape(array{static_cast<std::int64_t>(c.in(0).size())}, {}); }},
    {"Reshape", 2, [](C c) -> R { return reshaped(c); }},
    {"Flatten", 1, [](C c) -> R { return flattened(c); }},
    {"Squeeze", 1, [](C c) -> R { return squeezed(c); }},
    {"Unsqueeze", 1, [](C c) -> R { return unsqueezed(c); }},
    {"Transpose", 1, [](C c) -> R { return transposed(c); }},
    {"Expand", 2, [](C c) -> R { return expand(c.in(0), broadcast(c.in(0).shape(), dims(c.list(1)), "Expand")); }},
    {"Tile", 2, [](C c) -> R { return tiled(c); }},
    {"DepthToSpace", 1, [](C c) -> R { return depth_to_space(c); }},
    {"SpaceToDepth", 1, [](C c) -> R { return space_to_depth(c); }},
};
// clang-format on

}  // namespace

auto onnx_shapes() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
