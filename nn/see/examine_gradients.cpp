#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/see/examine.hpp>

namespace seegrad::nn::detail {
namespace {

using mood = examination::mood;

constexpr double vanishing = 1e-4, exploding = 1000;

// Numbers that the loss adds up without dividing by how many samples there are; 0 if it does.
auto undivided(const examination& e) -> index_t {
  double factor = 1;
  auto k = e.y;
  while (e.is_op(k, "mul") || e.is_op(k, "neg") || e.is_op(k, "item")) {
    const auto o = e.g.operands(k);
    if (!e.is_op(k, "mul")) k = o[0];
    else if (e.g.is_constant(o[1]) && e.value(o[1]).size() == 1) factor *= e.value(o[1]).item(), k = o[0];
    else if (e.g.is_constant(o[0]) && e.value(o[0]).size() == 1) factor *= e.value(o[0]).item(), k = o[1];
    else return 0;
  }
  if (!e.is_op(k, "sum")) return 0;
  const auto shape = e.value(e.g.operands(k)[0]).shape();
  if (shape.empty() || shape[0] < 8) return 0;
  return std::abs(factor) > 1.01 / static_cast<double>(shape[0]) ? elements(shape) : 0;
}

auto of_weights(examination& e) -> void {
  const auto summed = undivided(e);
  bool told = false;
  for (node_id k = 0; k <= e.y; ++k) {
    if (!e.reached(k) || !e.g.is_input(k) || !e.g.is_tensor(k)) continue;
    const auto x = e.value(k), g = e.gradient(k);
    // Biases begin with 0, and one layer's may be small beside any gradient.
    if (g.is_null() || x.rank() < 2 || !x.is_floating()) continue;
    const auto size = rms(g), norm = rms(x);
    if (norm > 0 && size > exploding * norm)
      e.say(mood::bad, k, fmt::format("the gradient explodes: {:.2g} times the weights", size / norm));
    if (norm > 0 && summed > 0 && !told && size > 5 * norm) {
      told = true;
      e.say(mood::doubtful, e.y,
            fmt::format("the loss is a sum of {} numbers and not their mean: the gradient is {:.2g} times the weights", summed,
                        size / norm));
    }
    if (x.extent(0) > 1 && all(x == take(x, 0)) && all(g == take(g, 0)))
      e.say(mood::bad, k, fmt::format("all {} units are and stay equal", x.extent(0)));
  }
}

// A layer behind which weights are all 0 gets no gradient until these have moved, which they do.
auto waits_for_weights(const examination& e, node_id k) -> bool {
  for (node_id later = k + 1; later <= e.y; ++later) {
    if (!e.reached(later) || !e.g.is_input(later)) continue;
    const auto x = e.value(later), g = e.gradient(later);
    if (x.rank() >= 2 && !g.is_null() && all(x == 0.0) && any(g != 0.0)) return true;
  }
  return false;
}

auto vanished(examination& e, const std::vector<layer_facts>& layers) -> void {
  double largest = 0;
  for (const auto& l : layers)
    if (l.weight_gradient > largest) largest = l.weight_gradient;
  // A loss of 0 is reached, and asks for nothing.
  if (e.value(e.y).item() == 0 && largest == 0) return;
  for (const auto& l : layers) {
    if (!(l.weight_gradient < vanishing * largest || l.weight_gradient == 0)) continue;
    // Said at the first parameter of the layer.
    for (node_id k = 0; k <= e.y; ++k) {
      if (!e.reached(k) || e.layer_of(k) != l.scope || !e.g.is_input(k)) continue;
      if (l.weight_gradient > 0)
        e.say(l.weight_gradient < 1e-3 * vanishing * largest ? mood::bad : mood::doubtful, k,
              fmt::format("the gradient vanishes: {:.1e} of the largest layer's", l.weight_gradient / largest));
      else if (waits_for_weights(e, k)) e.say(mood::plain, k, "the gradient is 0 while weights behind it are");
      else e.say(mood::bad, k, "the gradient is 0 everywhere");
      break;
    }
  }
}

auto frozen(examination& e) -> void {
  for (node_id k = 0; k <= e.y; ++k) {
    if (!e.reached(k) || e.g.scope_of(k) == 0 || !e.g.op(k)) continue;
    const auto name = e.g.op(k)->name;
    if (name != "linear" && !name.starts_with("conv")) continue;
    const auto w = e.g.operands(k)[1];
    if (e.g.is_constant(w)) e.say(mood::plain, k, fmt::format("{} numbers are frozen", e.value(w).size()));
  }
}

// What was used and does not lead to this loss, unless it leads to another.
auto disconnected(examination& e) -> void {
  const auto n = e.g.size();
  std::vector<char> ends_in_number(n), is_used(n);
  for (std::size_t i = n; i-- > 0;) {
    const auto k = static_cast<node_id>(i);
    if (!is_used[k] && e.g.op(k) && e.value(k).size() == 1) ends_in_number[k] = 1;
    for (const auto o : e.g.operands(k)) is_used[o] = 1, ends_in_number[o] |= ends_in_number[k];
  }
  std::vector<scope_id> told;
  for (node_id k = 0; k < n; ++k) {
    const auto scope = e.layer_of(k);
    const bool is_lost = e.g.is_input(k) && is_used[k] && !ends_in_number[k] && (k > e.y || !e.reached(k));
    if (!is_lost || k > e.y || (scope != 0 && std::find(told.begin(), told.end(), scope) != told.end())) continue;
    told.push_back(scope);
    e.say(mood::doubtful, k, "what it computes does not reach the loss");
  }
}

}  // namespace

auto find_lost_gradients(examination& e, const std::vector<layer_facts>& layers) -> void {
  if (!std::isfinite(e.value(e.y).item())) return;
  of_weights(e);
  vanished(e, layers);
  frozen(e);
  disconnected(e);
}

}  // namespace seegrad::nn::detail
