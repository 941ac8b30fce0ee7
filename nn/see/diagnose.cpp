#include <nn/see/diagnose.hpp>

#include <algorithm>
#include <autodiff/derive/reverse.hpp>
#include <fmt/format.h>
#include <nn/see/examine.hpp>

namespace seegrad::nn {
namespace {

using mood = annotation::mood;

// Moods by how much they matter; a fact is no fault.
auto weight_of(mood how) -> int { return how == mood::bad ? 2 : how == mood::doubtful ? 1 : 0; }

auto facts_of_layers(const detail::examination& e) -> std::vector<layer_facts> {
  std::vector<layer_facts> layers;
  const auto layer = [&](scope_id s) -> layer_facts& {
    const auto it = std::find_if(layers.begin(), layers.end(), [&](const auto& l) { return l.scope == s; });
    if (it != layers.end()) return *it;
    layers.push_back({.scope = s, .name = std::string(e.g.scope_name(s)), .weight_gradient = std::nan("")});
    return layers.back();
  };
  for (node_id k = 0; k <= e.y; ++k) {
    const auto scope = e.layer_of(k);
    if (!e.reached(k) || scope == 0) continue;
    auto& l = layer(scope);
    if (!e.g.is_tensor(k) || e.g.is_constant(k) || !e.g.tensor_node_at(k).value.is_floating()) continue;
    const auto x = e.value(k), g = e.gradient(k);
    if (e.g.op(k)) {
      l.output = detail::rms(x), l.output_gradient = g.is_null() ? 0 : detail::rms(g);
    } else {
      l.parameters += x.size();
      // Of an embedding the rows that a batch asks for are few among all.
      if (!g.is_null()) l.weight_gradient = std::fmax(l.weight_gradient, detail::rms_where_nonzero(g));
    }
  }
  return layers;
}

auto describe(diagnosis& d, const layer_facts& l) -> void {
  auto& lines = d.scope_notes[l.scope];
  // A line of a picture has some forty characters.
  if (l.parameters > 0) lines.push_back({fmt::format("{} parameters", l.parameters), mood::plain});
  lines.push_back({fmt::format("output rms {:.3g}", l.output), mood::plain});
  if (!std::isnan(l.weight_gradient)) lines.push_back({fmt::format("gradient rms {:.2g}", l.weight_gradient), mood::plain});
  const finding* worst = nullptr;
  for (const auto& f : d.findings)
    if (f.scope == l.scope && (!worst || weight_of(f.how) > weight_of(worst->how))) worst = &f;
  if (worst) lines.push_back({worst->text, worst->how});
}

}  // namespace

auto diagnose(const tensor& loss) -> diagnosis {
  seegrad::detail::require_node(loss.ref(), "diagnose");
  const auto& g = graph::active();
  const auto y = g.id(loss.ref(), "diagnose");
  if (!g.swept(y)) throw error("diagnose: there are no gradients yet; call backward(loss) first");
  if (g.state(y) == adjoint_state::not_computed)
    throw error("diagnose: the sweep kept the adjoints of inputs only; call backward(loss) without adjoints::inputs");
  detail::examination e(y);
  diagnosis d;
  d.layers = facts_of_layers(e);
  detail::find_not_finite(e);
  detail::find_idle_units(e);
  detail::find_lost_gradients(e, d.layers);
  detail::find_odd_losses(e);
  d.findings = std::move(e.findings);
  std::stable_sort(d.findings.begin(), d.findings.end(), [](const auto& a, const auto& b) { return a.node < b.node; });
  for (const auto& f : d.findings) {
    auto& note = d.notes.try_emplace(f.node, annotation{"", f.how}).first->second;
    note.text += (note.text.empty() ? "" : "; ") + f.text;
    if (weight_of(f.how) > weight_of(note.how)) note.how = f.how;
  }
  for (const auto& l : d.layers) describe(d, l);
  return d;
}

auto draw(const tensor& loss, picture_options options) -> picture {
  const auto found = diagnose(loss);
  for (const auto& [node, note] : found.notes) options.notes.try_emplace(node, note);
  for (const auto& [scope, lines] : found.scope_notes) options.scope_notes.try_emplace(scope, lines);
  return picture(loss, options);
}

auto diagnosis::text() const -> std::string {
  std::string text;
  for (const auto& f : findings)
    text += fmt::format("{} {}: {}\n", f.how == mood::bad ? "✗" : f.how == mood::doubtful ? "!" : "·", f.where, f.text);
  return text.empty() ? "nothing stands out\n" : text;
}

}  // namespace seegrad::nn
