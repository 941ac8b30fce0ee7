// Operators that choose elements by their places, put some at places, or find places.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

/// Places counted from the front, of those that may be counted from the back.
auto from_the_front(const tensor& index, index_t extent) -> tensor {
  return where(index < std::int64_t{0}, index + extent, index);
}

/// Of an index whose last axis names the first axes of x: where in these, as one number. [.., k] gives [..].
auto joined_index(C c, const tensor& index, const dims& x, int batch_axes) -> std::pair<tensor, int> {
  if (index.rank() == 0 || index.shape().back() > x.size() - batch_axes || index.shape().back() < 1)
    c.refuse(fmt::format("an index {} into {}", to_string(index.shape()), to_string(x)));
  const int named = static_cast<int>(index.shape().back());
  tensor at;
  for (int k = 0; k < named; ++k) {
    const auto extent = x[batch_axes + k];
    const auto here = from_the_front(take(index, k, -1), extent);
    at = k == 0 ? here : at * extent + here;
  }
  return {at, named};
}

auto gather_nd(C c) -> tensor {
  const auto& x = c.in(0);
  const auto& index = c.in(1);
  const auto said = c.whole("batch_dims", 0);
  const int batch = static_cast<int>(std::clamp<index_t>(said, 0, seegrad::detail::max_rank));
  if (said < 0 || batch >= index.rank() || batch >= x.rank() || x.shape().first(batch) != index.shape().first(batch))
    c.refuse(fmt::format("batch_dims {} of {} and an index {}", said, to_string(x.shape()), to_string(index.shape())));
  const auto [at, named] = joined_index(c, index, x.shape(), batch);
  const auto each = elements(x.shape().from(batch).first(named)), batches = elements(x.shape().first(batch));
  // The elements of one batch follow those of the one before.
  const auto begins =
      arange(static_cast<double>(batches), int64).reshape(x.shape().first(batch) + dims::filled(at.rank() - batch, 1));
  return take(reshape(x, dims{batches * each} + x.shape().from(batch + named)),
              batch == 0 ? at : at + begins * array{each}.reshape({}), 0);
}

auto scatter_nd(C c) -> tensor {
  const auto& x = c.in(0);
  const auto how = c.word("reduction", "none");
  if (how != "none" && how != "add") c.refuse(fmt::format("the reduction '{}' is not read", how));
  const auto [at, named] = joined_index(c, c.in(1), x.shape(), 0);
  const auto width = elements(x.shape().from(named));
  const auto flat = reshape(x, {elements(x.shape().first(named)), width});
  const auto put = reshape(c.in(2), {at.size(), width});
  const auto index = expand(reshape(at, {at.size(), 1}), {at.size(), width});
  return reshape(how == "add" ? scatter_add(flat, index, put, 0) : scatter(flat, index, put, 0), x.shape());
}

auto scatter_elements(C c) -> tensor {
  const auto& x = c.in(0);
  const auto axis = c.whole("axis", 0);
  const auto how = c.word("reduction", "none");
  if (how != "none" && how != "add") c.refuse(fmt::format("the reduction '{}' is not read", how));
  return how == "add" ? scatter_add(x, c.in(1), c.in(2), axis) : scatter(x, c.in(1), c.in(2), axis);
}

/// Each sequence the other way round, as far as it goes.
auto reversed(C c) -> tensor {
  const auto& x = c.in(0);
  const auto& lengths = c.in(1);
  const auto axis_of = [&](std::string_view name, index_t otherwise) {
    return seegrad::detail::axis_of(c.whole(name, otherwise), x.rank(), "ReverseSequence");
  };
  const int time = axis_of("time_axis", 0), batch = axis_of("batch_axis", 1);
  if (time == batch || lengths.shape() != dims{x.shape()[batch]})
    c.refuse(fmt::format("{} along axis {} with lengths {} along axis {}", to_string(x.shape()), time, to_string(lengths.shape()),
                         batch));
  const auto along = [&](int axis) {
    auto shape = dims::filled(x.rank(), 1);
    shape[axis] = x.shape()[axis];
    return shape;
  };
  const auto at = arange(static_cast<double>(x.shape()[time]), int64).reshape(along(time));
  const auto length = reshape(lengths, along(batch));
  return gather(x, expand(where(at < length, length - 1 - at, at), x.shape()), time);
}

/// The parts of an axis for which a list of truth values has true.
auto compressed(C c) -> tensor {
  const tensor x = c.has("axis") ? c.in(0) : flatten(c.in(0));
  const auto wanted = c.reals(1);
  std::vector<std::int64_t> which;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i] != 0) which.push_back(static_cast<std::int64_t>(i));
  return take(x, array(which), c.whole("axis", 0));
}

auto one_hot_of(C c) -> tensor {
  const auto depth = static_cast<index_t>(c.number(1));
  if (!(c.number(1) >= 0 && c.number(1) < 1e12)) c.refuse(fmt::format("a depth of {}", c.number(1)));
  const auto& index = c.in(0);
  const auto& values = c.in(2);
  if (values.shape() != dims{2}) c.refuse(fmt::format("its values are {}, and two are wanted", to_string(values.shape())));
  const int axis = seegrad::detail::axis_of(c.whole("axis", -1), index.rank() + 1, "OneHot");
  auto shape = dims::filled(index.rank() + 1, 1);
  shape[axis] = depth;
  const auto classes = reshape(arange(static_cast<double>(depth), int64), shape);
  return where(unsqueeze(from_the_front(cast(index, int64), depth), axis) == classes, take(values, 1), take(values, 0));
}

auto extreme_place(C c, bool least) -> tensor {
  const auto& x = c.in(0);
  const auto axis = c.whole("axis", 0);
  const auto kept = c.whole("keepdims", 1) != 0 ? keep::axes : keep::none;
  const auto place = [&](const tensor& y) { return least ? argmin(y, axis, kept) : argmax(y, axis, kept); };
  if (c.whole("select_last_index", 0) == 0) return place(x);
  return x.extent(axis) - 1 - place(flip(x, {axis}));
}

auto largest(C c) -> std::vector<tensor> {
  const auto k = c.list(1, "k");
  const auto count = k && k->size() == 1 ? k->front() : c.whole("k");
  auto found = topk(c.in(0), count, c.whole("axis", -1), c.whole("largest", 1) != 0);
  return {found.values, found.indices};
}

// clang-format off
const onnx_operator table[] = {
    {"Gather", 2, [](C c) -> R { return take(c.in(0), c.in(1), c.whole("axis", 0)); }},
    {"GatherElements", 2, [](C c) -> R { return gather(c.in(0), c.in(1), c.whole("axis", 0)); }},
    {"GatherND", 2, [](C c) -> R { return gather_nd(c); }},
    {"Scatter", 3, [](C c) -> R { return scatter_elements(c); }},
    {"ScatterElements", 3, [](C c) -> R { return scatter_elements(c); }},
    {"ScatterND", 3, [](C c) -> R { return scatter_nd(c); }},
    {"ReverseSequence", 2, [](C c) -> R { return reversed(c); }},
    {"Compress", 2, [](C c) -> R { return compressed(c); }},
    {"OneHot", 3, [](C c) -> R { return one_hot_of(c); }},
    {"ArgMax", 1, [](C c) -> R { return extreme_place(c, false); }},
    {"ArgMin", 1, [](C c) -> R { return extreme_place(c, true); }},
    {"TopK", 1, [](C c) -> R { return largest(c); }},
};
// clang-format on

}  // namespace

auto onnx_indexing() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
