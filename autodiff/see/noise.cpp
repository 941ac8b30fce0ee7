#include <autodiff/see/noise.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/see/flow.hpp>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace seegrad::detail::see {
namespace {

// Within one operation, too, numbers cancel, as in the derivative of a softmax. Arrays up to these sizes are taken apart for that: what each
// element of the cotangent alone carries back.
constexpr index_t most_elements = 16, most_parts = 64;

auto epsilon(dtype type) -> double {
  return type == float32 ? double{std::numeric_limits<float>::epsilon()} : std::numeric_limits<double>::epsilon();
}

struct account {
  double size = 0;     // Σ|contribution|
  double count = 0;    // of those that are not 0
  bool meant = false;  // one of them at least is not noise itself

  auto add(double contribution, bool is_noise) -> void {
    if (contribution == 0) return;
    size += std::abs(contribution), ++count, meant |= !is_noise;
  }
  auto is_noise(double sum, double eps) const -> bool {
    if (sum == 0 || !std::isfinite(sum) || count == 0) return false;
    return !meant || std::abs(sum) <= 4 * eps * count * size;
  }
};

// The reverse sweep once more, over the sizes of what it carries. Users come after their operands, so a node's account is complete when its
// turn comes.
class noise_sweep {
 public:
  explicit noise_sweep(const graph& g) : g_(g), flows_(g) {}

  auto run() -> gradient_noise {
    if (g_.outputs().empty()) return {};
    const auto n = g_.size();
    numbers_.resize(n), r_.whole.assign(n, 0);
    for (auto k = static_cast<node_id>(n); k-- > 0;) {
      if (!flows_.has_any(k) || !g_.is_differentiable(k)) continue;
      settle(k);
      if (!g_.is_leaf(k)) spread(k);
    }
    return std::move(r_);
  }

 private:
  struct array_account {
    std::vector<account> elements;
    node_id user = 0;  // of one contribution that was not looked at yet: alone, it cannot cancel
    int slot = -1;
    bool meant = false, complete = true;
  };

  auto is_seed(node_id k) const -> bool { return std::find(g_.outputs().begin(), g_.outputs().end(), k) != g_.outputs().end(); }

  auto settle(node_id k) -> void {
    if (is_seed(k)) return;
    if (!g_.is_tensor(k)) {
      r_.whole[k] = numbers_[k].is_noise(g_.adjoint(k), epsilon_of(k));
      return;
    }
    const auto at = arrays_.find(k);
    if (at == arrays_.end()) return;
    const auto& a = at->second;
    if (a.complete && !a.meant) r_.whole[k] = 1;
    else if (a.complete && !a.elements.empty()) settle_elements(k, a.elements);
    arrays_.erase(at);
  }

  auto settle_elements(node_id k, const std::vector<account>& accounts) -> void {
    const auto x = g_.array_adjoint(k).to_vector<double>();
    std::vector<char> noise(x.size());
    std::size_t numbers = 0, found = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      noise[i] = accounts[i].is_noise(x[i], epsilon(g_.array_adjoint(k).type()));
      numbers += x[i] != 0, found += noise[i] != 0;
    }
    if (found == 0) return;
    if (found == numbers) r_.whole[k] = 1;
    else r_.elements.emplace(k, std::move(noise));
  }

  // A number that arrays contribute to has no more digits than they.
  auto epsilon_of(node_id k) const -> double { return single_.contains(k) ? epsilon(float32) : epsilon(float64); }

  auto spread(node_id k) -> void {
    if (!g_.is_tensor_node(k)) {
      node_of_numbers(g_, k).each_vjp(g_.adjoint(k), [&](node_id o, double c) { numbers_[o].add(c, r_.has(k)); });
      return;
    }
    const auto operands = g_.operands(k);
    for (int slot = 0; slot < operands.size(); ++slot) {
      const auto o = operands[slot];
      if (!g_.is_differentiable(o)) continue;
      if (g_.is_tensor(o)) spread_to_array(k, slot, o);
      else spread_to_number(k, slot, o);
    }
  }

  auto spread_to_number(node_id k, int slot, node_id o) -> void {
    const auto cotangent = cotangent_of(k);
    if (cotangent.is_null()) return static_cast<void>(numbers_[o].add(std::numeric_limits<double>::infinity(), false));
    if (cotangent.type() == float32) single_.try_emplace(o);
    each_part(k, slot, cotangent, [&](const array& piece, bool is_noise) { numbers_[o].add(piece.item(), is_noise); });
  }

  auto spread_to_array(node_id k, int slot, node_id o) -> void {
    auto& a = arrays_[o];
    if (cotangent_of(k).is_null()) return static_cast<void>(a.complete = false, a.meant = true);
    const bool waits = a.slot < 0 && a.elements.empty() && g_.tensor_node_at(o).value.size() > most_elements;
    a.meant |= !r_.has(k);
    if (waits) return static_cast<void>(a.user = k, a.slot = slot);
    if (a.slot >= 0) add_parts(a, a.user, a.slot, o), a.slot = -1;
    add_parts(a, k, slot, o);
  }

  auto add_parts(array_account& a, node_id k, int slot, node_id o) -> void {
    a.elements.resize(static_cast<std::size_t>(g_.tensor_node_at(o).value.size()));
    each_part(k, slot, cotangent_of(k), [&](const array& piece, bool is_noise) {
      const auto x = piece.to_vector<double>();
      for (std::size_t i = 0; i < x.size(); ++i) a.elements[i].add(x[i], is_noise);
    });
  }

  auto cotangent_of(node_id k) const -> array { return g_.is_tensor(k) ? g_.array_adjoint(k) : array(g_.adjoint(k)); }

  // f(contribution, whether it is noise), for every part of the cotangent where that is worth it, or for all at once.
  template <class F>
  auto each_part(node_id k, int slot, const array& cotangent, F f) const -> void {
    const node_of_arrays n(g_, k);
    const auto y = g_.array_value(k);
    const auto o = g_.operands(k)[slot];
    const auto size = g_.is_tensor(o) ? g_.tensor_node_at(o).value.size() : 1;
    const bool apart = cotangent.size() > 1 && cotangent.size() <= most_parts && size <= most_elements;
    if (!apart) return f(n.vjp(slot, y, cotangent), r_.has(k));
    const auto all = cotangent.cast(float64).to_vector<double>();
    const auto noisy = r_.elements.find(k);
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (all[j] == 0) continue;
      auto part = zeros(cotangent.shape(), cotangent.type());
      with_floating(part.type(), [&]<class T>(T) { part.writable<T>()[j] = static_cast<T>(all[j]); });
      f(n.vjp(slot, y, part), r_.has(k) || (noisy != r_.elements.end() && noisy->second[j] != 0));
    }
  }

  const graph& g_;
  flows flows_;
  gradient_noise r_;
  std::vector<account> numbers_;
  std::unordered_map<node_id, array_account> arrays_;
  std::unordered_map<node_id, char> single_;
};

}  // namespace

auto find_noise(const graph& g) -> gradient_noise { return noise_sweep(g).run(); }

auto gradient_noise::cleared(const graph& g, node_id k) const -> array {
  const auto& x = g.array_adjoint(k);
  if (has(k)) return zeros(x.shape(), x.type());
  const auto at = elements.find(k);
  if (at == elements.end()) return x;
  auto out = x.contiguous().copy();
  with_floating(out.type(), [&]<class T>(T) {
    const auto v = out.writable<T>();
    for (std::size_t i = 0; i < v.size(); ++i)
      if (at->second[i]) v[i] = 0;
  });
  return out;
}

}  // namespace seegrad::detail::see
