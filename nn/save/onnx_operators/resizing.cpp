// Images that are made larger or smaller: along each axis an element is a sum of a few elements, each times a weight.
//
// Which ones follows from the place that an element has among the old ones ("coordinate_transformation_mode") and from the kernel that is laid there
// ("mode"): one element, a tent, or the cubic of Keys, Cubic convolution interpolation for digital image processing (1981).

#include <algorithm>
#include <autodiff/ops/table/structural_list.hpp>
#include <cmath>
#include <limits>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

/// How one axis changes.
struct axis_rule {
  index_t before, after;
  double scale;                // new by old; not exactly their quotient where the file says a scale
  double start = 0, stop = 1;  // what is cut out, as parts of the axis
};

/// What all axes have in common.
struct resize_rule {
  std::string_view coordinates = "half_pixel", mode = "nearest", rounding = "round_prefer_floor";
  double sharpness = -0.75;  // of the cubic
  bool smooths = false, leaves_out_outside = false;
  double outside = 0;  // the number that stands where a cut reaches beyond
};

/// Where the new element k lies among the old ones.
auto place_of(C c, const resize_rule& r, const axis_rule& a, index_t k) -> double {
  const auto x = static_cast<double>(k), before = static_cast<double>(a.before), after = static_cast<double>(a.after);
  const auto middle = (x + 0.5) / a.scale - 0.5;
  if (r.coordinates == "half_pixel") return middle;
  if (r.coordinates == "pytorch_half_pixel") return a.after > 1 ? middle : 0;
  if (r.coordinates == "asymmetric") return x / a.scale;
  if (r.coordinates == "align_corners") return a.after > 1 ? x * (before - 1) / (after - 1) : 0;
  if (r.coordinates == "tf_half_pixel_for_nn") return (x + 0.5) / a.scale;
  if (r.coordinates == "half_pixel_symmetric") return before / 2 * (1 - after / (a.scale * before)) + middle;
  if (r.coordinates == "tf_crop_and_resize") {
    if (a.after == 1) return (a.start + a.stop) / 2 * (before - 1);
    return a.start * (before - 1) + x * (a.stop - a.start) * (before - 1) / (after - 1);
  }
  c.refuse(fmt::format("the coordinates '{}' are not known", r.coordinates));
}

auto rounded(C c, std::string_view how, double x) -> double {
  if (how == "round_prefer_floor") return std::ceil(x - 0.5);
  if (how == "round_prefer_ceil") return std::floor(x + 0.5);
  if (how == "floor") return std::floor(x);
  if (how == "ceil") return std::ceil(x);
  c.refuse(fmt::format("nearest elements by '{}' are not known", how));
}

