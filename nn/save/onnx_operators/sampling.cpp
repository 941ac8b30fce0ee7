// Images read at places between their elements, which a grid says: as of Jaderberg and others, Spatial transformer networks (2015).

#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operators/whole_numbers.hpp>
#include <optional>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

/// The elements that a place along one axis is mixed of: how far behind `below` each lies, and its weight.
struct axis_taps {
  tensor below;
  std::vector<std::pair<double, tensor>> weights;
};

struct sampling_rule {
  std::string_view mode, beyond;
  bool corners;  // whether -1 and 1 are the middles of the outermost elements, and not their outer ends

  /// What lies outside is the nearest element, or what a mirror at the end shows; or, with zeros, stays outside.
  auto brought_inside(const tensor& place, index_t n) const -> tensor {
    const auto last = static_cast<double>(n - 1);
    if (beyond == "border") return clamp(place, 0.0, last);
    if (beyond != "reflection") return place;
    const double low = corners ? 0 : -0.5, span = corners ? last : static_cast<double>(n);
    if (span == 0) return place * 0.0;
    const auto along = abs(place - low), rest = fmod(along, span);
    const auto is_turned = fmod(floor(along / span), 2.0) != 0.0;
    return clamp(where(is_turned, span - rest, rest) + low, 0.0, last);
  }
};

// PyTorch's, and what the standard has where nothing else is said.
constexpr double sharpness = -0.75;

auto cubic_taps(const tensor& x) -> axis_taps {
  const tensor below = floor(x), t = x - below, s = 1.0 - t;
  const auto near = [](const tensor& d) { return ((sharpness + 2) * d - (sharpness + 3)) * d * d + 1.0; };
  const auto far = [](const tensor& d) { return sharpness * (((d - 5.0) * d + 8.0) * d - 4.0); };
  return {below, {{-1, far(t + 1.0)}, {0, near(t)}, {1, near(s)}, {2, far(s + 1.0)}}};
}

auto taps_at(C c, const sampling_rule& r, const tensor& grid, index_t n) -> axis_taps {
  const auto extent = static_cast<double>(n);
  const tensor place = r.corners ? (grid + 1.0) * ((extent - 1) / 2) : ((grid + 1.0) * extent - 1.0) / 2.0;
  if (r.mode == "bicubic" || r.mode == "cubic") return cubic_taps(place);
  const auto x = r.brought_inside(place, n);
  if (r.mode == "nearest") return {rounded_to_even(x), {{0, tensor(1.0)}}};
  if (r.mode != "bilinear" && r.mode != "linear") c.refuse(fmt::format("the mode '{}' is not known", r.mode));
  const tensor below = floor(x), part = x - below;
  return {below, {{0, 1.0 - part}, {1, part}}};
}

auto sampled(C c) -> tensor {
  const auto& x = c.in(0);
  const auto& grid = c.in(1);
  if (x.rank() != 4 || grid.rank() != 4 || grid.shape()[0] != x.shape()[0] || grid.shape()[3] != 2)
    c.refuse(fmt::format("{} and {}: images [N, C, H, W] and a grid [N, H, W, 2] are wanted, and no volumes",
                         to_string(x.shape()), to_string(grid.shape())));
  const sampling_rule r{c.word("mode", "bilinear"), c.word("padding_mode", "zeros"), c.whole("align_corners", 0) != 0};
  if (r.beyond != "zeros" && r.beyond != "border" && r.beyond != "reflection")
    c.refuse(fmt::format("the padding '{}' is not known", r.beyond));
  const auto batch = x.shape()[0], channels = x.shape()[1], height = x.shape()[2], width = x.shape()[3];
  if (height == 0 || width == 0) c.refuse(fmt::format("{} has no elements", to_string(x.shape())));
  const auto rows = taps_at(c, r, take(grid, 1, 3), height), columns = taps_at(c, r, take(grid, 0, 3), width);
  const auto flat = reshape(x, {batch, channels, height * width});
  const auto places = grid.shape()[1] * grid.shape()[2];
  const auto plane = [&](const tensor& one) { return reshape(one, {batch, 1, places}); };
  // The place of a tap, inside, and whether it was.
  const auto found = [&](const tensor& below, double offset, index_t n) {
    const auto at = r.brought_inside(below + offset, n);
    const tensor is = (at >= 0.0) & (at <= static_cast<double>(n - 1));
    return std::pair(cast(where(is, at, 0.0), int64), is);
  };
  std::optional<tensor> y;
  for (const auto& [down, weight_down] : rows.weights)
    for (const auto& [right, weight_right] : columns.weights) {
      const auto [row, is_row] = found(rows.below, down, height);
      const auto [column, is_column] = found(columns.below, right, width);
      const auto index = expand(plane(row * width + column), {batch, channels, places});
      // A place that is NaN has a weight that is.
      const tensor weight = where(is_row & is_column, weight_down * weight_right, 0.0);
      const tensor part = gather(flat, index, 2) * plane(expand(weight, grid.shape().first(3)));
      y = y ? *y + part : part;
    }
  return cast(reshape(*y, {batch, channels, grid.shape()[1], grid.shape()[2]}), x.type());
}

// clang-format off
const onnx_operator table[] = {
    {"GridSample", 2, [](C c) -> R { return sampled(c); }},
};
// clang-format on

}  // namespace

auto onnx_sampling() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
