// Operators that take arrays apart and put them together.

#include <algorithm>
#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

auto axis_in(C c, index_t axis) -> int { return seegrad::detail::axis_of(axis, c.in(0).rank(), "of its axes"); }

auto split_up(C c) -> std::vector<tensor> {
  const auto& x = c.in(0);
  const int axis = axis_in(c, c.whole("axis", 0));
  const auto extent = x.shape()[axis];
  std::vector<tensor> out;
  index_t at = 0;
  const auto cut = [&](index_t n) { out.push_back(slice(x, axis, at, at + n)), at += n; };
  if (const auto lengths = c.list(1, "split")) {
    for (const auto n : *lengths) {
      if (n < 0 || n > extent - at) break;
      cut(n);
    }
    if (out.size() != lengths->size() || at != extent)
      c.refuse(fmt::format("the lengths do not add up to the extent {} of axis {} of {}", extent, axis, to_string(x.shape())));
  } else {
    const auto parts = std::max<index_t>(1, c.whole("num_outputs", c.result_count()));
    for (index_t i = 0, n = (extent + parts - 1) / parts; i < parts && i < c.result_count(); ++i) cut(std::min(n, extent - at));
    if (at != extent) c.refuse(fmt::format("axis {} of {} has more than {} parts", axis, to_string(x.shape()), out.size()));
  }
  return out;
}

// Starts, ends, axes and steps were attributes before version 10, when there were no steps.
auto sliced(C c) -> tensor {
  const auto starts = c.list(1, "starts"), ends = c.list(2, "ends"), axes = c.list(3, "axes"), steps = c.list(4, "steps");
  if (!starts || !ends || starts->size() != ends->size() || (axes && axes->size() != starts->size()) ||
      (steps && steps->size() != starts->size()))
    c.refuse("its starts, ends, axes and steps are not equally many");
  tensor y = c.in(0);
  for (std::size_t i = 0; i < starts->size(); ++i) {
    const int axis = axis_in(c, axes ? (*axes)[i] : static_cast<index_t>(i));
    const auto n = y.shape()[axis];
    const auto step = steps ? std::clamp<index_t>((*steps)[i], -n - 1, n + 1) : 1;
    if (step == 0) c.refuse("a step is 0");
    y = slice(y, axis, (*starts)[i], (*ends)[i], step);
  }
  return y;
}

/// Which element of n stands at k, where k may lie outside.
auto inside(C c, std::string_view mode, index_t k, index_t n) -> std::int64_t {
  if (n == 0) c.refuse("an axis without elements cannot be continued");
  if (mode == "edge") return std::clamp<index_t>(k, 0, n - 1);
  if (mode == "wrap") return (k % n + n) % n;
  if (mode != "reflect") c.refuse(fmt::format("the mode '{}' is not known", mode));
  if (n == 1) return 0;
  const auto period = 2 * (n - 1), at = (k % period + period) % period;
  return at < n ? at : period - at;
}

// All in front, then all behind; fewer than 0 cut off.
auto padded(C c) -> tensor {
  tensor y = c.in(0);
  const auto pads = c.list(1, "pads");
  const auto mode = c.word("mode", "constant");
  const auto axes = c.has(3) ? c.list(3) : std::vector<std::int64_t>();
  const auto pairs = static_cast<std::size_t>(c.has(3) ? static_cast<int>(axes.size()) : y.rank());
  if (!pads || pads->size() != 2 * pairs) c.refuse("its pads are not two for each axis");
  const auto value = c.has(2) ? c.number(2) : c.real("value", 0);
  auto front = dims::filled(y.rank(), 0), behind = front;
  for (std::size_t i = 0; i < pairs; ++i) {
    const int axis = axis_in(c, axes.empty() ? static_cast<index_t>(i) : axes[i]);
    front[axis] = (*pads)[i], behind[axis] = (*pads)[pairs + i];
    constexpr auto most = index_t{1} << 40;
    if (std::abs(front[axis]) > most || std::abs(behind[axis]) > most) c.refuse("a pad is longer than any memory");
  }
  if (mode == "constant") {
    for (int a = 0; a < y.rank(); ++a) {
      const auto n = y.shape()[a], from = std::min(n, std::max<index_t>(0, -front[a])), to = n - std::max<index_t>(0, -behind[a]);
      if (from != 0 || to != n) y = slice(y, a, from, std::max(from, to));
      front[a] = std::max<index_t>(0, front[a]), behind[a] = std::max<index_t>(0, behind[a]);
    }
    return cast(pad(y, front, behind, value), c.in(0).type());
  }
  for (int a = 0; a < y.rank(); ++a) {
    if (front[a] == 0 && behind[a] == 0) continue;
    std::vector<std::int64_t> which;
    for (auto k = -front[a]; k < y.shape()[a] + behind[a]; ++k) which.push_back(inside(c, mode, k, y.shape()[a]));
    y = take(y, array(which), a);
  }
  return y;
}

auto triangle_of(C c) -> tensor {
  const auto offset = c.has(1) ? static_cast<index_t>(std::clamp(c.number(1), -1e9, 1e9)) : 0;
  const auto& x = c.in(0);
  return cast(c.whole("upper", 1) != 0 ? triu(x, offset) : tril(x, offset), x.type());
}

// clang-format off
const onnx_operator table[] = {
    {"Concat", 1, [](C c) -> R { return concat(c.all(), c.whole("axis", 1)); }},
    {"Split", 1, [](C c) -> R { return split_up(c); }},
    {"Slice", 1, [](C c) -> R { return sliced(c); }},
    {"Pad", 1, [](C c) -> R { return padded(c); }},
    {"Trilu", 1, [](C c) -> R { return triangle_of(c); }},
};
// clang-format on

}  // namespace

auto onnx_parts() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
