#include <algorithm>
#include <autodiff/see/scene.hpp>
#include <fmt/format.h>

namespace seegrad::see {
namespace {

// What leads to `targets`, themselves included.
auto leading_to(const graph& g, const std::vector<node_id>& targets) -> std::vector<char> {
  std::vector<char> leads(g.size(), 0);
  node_id last = 0;
  for (auto k : targets) {
    if (k >= g.size()) throw error(fmt::format("picture: leading_to has node {}, but the graph has only {} nodes", k, g.size()));
    leads[k] = 1, last = std::max(last, k);
  }
  for (auto k = last + 1; k-- > 0;)
    if (leads[k])
      for (auto o : g.operands(k)) leads[o] = 1;
  return leads;
}

// Operations that no other node uses.
auto ends(const scene& s) -> std::vector<node_id> {
  std::vector<char> used(s.g.size(), 0);
  for (node_id k = 0; k < s.g.size(); ++k)
    if (s.shown[k])
      for (auto o : s.g.operands(k)) used[o] = 1;
  std::vector<node_id> out;
  for (node_id k = 0; k < s.g.size(); ++k)
    if (s.shown[k] && !used[k] && !s.g.is_leaf(k)) out.push_back(k);
  return out;
}

}  // namespace

auto select(scene& s, const node_id* y) -> void {
  const auto& g = s.g;
  const auto& targets = s.options.leading_to;
  if (y) s.shown = leading_to(g, {*y});
  else s.shown.assign(g.size(), 1);
  if (!targets.empty()) {
    const auto leads = leading_to(g, targets);
    for (node_id k = 0; k < g.size(); ++k) s.shown[k] = static_cast<char>(s.shown[k] & leads[k]);
  }
  if (s.options.hide_constants)
    for (node_id k = 0; k < g.size(); ++k)
      if (g.is_constant(k)) s.shown[k] = 0;
  s.shown_count = static_cast<std::size_t>(std::count(s.shown.begin(), s.shown.end(), 1));
  if (s.shown_count == 0) throw error("picture: there is no node to show; record something first, or ask for less to be hidden");

  auto is_shown = [&](node_id k) { return s.shown[k] != 0; };
  if (y && is_shown(*y)) s.outputs = {*y};
  else if (!targets.empty()) std::copy_if(targets.begin(), targets.end(), std::back_inserter(s.outputs), is_shown);
  else std::copy_if(g.outputs().begin(), g.outputs().end(), std::back_inserter(s.outputs), is_shown);
  if (s.outputs.empty()) s.outputs = ends(s);

  if (g.scope_count() > 1) {
    s.scope_of.resize(g.size());
    for (node_id k = 0; k < g.size(); ++k) s.scope_of[k] = g.scope_of(k);
  }
}

}  // namespace seegrad::see
