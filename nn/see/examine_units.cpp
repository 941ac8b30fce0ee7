#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/see/examine.hpp>

namespace seegrad::nn::detail {
namespace {

using mood = examination::mood;

constexpr double doubtful_share = 0.5, bad_share = 0.9;

// A unit is a place of the last axis behind a linear layer, a channel behind a convolution; and what the shape suggests elsewhere.
auto unit_axis(const examination& e, node_id k) -> int {
  const auto shape = e.value(k).shape();
  for (auto at = k; e.g.op(at) && e.value(at).shape() == shape; at = e.g.operands(at)[0]) {
    const auto name = e.g.op(at)->name;
    if (name.starts_with("conv")) return 1;
    if (name == "linear" || name == "matmul") return shape.size() - 1;
  }
  return shape.size() == 3 ? 2 : 1;
}

auto dead(examination& e, node_id k, const array& x) -> void {
  const int axis = unit_axis(e, k);
  dims over;
  for (int i = 0; i < x.rank(); ++i)
    if (i != axis) over.push(i);
  const auto units = x.extent(axis), samples = x.size() / units;
  const auto idle = count_nonzero(max(x, over) <= 0.0);
  if (idle == 0 || units == 1) return;
  // For one sample, or for samples that a deep network has made alike, each unit of new weights is 0 with a probability of one half: what does
  // not exceed that by more than chance is no fault, and few samples tell of a layer only if nothing passes.
  const auto share = static_cast<double>(idle) / static_cast<double>(units);
  const auto by_chance = 0.5 + 1.5 / std::sqrt(static_cast<double>(units));
  const bool told = idle == units || (samples >= 16 && share > by_chance);
  if (!told && samples < 16) return;
  e.say(!told                ? mood::plain
        : share >= bad_share ? mood::bad
                             : mood::doubtful,
        k, fmt::format("{} of {} units are 0 for all samples (dead)", idle, units));
}

// How far predictions between two bounds are from right: of a mean or sum of squares, or of absolute values, twice the loss over its slope is
// the error, whatever the loss was multiplied by.
auto typical_error(const examination& e, node_id k) -> double {
  const auto g = e.gradient(k);
  const auto slope = g.is_null() ? 0 : rms(g) * static_cast<double>(g.size());
  return slope == 0 ? 0 : 2 * std::abs(e.value(e.y).item()) / slope;
}

auto saturated(examination& e, node_id k, const array& x, bool is_tanh) -> void {
  const auto far = is_tanh ? abs(x) : abs(x * 2.0 - 1.0);
  const auto share = mean((far > (is_tanh ? 0.99 : 0.98)).cast(float64)).item();
  if (share < doubtful_share) return;
  if (e.in_loss(k)) {
    // Predictions are to be far out where they are right, and a logarithm makes good what the slope lacks where they are wrong.
    for (const auto u : e.users(k))
      if (!e.is_op(u, "sub") && !e.is_op(u, "square") && !e.is_op(u, "abs") && !e.is_op(u, "huber")) return;
    if (typical_error(e, k) < 0.3) return;
  }
  e.say(share >= bad_share ? mood::bad : mood::doubtful, k, fmt::format("{:.0f} % of the numbers are saturated", 100 * share));
}

// The divisor of a normalisation is sqrt(variance + eps), or it is an operation of its own with rows as groups.
auto constant_feature(examination& e, node_id k) -> void {
  const auto d = e.g.operands(k)[1];
  if (!e.is_op(d, "sqrt")) return;
  const auto s = e.g.operands(d)[0];
  if (!e.is_op(s, "add")) return;
  const auto a = e.g.operands(s)[0], b = e.g.operands(s)[1];
  if (!e.g.is_constant(b) || e.value(b).size() != 1) return;
  const auto centred = e.g.operands(k)[0];
  if (!e.is_op(centred, "sub") || e.value(a).size() < 1) return;
  const auto middle = e.value(e.g.operands(centred)[1]), spread = e.value(a);
  if (middle.shape() != spread.shape()) return;
  const auto digits = middle.type() == float32 ? 1e-6 : 1e-14;
  const auto still = count_nonzero((spread <= square(middle * digits)) & (middle != 0.0));
  if (still > 0)
    e.say(mood::doubtful, k,
          fmt::format("{} of {} features are the same for all samples, and cannot be normalised", still, spread.size()));
}

// Of data that a normalisation has made a constant before it met a weight: what has no deviation of 1 where others have.
auto constant_column(examination& e, node_id k) -> void {
  const auto o = e.g.operands(k);
  for (int i = 0; i < 2; ++i) {
    if (!e.g.is_constant(o[i]) || !e.is_weight(o[1 - i])) continue;
    const auto x = e.value(o[i]), w = e.value(o[1 - i]);
    if (x.rank() < 2 || !x.is_floating() || x.extent(0) < 2 || w.size() != x.extent(1)) continue;
    dims over{0};
    for (int a = 2; a < x.rank(); ++a) over.push(a);
    const auto spread = mean(square(x.cast(float64)), over);
    const auto still = count_nonzero(spread < 1e-2), usual = count_nonzero(abs(spread - 1.0) < 0.1);
    if (still == 0 || still + usual != w.size()) continue;
    e.say(mood::doubtful, k,
          fmt::format("{} of {} features are the same for all samples, and cannot be normalised", still, w.size()));
  }
}

}  // namespace

auto find_idle_units(examination& e) -> void {
  for (node_id k = 0; k <= e.y; ++k) {
    if (!e.reached(k) || !e.g.op(k) || !e.g.is_tensor(k)) continue;
    const auto name = e.g.op(k)->name;
    if (name == "div") constant_feature(e, k);
    if (name == "mul") constant_column(e, k);
    const auto& x = e.g.tensor_node_at(k).value;
    if (x.rank() < 2 || x.size() == 0) continue;
    if (name == "relu") {
      if (!e.in_loss(k)) dead(e, k, x);
    } else if (name == "tanh" || name == "sigmoid") {
      saturated(e, k, x, name == "tanh");
    }
  }
}

}  // namespace seegrad::nn::detail
