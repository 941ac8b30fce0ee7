#include <autodiff/see/births.hpp>

#include <autodiff/derive/evaluate.hpp>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <unordered_map>

namespace seegrad::detail::see {
namespace {

class birth_search {
 public:
  birth_search(const graph& g, flows& carried, const std::vector<char>& shown, std::span<const node_id> outputs)
      : g_(g), shown_(shown), flows_(carried), reaches_(g.size(), 0) {
    for (auto k : outputs) reaches_[k] = !std::isfinite(value(k));
    for (auto k = static_cast<node_id>(g.size()); k-- > 0;)
      if (reaches_[k])
        for (auto o : g.operands(k)) reaches_[o] |= static_cast<char>(!std::isfinite(value(o)));
  }

  auto run() -> births {
    for (node_id k = 0; k < g_.size(); ++k) {
      if (g_.is_leaf(k)) continue;
      if (!std::isfinite(value(k))) look_at_value(k);
      else look_at_slopes(k);
    }
    for (const auto& [k, from] : summed_)
      if (from.all_finite) found_.insert({k, {birth::kind::sum, gradient(k), k}});
    std::erase_if(found_, [&](const auto& f) { return !shown_[f.first]; });
    return std::move(found_);
  }

 private:
  // Of arrays, the norm: a NaN if there is one, else infinite if an element is.
  auto value(node_id k) -> double {
    if (!g_.is_tensor(k)) return g_.value(k);
    const auto [at, fresh] = values_.try_emplace(k);
    if (fresh) at->second = norm_of(g_.array_value(k));
    return at->second;
  }
  auto gradient(node_id k) -> double {
    if (!g_.is_tensor(k)) return g_.adjoint(k);
    const auto [at, fresh] = gradients_.try_emplace(k);
    if (fresh) at->second = norm_of(g_.array_adjoint(k));
    return at->second;
  }

  auto look_at_value(node_id k) -> void {
    const double y = value(k);
    bool finite = true, numbers = true;
    for (auto o : g_.operands(k)) finite &= std::isfinite(value(o)), numbers &= !std::isnan(value(o));
    if (std::isnan(y) ? numbers : finite && reaches_[k]) found_.insert({k, {birth::kind::value, number_of(k), k}});
  }
  // Infinities of arrays keep their sign where all have one.
  auto number_of(node_id k) -> double {
    const double y = value(k);
    if (!g_.is_tensor(k) || std::isnan(y)) return y;
    for (const double x : g_.array_value(k).to_vector<double>())
      if (x == y) return y;
    return -y;
  }

  // Where an operand is not finite, its value says why the derivative is not.
  auto look_at_slopes(node_id k) -> void {
    if (!flows_.has_any(k)) return;
    const double from = gradient(k);
    const auto operands = g_.operands(k);
    for (int slot = 0; slot < operands.size(); ++slot) {
      const auto o = operands[slot];
      if (!g_.is_differentiable(o) || g_.state(o) != adjoint_state::number || std::isfinite(gradient(o))) continue;
      const auto f = flows_.of(k, slot);
      auto& sum = summed_.try_emplace(o).first->second;
      sum.all_finite &= f.kept && std::isfinite(f.carried);
      if (!f.kept || std::isfinite(f.carried) || !(std::isfinite(from) || (std::isnan(f.carried) && !std::isnan(from)))) continue;
      bool finite = true;
      for (auto x : operands) finite &= std::isfinite(value(x));
      if (finite) found_.insert({k, {birth::kind::slope, f.carried, o}});
    }
  }

  struct contributions {
    bool all_finite = true;
  };
  const graph& g_;
  const std::vector<char>& shown_;
  flows& flows_;
  std::vector<char> reaches_;  // by node: not finite, and so are all on a way to an output
  births found_;
  std::unordered_map<node_id, double> values_, gradients_;
  std::map<node_id, contributions> summed_;  // by operand with a gradient that is not finite
};

}  // namespace

auto find_births(const graph& g, flows& carried, const std::vector<char>& shown, std::span<const node_id> outputs) -> births {
  return birth_search(g, carried, shown, outputs).run();
}

auto birth_text(const graph& g, const birth& b) -> std::string {
  const auto number = std::isnan(b.number) ? std::string("NaN") : number_text(b.number, 4);
  if (b.what == birth::kind::value) return number + " born here";
  if (b.what == birth::kind::sum) return number + " born here, in the sum of grad";
  const auto name = g.name(b.target);
  return number + " born here, in grad of " + (name.empty() ? "an operand" : std::string(name));
}

}  // namespace seegrad::detail::see
