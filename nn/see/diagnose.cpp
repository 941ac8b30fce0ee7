#include <nn/see/diagnose.hpp>

#include <algorithm>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/graph/reach.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::nn {
namespace {

using mood = annotation::mood;

constexpr double vanishing = 1e-4, exploding = 100, doubtful_share = 0.5, bad_share = 0.9;

auto rms(const array& x) -> double { return x.size() == 0 ? 0 : std::sqrt(mean(square(x.cast(float64))).item()); }

// A unit is a place of the last axis, or a channel of [N, C, ..]; what is summed over are its samples and pixels.
auto axes_of_samples(const array& x) -> dims {
  dims over{0};
  for (int i = 2; i < x.rank(); ++i) over.push(i);
  if (x.rank() == 3) over = {0, 1};
  return over;
}

class examiner {
 public:
  explicit examiner(node_id y) : g_(graph::active()), y_(y), reached_(leading_to(g_, y)) {}

  auto run() -> diagnosis {
    for (node_id k = 0; k <= y_; ++k)
      if (reached_[k]) node(k);
    gradients();
    std::stable_sort(d_.findings.begin(), d_.findings.end(), [](const auto& a, const auto& b) { return a.node < b.node; });
    for (const auto& f : d_.findings) {
      auto& note = d_.notes.try_emplace(f.node, annotation{"", f.how}).first->second;
      note.text += (note.text.empty() ? "" : "; ") + f.text;
      if (f.how == mood::bad) note.how = mood::bad;
    }
    for (const auto& l : d_.layers) describe(l);
    return std::move(d_);
  }

 private:
  auto layer(scope_id s) -> layer_facts* {
    if (s == 0) return nullptr;
    const auto it = std::find_if(d_.layers.begin(), d_.layers.end(), [&](const auto& l) { return l.scope == s; });
    if (it != d_.layers.end()) return &*it;
    d_.layers.push_back({.scope = s, .name = std::string(g_.scope_name(s)), .weight_gradient = std::nan("")});
    return &d_.layers.back();
  }

  auto node(node_id k) -> void {
    const auto scope = g_.scope_of(k);
    auto* l = layer(scope);
    if (!g_.is_tensor(k) || g_.is_constant(k)) return;
    const auto& x = g_.tensor_node_at(k).value;
    if (!x.is_floating()) return;
    if (!all(isfinite(x))) say(mood::bad, k, "the value is not finite");
    const auto* op = g_.op(k);
    const auto& adjoint = g_.array_adjoint(k);
    if (!adjoint.is_null() && !all(isfinite(adjoint))) say(mood::bad, k, "the gradient is not finite");
    if (!op) {
      if (l) weights(k, *l, x, adjoint);
      return;
    }
    if (l) l->output = rms(x), l->output_gradient = adjoint.is_null() ? 0 : rms(adjoint);
    activation(k, op->name, x);
  }

  auto weights(node_id k, layer_facts& l, const array& x, const array& g) -> void {
    l.parameters += x.size();
    if (!g_.is_input(k) || g.is_null()) return;
    const auto size = rms(g);
    if (std::isnan(l.weight_gradient) || size > l.weight_gradient) l.weight_gradient = size;
    const auto norm_x = rms(x);
    if (norm_x > 0 && size > exploding * norm_x)
      say(mood::bad, k, fmt::format("the gradient explodes: {:.2g} times the weights", size / norm_x));
    if (x.rank() >= 2 && x.extent(0) > 1 && all(x == take(x, 0)) && all(g == take(g, 0)))
      say(mood::bad, k, fmt::format("all {} units are and stay equal", x.extent(0)));
  }