auto tent(double x) -> double { return std::max(0.0, 1 - std::abs(x)); }
auto cubic(double x, double a) -> double {
  x = std::abs(x);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/// For each new element the old ones and their weights, as many for each.
struct taps {
  std::size_t count = 1;
  std::vector<std::int64_t> places = {};  // of the first for each element, then of the second, …
  std::vector<double> weights = {};       // none if each is 1
};

auto taps_of(C c, const resize_rule& r, const axis_rule& a) -> taps {
  const auto inside = [&](double place) {
    return static_cast<std::int64_t>(std::clamp(place, 0.0, static_cast<double>(a.before - 1)));
  };
  const auto n = static_cast<std::size_t>(a.after);
  if (r.mode == "nearest") {
    taps t{.places = std::vector<std::int64_t>(n)};
    for (std::size_t k = 0; k < n; ++k) t.places[k] = inside(rounded(c, r.rounding, place_of(c, r, a, static_cast<index_t>(k))));
    return t;
  }
  if (r.mode != "linear" && r.mode != "cubic") c.refuse(fmt::format("the mode '{}' is not known", r.mode));
  const bool is_cubic = r.mode == "cubic";
  // A kernel that smooths reaches as far as the elements lie apart that become neighbours.
  const auto narrow = r.smooths ? std::min(a.scale, 1.0) : 1.0, reach = (is_cubic ? 2 : 1) / narrow;
  if (!(reach < 1 << 20)) c.refuse(fmt::format("an axis of {} becomes one of {}", a.before, a.after));
  const auto first = std::floor(-reach) + 1;
  taps t{.count = static_cast<std::size_t>(2 - 2 * first)};
  t.places.resize(t.count * n), t.weights.resize(t.count * n);
  std::vector<double> w(t.count);
  for (std::size_t k = 0; k < n; ++k) {
    const auto x = place_of(c, r, a, static_cast<index_t>(k)), below = std::floor(x);
    double all = 0;
    for (std::size_t i = 0; i < t.count; ++i) {
      const auto place = below + first + static_cast<double>(i), distance = (place - x) * narrow;
      const bool counts = !r.leaves_out_outside || (place >= 0 && place < static_cast<double>(a.before));
      w[i] = counts ? is_cubic ? cubic(distance, r.sharpness) : tent(distance) : 0;
      t.places[i * n + k] = inside(place);
      all += w[i];
    }
    for (std::size_t i = 0; i < t.count; ++i) t.weights[i * n + k] = w[i] / all;
  }
  return t;
}

/// A list of one number for each element of an axis, so that it meets the axis.
template <class T>
auto along(const std::vector<T>& all, std::size_t from, index_t n, int axis, int rank) -> array {
  auto shape = dims::filled(rank, 1);
  shape[axis] = n;
  return array(std::span(all).subspan(from, static_cast<std::size_t>(n)), {n}).reshape(shape);
}

auto resized(C c, const resize_rule& r, const axis_rule& a, const tensor& x, int axis) -> tensor {
  const auto t = taps_of(c, r, a);
  const auto n = static_cast<std::size_t>(a.after);
  tensor y;
  for (std::size_t i = 0; i < t.count; ++i) {
    const auto part = take(x, array(std::span(t.places).subspan(i * n, n), {a.after}), axis);
    if (t.weights.empty()) return part;
    const auto weighted = part * along(t.weights, i * n, a.after, axis, x.rank()).cast(x.type());
    y = i == 0 ? weighted : y + weighted;
  }
  return y;
}

/// 1 where a cut lies within the axis.
auto within(C c, const resize_rule& r, const axis_rule& a, int axis, int rank) -> array {
  std::vector<double> is(static_cast<std::size_t>(a.after));
  for (std::size_t k = 0; k < is.size(); ++k) {
    const auto x = place_of(c, r, a, static_cast<index_t>(k));
    is[k] = x >= 0 && x <= static_cast<double>(a.before - 1);
  }
  return along(is, 0, a.after, axis, rank);
}

auto resized(C c, const resize_rule& r, const std::vector<axis_rule>& rules) -> tensor {
  const auto& x = c.in(0);
  // The elements of whole numbers that are nearest stay what they are; all others are mixed as fractions, and cut.
  tensor y = r.mode == "nearest" || is_floating(x.type()) ? x : cast(x, float64);
  std::optional<array> inside;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const auto& a = rules[static_cast<std::size_t>(axis)];
    const bool stays = a.before == a.after && a.scale == 1 && a.start == 0 && a.stop == 1;
    if (stays) continue;
    if (a.before == 0 || a.after == 0) c.refuse(fmt::format("{} has no elements", to_string(x.shape())));
    y = resized(c, r, a, y, axis);
    if (r.coordinates != "tf_crop_and_resize") continue;
    const auto here = within(c, r, a, axis, x.rank());
    inside = inside ? *inside * here : here;
  }
  if (inside) y = where(*inside != 0.0, y, array{r.outside}.reshape({}).cast(y.type()));
  return cast(y, x.type());
}

