#include <autodiff/see/call.hpp>

#include <algorithm>
#include <autodiff/array/utf8.hpp>

namespace seegrad::detail::see {
namespace {

constexpr std::size_t longest = 34, most_operands = 4;

class call_finder {
 public:
  explicit call_finder(const scene& s)
      : s_(s),
        g_(s.g),
        open_(have_name(s.scopes, s.options.open)),
        function_(open_.size(), 0),
        results_(open_.size(), no_node),
        last_(open_.size(), no_node),
        size_(open_.size(), 0) {}

  auto run() -> std::vector<node_id> {
    for (scope_id c = 1; c < function_.size(); ++c) function_[c] = outermost(c);
    for (node_id k = 0; k < g_.size(); ++k) {
      const auto f = function_of(k);
      if (f != 0 && !g_.is_leaf(k)) last_[f] = k, size_[f] += s_.shown[k] != 0;
    }
    for (scope_id c = 1; c < function_.size(); ++c)
      if (function_[c] == c && size_[c] > 1 && s_.shown[last_[c]]) results_[c] = last_[c];
    // What is used outside, or has a remark, is to be seen; and so is the inside of a function whose result is not.
    for (node_id k = 0; k < g_.size(); ++k) {
      if (!s_.shown[k] || g_.is_leaf(k)) continue;
      for (auto o : g_.operands(k))
        if (!g_.is_leaf(o) && function_of(o) != function_of(k)) must_be_last(o);
      if (s_.options.notes.contains(k)) must_be_last(k);
    }
    for (auto k : s_.outputs) must_be_last(k);
    return std::move(results_);
  }

 private:
  auto function_of(node_id k) const -> scope_id { return function_[s_.scopes.of[k]]; }
  auto must_be_last(node_id k) -> void {
    if (const auto f = function_of(k); f != 0 && last_[f] != k) results_[f] = no_node;
  }

  /// The function that c is, or is part of; 0 if it is neither.
  auto outermost(scope_id c) const -> scope_id {
    if (const auto outer = function_[s_.scope_parent(c)]; outer != 0) return outer;
    const auto recorded = s_.scopes.all[c].recorded;
    if (recorded == scope_list::implied || g_.kind_of_scope(recorded) != scope_kind::function) return 0;
    return open_[c] ? 0 : c;
  }

  const scene& s_;
  const graph& g_;
  std::vector<char> open_;
  std::vector<scope_id> function_;
  std::vector<node_id> results_, last_;
  std::vector<std::size_t> size_;
};

}  // namespace

auto find_calls(const scene& s) -> std::vector<node_id> {
  if (!s.options.fold_functions) return std::vector<node_id>(s.scopes.all.size(), no_node);
  return call_finder(s).run();
}

auto uses_of(const scene& s, item_id call) -> std::vector<call_use> {
  std::vector<call_use> uses;
  s.each_node(call, [&](node_id k) {
    if (s.g.is_leaf(k)) return;
    const auto operands = s.g.operands(k);
    for (int slot = 0; slot < operands.size(); ++slot) {
      const auto o = operands[slot];
      if (!s.shown[o] || s.item_of[o] == call) continue;
      auto at = std::ranges::find(uses, o, &call_use::operand);
      if (at == uses.end()) at = uses.insert(at, {o, {}});
      at->by.emplace_back(k, slot);
    }
  });
  return uses;
}

auto call_text(const scene& s, item_id call) -> std::string {
  const std::string name(s.scope_name(s.items[call].function));
  const auto uses = uses_of(s, call);
  const auto has_name = [&](const call_use& u) { return !s.g.name(u.operand).empty(); };
  if (uses.size() > most_operands || !std::ranges::any_of(uses, has_name)) return name;
  std::string text = name;
  for (const auto& u : uses) text += (&u == &uses.front() ? "(" : ", ") + (has_name(u) ? std::string(s.g.name(u.operand)) : "□");
  text += ")";
  return detail::characters(text) <= longest && text.find_first_of("\r\n") == std::string::npos ? text : name;
}

}  // namespace seegrad::detail::see