  auto activation(node_id k, std::string_view op, const array& x) -> void {
    if (x.rank() < 2 || x.size() == 0) return;
    if (op == "relu") {
      const auto over = axes_of_samples(x);
      const auto dead = sum((max(x, over) <= 0.0).cast(float64)).item();
      const auto units = static_cast<double>(x.extent(x.rank() == 3 ? 2 : 1));
      if (dead > 0)
        say(dead / units >= bad_share ? mood::bad : mood::doubtful, k,
            fmt::format("{:.0f} of {:.0f} units are 0 for all samples (dead)", dead, units));
    } else if (op == "tanh" || op == "sigmoid") {
      const auto far = op == "tanh" ? abs(x) : abs(x * 2.0 - 1.0);
      const auto share = mean((far > (op == "tanh" ? 0.99 : 0.98)).cast(float64)).item();
      if (share >= doubtful_share)
        say(share >= bad_share ? mood::bad : mood::doubtful, k,
            fmt::format("{:.0f} % of the numbers are saturated", 100 * share));
    }
  }

  auto gradients() -> void {
    double largest = 0;
    for (const auto& l : d_.layers)
      if (l.weight_gradient > largest) largest = l.weight_gradient;
    for (const auto& l : d_.layers) {
      if (!(l.weight_gradient < vanishing * largest || l.weight_gradient == 0)) continue;
      // Said at the first parameter of the layer.
      for (node_id k = 0; k <= y_; ++k)
        if (reached_[k] && g_.scope_of(k) == l.scope && g_.is_input(k)) {
          say(l.weight_gradient == 0 || l.weight_gradient < 1e-3 * vanishing * largest ? mood::bad : mood::doubtful, k,
              l.weight_gradient == 0
                  ? std::string("the gradient is 0 everywhere")
                  : fmt::format("the gradient vanishes: {:.1e} of the largest layer's", l.weight_gradient / largest));
          break;
        }
    }
  }

  auto describe(const layer_facts& l) -> void {
    auto& lines = d_.scope_notes[l.scope];
    // A line of a picture has some forty characters.
    if (l.parameters > 0) lines.push_back({fmt::format("{} parameters", l.parameters), mood::plain});
    lines.push_back({fmt::format("output rms {:.3g}", l.output), mood::plain});
    if (!std::isnan(l.weight_gradient)) lines.push_back({fmt::format("gradient rms {:.2g}", l.weight_gradient), mood::plain});
    const finding* worst = nullptr;
    for (const auto& f : d_.findings)
      if (f.scope == l.scope && (!worst || (f.how == mood::bad && worst->how != mood::bad))) worst = &f;
    if (worst) lines.push_back({worst->text, worst->how});
  }

  auto say(mood how, node_id k, std::string text) -> void {
    const auto scope = g_.scope_of(k);
    auto where = scope != 0           ? std::string(g_.scope_name(scope))
                 : g_.name(k).empty() ? fmt::format("#{}", k)
                                      : std::string(g_.name(k));
    d_.findings.push_back({how, scope, k, std::move(where), std::move(text)});
  }

  const graph& g_;
  node_id y_;
  node_set reached_;
  diagnosis d_;
};

}  // namespace

auto diagnose(const tensor& loss) -> diagnosis {
  require_node(loss.ref(), "diagnose");
  const auto& g = graph::active();
  const auto y = g.id(loss.ref(), "diagnose");
  if (!g.swept(y)) throw error("diagnose: there are no gradients yet; call backward(loss) first");
  if (g.state(y) == adjoint_state::not_computed)
    throw error("diagnose: the sweep kept the adjoints of inputs only; call backward(loss) without adjoints::inputs");
  return examiner(y).run();
}

auto draw(const tensor& loss, picture_options options) -> picture {
  const auto found = diagnose(loss);
  for (const auto& [node, note] : found.notes) options.notes.try_emplace(node, note);
  for (const auto& [scope, lines] : found.scope_notes) options.scope_notes.try_emplace(scope, lines);
  return picture(loss, options);
}

auto diagnosis::text() const -> std::string {
  std::string text;
  for (const auto& f : findings) text += fmt::format("{} {}: {}\n", f.how == mood::bad ? "✗" : "!", f.where, f.text);
  return text.empty() ? "nothing stands out\n" : text;
}

}  // namespace seegrad::nn
