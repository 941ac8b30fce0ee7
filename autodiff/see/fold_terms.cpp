#include <autodiff/see/formula_text.hpp>
#include <autodiff/see/scene.hpp>

namespace seegrad::detail::see {
namespace {

// a + b + c + d is recorded as ((a + b) + c) + d. What stands inside such a sum, and serves for nothing else, is no step that anybody asked for.
class term_folder {
 public:
  explicit term_folder(scene& s) : s_(s), g_(s.g), uses_(s.g.size(), 0), into_(s.g.size(), no_node) {
    for (node_id k = 0; k < g_.size(); ++k)
      for (auto o : g_.operands(k)) ++uses_[o];
    for (auto k : s.outputs) ++uses_[k];
    for (auto k : g_.outputs())
      if (k < g_.size()) ++uses_[k];
  }

  auto run() -> void {
    const auto *sum = find_operation("add"), *product = find_operation("mul");
    for (auto k = static_cast<node_id>(g_.size()); k-- > 0;) {
      if (!s_.shown[k] || g_.is_leaf(k) || g_.is_tensor_node(k) || into_[k] != no_node) continue;
      if (g_.op(k) != sum && g_.op(k) != product) continue;
      fold(k);
    }
    if (s_.folded_nodes > 0) s_.folded_into = std::move(into_);
  }

 private:
  // Two terms and a number that is written into them are an operation like any other.
  auto fold(node_id last) -> void {
    auto first = last;
    std::size_t terms = 1, inside = 0;
    for (;; ++inside) {
      const auto operands = g_.operands(first);
      terms += s_.shown[operands[1]] != 0;
      if (!is_part(first, operands[0])) {
        terms -= s_.shown[operands[0]] == 0;
        break;
      }
      first = operands[0];
    }
    if (inside == 0 || terms < 3) return;
    s_.folded_nodes += inside;
    for (auto k = last;; k = g_.operands(k)[0]) {
      into_[k] = last;
      if (k == first) return;
    }
  }

  auto is_part(node_id outer, node_id k) const -> bool {
    const auto name = g_.name(k);
    const bool is_named = !name.empty() && without_brackets(name).size() == name.size();
    return s_.shown[k] && !g_.is_leaf(k) && g_.op(k) == g_.op(outer) && !g_.is_tensor_node(k) && uses_[k] == 1 && !is_named &&
           s_.scope(k) == s_.scope(outer) && !s_.options.notes.contains(k);
  }

  scene& s_;
  const graph& g_;
  std::vector<std::uint32_t> uses_;
  std::vector<node_id> into_;
};

}  // namespace

auto fold_terms(scene& s) -> void {
  if (s.options.fold_terms) term_folder(s).run();
}

}  // namespace seegrad::detail::see
