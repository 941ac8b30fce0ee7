#include <algorithm>
#include <autodiff/graph/reach.hpp>
#include <autodiff/see/formula_text.hpp>
#include <autodiff/see/scene.hpp>
#include <fmt/format.h>

namespace seegrad::detail::see {
namespace {

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

// Numbers without a name that every operation they are used by writes down.
auto hide_written(scene& s) -> void {
  const auto& g = s.g;
  std::vector<char> drawn(g.size(), 0);
  for (const auto& note : s.options.notes)
    if (note.first < g.size()) drawn[note.first] = 1;
  for (auto k : s.options.leading_to) drawn[k] = 1;
  const auto is_written = [&](node_id k) { return g.is_constant(k) && !g.is_tensor(k) && g.name(k).empty() && !drawn[k]; };
  std::vector<char> used(g.size(), 0);
  for (node_id k = 0; k < g.size(); ++k) {
    if (!s.shown[k]) continue;
    const auto operands = g.operands(k);
    bool any = false;
    for (auto o : operands) any |= is_written(o);
    if (!any) continue;
    const bool writes = !formula_of(g, k, s.options.digits, true).empty();
    for (auto o : operands) used[o] = 1, drawn[o] |= static_cast<char>(!writes);
  }
  for (node_id k = 0; k < g.size(); ++k)
    if (s.shown[k] && used[k] && is_written(k)) s.shown[k] = 0;
}

}  // namespace

auto select(scene& s, const node_id* y) -> void {
  const auto& g = s.g;
  const auto& targets = s.options.leading_to;
  s.shown.assign(g.size(), 1);
  const auto keep = [&](const node_set& leads) {
    for (node_id k = 0; k < g.size(); ++k) s.shown[k] = static_cast<char>(s.shown[k] & leads[k]);
  };
  for (auto k : targets)
    if (k >= g.size()) throw error(fmt::format("picture: leading_to has node {}, but the graph has only {} nodes", k, g.size()));
  if (y) keep(leading_to(g, *y));
  if (!targets.empty()) keep(leading_to(g, targets));
  if (const auto& only = s.options.only; !only.empty()) {
    const auto last = *std::max_element(only.begin(), only.end());
    if (last >= g.size()) throw error(fmt::format("picture: only has node {}, but the graph has only {} nodes", last, g.size()));
    node_set chosen(0, last);
    for (auto k : only) chosen.insert(k);
    keep(chosen);
  }
  if (s.options.hide_constants.value_or(false)) {
    for (node_id k = 0; k < g.size(); ++k)
      if (g.is_constant(k)) s.shown[k] = 0;
  } else if (!s.options.hide_constants) {
    hide_written(s);
  }
  s.shown_count = static_cast<std::size_t>(std::count(s.shown.begin(), s.shown.end(), 1));
  if (s.shown_count == 0) throw error("picture: there is no node to show; record something first, or ask for less to be hidden");

  auto is_shown = [&](node_id k) { return s.shown[k] != 0; };
  if (y && is_shown(*y)) s.outputs = {*y};
  else if (!targets.empty()) std::copy_if(targets.begin(), targets.end(), std::back_inserter(s.outputs), is_shown);
  else std::copy_if(g.outputs().begin(), g.outputs().end(), std::back_inserter(s.outputs), is_shown);
  if (s.outputs.empty()) s.outputs = ends(s);

  s.scopes = scopes_of(g);
}

}  // namespace seegrad::detail::see
