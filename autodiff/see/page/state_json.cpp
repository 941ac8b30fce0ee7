#include <autodiff/see/page/state_json.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace seegrad::detail::see {
namespace {

constexpr std::size_t most_listed = 200'000;  // elements of small arrays, in all states
constexpr index_t few_elements = 16;          // where they are more

auto same(double a, double b) -> bool { return a == b || (std::isnan(a) && std::isnan(b)); }

auto same(const array& a, const array& b) -> bool {
  if (a.is_null() || b.is_null()) return a.is_null() == b.is_null();
  if (a.type() != b.type() || a.shape() != b.shape()) return false;
  const auto x = a.contiguous(), y = b.contiguous();
  return with_type(x.type(), [&]<class T>(T) {
    const auto p = x.elements<T>(), q = y.elements<T>();
    return std::equal(p.begin(), p.end(), q.begin(), [](T v, T w) { return v == w || (v != v && w != w); });
  });
}

class state_writer {
 public:
  state_writer(const graph& g, const std::vector<int>& index, const std::vector<char>& drawn, index_t most)
      : g_(g), index_(index), drawn_(drawn), most_(most) {}

  auto write(const labelled_snapshot& s) const -> json {
    auto values = json::array(), gradients = json::array();
    for (node_id k = 0; k < g_.size(); ++k) {
      if (index_[k] < 0) continue;
      if (!same_value(s.snapshot, k)) values.push_back({index_[k], value(s.snapshot, k)});
      if (!g_.is_constant(k) && !same_gradient(s.snapshot, k)) gradients.push_back({index_[k], gradient(s.snapshot, k)});
    }
    return {{"label", s.label}, {"values", values}, {"gradients", gradients}};
  }

 private:
  auto same_value(const graph_snapshot& s, node_id k) const -> bool {
    return g_.is_tensor(k) ? same(s.array_value(k), g_.array_value(k)) : same(s.value(k), g_.value(k));
  }
  auto same_gradient(const graph_snapshot& s, node_id k) const -> bool {
    if (s.swept(k) != g_.swept(k) || s.state(k) != g_.state(k)) return false;
    return g_.is_tensor(k) ? same(s.array_gradient(k), g_.array_adjoint(k)) : same(s.gradient(k), g_.adjoint(k));
  }

  auto value(const graph_snapshot& s, node_id k) const -> json {
    return g_.is_tensor(k) ? of(s.array_value(k), k) : number_json(s.value(k));
  }
  auto gradient(const graph_snapshot& s, node_id k) const -> json {
    if (!s.swept(k)) return nullptr;
    if (s.state(k) == adjoint_state::structural_zero) return "zero";
    if (s.state(k) == adjoint_state::not_computed) return "dropped";
    return g_.is_tensor(k) ? of(s.array_gradient(k), k) : number_json(s.gradient(k));
  }
  auto of(const array& x, node_id k) const -> json {
    auto out = brief_json(x, most_);
    if (drawn_[k]) put_drawn(out, x);
    return out;
  }

  const graph& g_;
  const std::vector<int>& index_;
  const std::vector<char>& drawn_;
  index_t most_;
};

}  // namespace

auto expect_states(const graph& g, const std::vector<char>& shown, const std::vector<labelled_snapshot>& states) -> void {
  std::size_t needed = shown.size();
  while (needed > 0 && !shown[needed - 1]) --needed;
  for (const auto& s : states) {
    try {
      s.snapshot.expect_same_program(g);
    } catch (const error& e) {
      throw error(fmt::format("picture: the state '{}' is of another program: {}", s.label, e.what()));
    }
    if (s.snapshot.size() < needed)
      throw error(fmt::format("picture: the state '{}' is of another program: it has {} nodes, and {} are shown", s.label,
                              s.snapshot.size(), needed));
  }
}

auto states_json(const graph& g, const std::vector<int>& index, const std::vector<char>& drawn,
                 const std::vector<labelled_snapshot>& states) -> json {
  auto out = json::array();
  if (states.empty()) return out;
  std::size_t nodes = 0, listed = 0;
  for (node_id k = 0; k < g.size(); ++k) {
    if (index[k] < 0) continue;
    nodes += g.is_tensor(k) ? one_array : 1;
    if (g.is_tensor(k) && g.array_value(k).size() <= most_elements)
      listed += 2 * static_cast<std::size_t>(g.array_value(k).size());
  }
  const auto n =
      std::clamp<std::size_t>(most_in_states / std::max<std::size_t>(nodes, 1), 2, std::max<std::size_t>(states.size(), 2));
  const auto kept = std::min(n, states.size());
  const state_writer w(g, index, drawn, listed * kept > most_listed ? few_elements : most_elements);
  // The first, the last, and what is between them in equal distances.
  for (std::size_t i = 0; i < kept; ++i) out.push_back(w.write(states[kept == 1 ? 0 : i * (states.size() - 1) / (kept - 1)]));
  return out;
}

}  // namespace seegrad::detail::see