/// The extents and scales of all axes, where some are said: by scales, or else by extents.
auto rules_of(C c, const std::vector<std::int64_t>& axes, const std::vector<double>& scales,
              const std::vector<std::int64_t>& extents) -> std::vector<axis_rule> {
  const auto& x = c.in(0);
  std::vector<axis_rule> rules;
  for (int i = 0; i < x.rank(); ++i) rules.push_back({x.shape()[i], x.shape()[i], 1});
  const auto said = scales.empty() ? extents.size() : scales.size();
  if (said != axes.size())
    c.refuse(fmt::format("{} scales or extents for {} axes of {}", said, axes.size(), to_string(x.shape())));
  std::vector<axis_rule*> chosen;
  for (const auto axis : axes)
    chosen.push_back(&rules[static_cast<std::size_t>(seegrad::detail::axis_of(axis, x.rank(), "of its axes"))]);
  constexpr double most = 1 << 30;
  const auto put = [&](axis_rule& a, double scale, double after) {
    if (!(scale > 0 && after >= 0 && after < most)) c.refuse(fmt::format("an axis of {} times {}", a.before, scale));
    a.scale = scale, a.after = static_cast<index_t>(after);
  };
  for (std::size_t i = 0; i < scales.size(); ++i)
    put(*chosen[i], scales[i], std::floor(static_cast<double>(chosen[i]->before) * scales[i]));
  if (!scales.empty()) return rules;
  const auto scale_to = [&](std::size_t i) { return static_cast<double>(extents[i]) / static_cast<double>(chosen[i]->before); };
  const auto policy = c.word("keep_aspect_ratio_policy", "stretch");
  const bool smaller = policy == "not_larger";
  if (!smaller && policy != "not_smaller" && policy != "stretch") c.refuse(fmt::format("the policy '{}' is not known", policy));
  double common = smaller ? std::numeric_limits<double>::infinity() : 0;
  for (std::size_t i = 0; i < extents.size(); ++i)
    common = smaller ? std::min(common, scale_to(i)) : std::max(common, scale_to(i));
  for (std::size_t i = 0; i < extents.size(); ++i) {
    auto& a = *chosen[i];
    if (policy == "stretch") put(a, a.before == extents[i] ? 1 : scale_to(i), static_cast<double>(extents[i]));
    else put(a, common, std::floor(common * static_cast<double>(a.before) + 0.5));
  }
  return rules;
}

auto axes_of(C c) -> std::vector<std::int64_t> {
  if (c.has("axes")) return c.wholes("axes");
  std::vector<std::int64_t> all;
  for (int i = 0; i < c.in(0).rank(); ++i) all.push_back(i);
  return all;
}

auto resize(C c) -> tensor {
  // Version 10 has no more than scales, and what Upsample did before it.
  const bool is_old = c.opset() < 11;
  const auto axes = axes_of(c);
  const auto scales = c.reals(is_old ? 1 : 2);
  auto rules = rules_of(c, axes, scales, scales.empty() && c.has(3) ? c.list(3) : std::vector<std::int64_t>());
  const auto mode = c.word("mode", "nearest");
  if (is_old) return resized(c, {.coordinates = "asymmetric", .mode = mode, .rounding = "floor"}, rules);
  const resize_rule r{.coordinates = c.word("coordinate_transformation_mode", "half_pixel"),
                      .mode = mode,
                      .rounding = c.word("nearest_mode", "round_prefer_floor"),
                      .sharpness = c.real("cubic_coeff_a", -0.75),
                      .smooths = c.whole("antialias", 0) != 0,
                      .leaves_out_outside = c.whole("exclude_outside", 0) != 0,
                      .outside = c.real("extrapolation_value", 0)};
  if (r.coordinates == "tf_crop_and_resize") {
    const auto cut = c.reals(1);
    if (cut.size() != 2 * axes.size()) c.refuse("what to cut out (roi) is not two numbers for each axis");
    for (std::size_t i = 0; i < axes.size(); ++i) {
      auto& a = rules[static_cast<std::size_t>(seegrad::detail::axis_of(axes[i], c.in(0).rank(), "of its axes"))];
      a.start = cut[i], a.stop = cut[axes.size() + i];
    }
  }
  return resized(c, r, rules);
}

auto upsample(C c) -> tensor {
  const auto* said = c.attribute("scales");
  const auto scales = said ? std::vector<double>(said->reals.begin(), said->reals.end()) : c.reals(1);
  const auto mode = c.word("mode", "nearest");
  return resized(c, {.coordinates = "asymmetric", .mode = mode == "bilinear" ? "linear" : mode, .rounding = "floor"},
                 rules_of(c, axes_of(c), scales, {}));
}

// clang-format off
const onnx_operator table[] = {
    {"Resize", 1, [](C c) -> R { return resize(c); }},
    {"Upsample", 1, [](C c) -> R { return upsample(c); }},
};
// clang-format on

}  // namespace

auto onnx_resizing() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
