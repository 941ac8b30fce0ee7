#include <algorithm>
#include <autodiff/see/array_label.hpp>
#include <autodiff/see/call.hpp>
#include <autodiff/see/repeat.hpp>
#include <autodiff/see/scene.hpp>
#include <map>
#include <queue>

namespace seegrad::detail::see {
namespace {

// A scope is opened once and closed once, and what is recorded in between is its own or its descendants'. So the nodes of a scope
// are consecutive, a path that leaves it never comes back, and a box in its place closes no circle. The same holds for sibling
// scopes with no operation in between, which is when they are merged.
class scope_tree {
 public:
  explicit scope_tree(const scene& s)
      : s_(s),
        all_(s.scopes.all.size()),
        open_(have_name(s.scopes, s.options.open)),
        results_(find_calls(s)),
        operations_before_(s.g.size() + 1, 0) {
    for (node_id k = 0; k < s.g.size(); ++k) {
      operations_before_[k + 1] = operations_before_[k] + (s.shown[k] && !s.g.is_leaf(k) ? 1 : 0);
      if (!s.shown[k]) continue;
      auto& e = all_[s.scopes.of[k]];
      if (e.size++ == 0) e.first = k;
      e.last = k, e.folded += s.is_folded(k), e.items += !s.is_folded(k);
    }
    for (auto c = size() - 1; c > 0; --c) {
      auto &child = all_[c], &parent = all_[parent_of(c)];
      if (child.size == 0) continue;
      parent.first = parent.size == 0 ? child.first : std::min(parent.first, child.first);
      parent.last = parent.size == 0 ? child.last : std::max(parent.last, child.last);
      parent.size += child.size, parent.folded += child.folded, ++parent.open_children;
    }
    for (scope_id c = 1; c < size(); ++c) all_[c].call = results_[c] != no_node;
  }

  auto collapse_as_asked() -> void {
    const auto asked = have_name(s_.scopes, s_.options.collapse);
    for (scope_id c = 1; c < size(); ++c)
      all_[c].collapsed = (asked[c] || (s_.options.collapse_scopes && parent_of(c) == 0)) && all_[c].size > 0;
  }

  // Families of siblings of one name, or of one list, look alike and are collapsed together: innermost first, and among those the largest. A scope
  // that is most of the picture stays open, as a box in its place would say nothing.
  auto collapse_to(std::size_t budget) -> void {
    auto count = group_in_families();
    std::priority_queue<std::pair<std::size_t, std::size_t>> ready;  // nodes, and the family from the end: the earlier wins
    const auto offer = [&](std::size_t f) {
      if (families_[f].pending == 0) ready.push({families_[f].nodes, families_.size() - f});
    };
    for (std::size_t f = 0; f < families_.size(); ++f) offer(f);
    for (; count > budget && !ready.empty();) {
      const auto& f = families_[families_.size() - ready.top().second];
      ready.pop();
      if (std::any_of(f.members.begin(), f.members.end(),
                      [&](auto c) { return open_[c] || 3 * all_[c].size > 2 * s_.shown_count; }))
        continue;
      std::size_t before = 0;
      for (auto c : f.members) before += all_[c].items;
      // A function says more as itself than as a box.
      const bool stays = runs(f.members) == before && std::ranges::all_of(f.members, [&](auto c) { return all_[c].call; });
      const auto after = stays ? before : runs(f.members);
      if (!stays)
        for (auto c : f.members) all_[c].collapsed = all_[c].automatic = true, all_[c].call = false;
      count -= before - after;
      const auto parent = parent_of(f.members.front());
      all_[parent].items += after;
      if (parent == 0) continue;
      families_[all_[parent].family].pending -= f.members.size();
      offer(all_[parent].family);
    }
  }

  /// By scope: the scope whose box its nodes are in, or 0; and by box, how many scopes it stands for.
  auto boxes() const -> std::pair<std::vector<scope_id>, std::vector<std::uint32_t>> {
    std::vector<scope_id> box(size(), 0), latest(size(), 0);
    std::vector<std::uint32_t> copies(size(), 1);
    for (scope_id c = 1; c < size(); ++c) {
      if (all_[c].size == 0 || (box[c] = box[parent_of(c)]) != 0 || !(all_[c].collapsed || all_[c].call)) continue;
      auto& before = latest[parent_of(c)];
      if (before != 0 && !all_[before].call && !all_[c].call && merges(before, c)) ++copies[box[c] = box[before]];
      else box[c] = c;
      before = c;
    }
    return {std::move(box), std::move(copies)};
  }

  auto automatic(scope_id c) const -> bool { return all_[c].automatic; }
  /// Of a call; else no node.
  auto result(scope_id c) const -> node_id { return all_[c].call ? results_[c] : no_node; }

 private:
  struct entry {
    std::size_t size = 0, folded = 0, items = 0, open_children = 0, family = 0;
    node_id first = 0, last = 0;
    bool collapsed = false, automatic = false, call = false;
  };
  struct family {
    std::vector<scope_id> members;
    std::size_t nodes = 0, pending = 0;  // children of the members that are still open
  };

  auto size() const -> scope_id { return static_cast<scope_id>(all_.size()); }
  auto parent_of(scope_id c) const -> scope_id { return s_.scope_parent(c); }

  auto group_in_families() -> std::size_t {
    auto count = s_.shown_count - s_.folded_nodes;
    std::map<std::pair<scope_id, std::string>, std::size_t> index;
    std::vector<char> boxed(size(), 0);
    for (scope_id c = 1; c < size(); ++c) {
      auto& e = all_[c];
      boxed[c] = e.collapsed || e.call || boxed[parent_of(c)];
      if (e.size == 0 || boxed[parent_of(c)]) continue;
      if (e.collapsed) {
        count -= e.size - e.folded - 1;
        --all_[parent_of(c)].open_children, ++all_[parent_of(c)].items;
        continue;
      }
      if (e.call) count -= e.size - e.folded - (e.items = 1 + inputs_in(c)), e.open_children = 0;
      e.family = index.try_emplace({parent_of(c), list_pattern(s_.scope_name(c))}, families_.size()).first->second;
      if (e.family == families_.size()) families_.emplace_back();
      families_[e.family].members.push_back(c);
      families_[e.family].nodes += e.size;
    }
    for (auto& f : families_)
      for (auto c : f.members) f.pending += all_[c].open_children;
    return count;
  }

  // Inputs are no part of a function.
  auto inputs_in(scope_id c) const -> std::size_t {
    std::size_t n = 0;
    for (auto k = all_[c].first; k <= all_[c].last; ++k) n += s_.shown[k] && s_.g.is_input(k);
    return n;
  }

  auto merges(scope_id a, scope_id b) const -> bool {
    return all_[a].size == all_[b].size && list_pattern(s_.scope_name(a)) == list_pattern(s_.scope_name(b)) &&
           all_[a].last < all_[b].first && operations_before_[all_[b].first] == operations_before_[all_[a].last + 1] &&
           alike(a, b);
  }
  // Node by node: the same operations, and of arrays the same parameters, types and shapes.
  auto alike(scope_id a, scope_id b) const -> bool {
    auto i = all_[a].first;
    for (auto j = all_[b].first; j <= all_[b].last; ++j) {
      if (!s_.shown[j]) continue;
      while (!s_.shown[i]) ++i;
      const auto& g = s_.g;
      if (g.op(i) != g.op(j) || g.is_constant(i) != g.is_constant(j) || g.is_tensor_node(i) != g.is_tensor_node(j)) return false;
      if (g.is_tensor_node(i) && !alike_arrays(i, j)) return false;
      ++i;
    }
    return true;
  }
  // Where a step takes its part from may differ, and so may what an operation that only moves elements is told.
  auto alike_arrays(node_id i, node_id j) const -> bool {
    const auto& g = s_.g;
    const auto* op = g.op(i);
    const bool moves = op && op->rule && op->rule->sparsity == sparsity_kind::moves;
    if (!moves || !g.is_tensor(i)) return kind_text(g, i) == kind_text(g, j);
    return g.array_value(i).type() == g.array_value(j).type() && g.array_value(i).shape() == g.array_value(j).shape();
  }
  auto runs(const std::vector<scope_id>& members) const -> std::size_t {
    std::size_t n = 1;
    for (std::size_t i = 1; i < members.size(); ++i) n += merges(members[i - 1], members[i]) ? 0 : 1;
    return n;
  }

  const scene& s_;
  std::vector<entry> all_;
  std::vector<char> open_;
  std::vector<node_id> results_;
  std::vector<family> families_;
  std::vector<std::uint32_t> operations_before_;
};

auto kind_of(const graph& g, node_id k) -> item::kind {
  return g.is_input(k) ? item::kind::input : g.is_constant(k) ? item::kind::constant : item::kind::operation;
}

auto fold(scene& s, item_id i) -> void {
  auto& it = s.items[i];
  it.what = item::kind::terms;
  while (s.folded_into[s.g.operands(it.first)[0]] == it.last) s.item_of[it.first = s.g.operands(it.first)[0]] = i;
}

auto add_call(scene& s, scope_id function, const std::vector<node_id>& nodes) -> void {
  for (auto k : nodes) s.item_of[k] = static_cast<item_id>(s.items.size());
  s.items.push_back({.first = nodes.front(),
                     .last = nodes.back(),
                     .scope = s.scope_parent(function),
                     .what = item::kind::call,
                     .function = function});
}

}  // namespace

auto collapse(scene& s) -> void {
  std::vector<scope_id> box;
  std::vector<std::uint32_t> copies;
  std::vector<item_id> item_of_box;
  std::vector<char> automatic;
  std::vector<node_id> results;  // of calls
  if (!s.scopes.of.empty()) {
    scope_tree tree(s);
    tree.collapse_as_asked();
    const auto most = s.options.most_open();
    if (s.shown_count - s.folded_nodes > most) tree.collapse_to(most);
    std::tie(box, copies) = tree.boxes();
    item_of_box.assign(box.size(), no_item);
    automatic.resize(box.size()), results.resize(box.size());
    for (scope_id c = 1; c < box.size(); ++c) automatic[c] = tree.automatic(c), results[c] = tree.result(c);
  }
  s.item_of.assign(s.g.size(), no_item);
  if (box.empty()) s.items.reserve(s.shown_count);
  std::vector<node_id> inside;  // the nodes so far of the call that is being made
  for (node_id k = 0; k < s.g.size(); ++k) {
    if (!s.shown[k]) continue;
    const auto b = box.empty() ? 0 : box[s.scopes.of[k]];
    const bool called = b != 0 && results[b] != no_node;
    if (called && !s.g.is_input(k)) {
      inside.push_back(k);
      if (k == results[b]) add_call(s, b, std::exchange(inside, {}));
      continue;
    }
    if (b == 0 && s.is_folded(k)) continue;  // its item is made with the last of them
    auto i = b == 0 || called ? no_item : item_of_box[b];
    if (i == no_item) {
      i = static_cast<item_id>(s.items.size());
      if (b == 0) s.items.push_back({k, k, s.scope(k), 1, kind_of(s.g, k)});
      else if (called) s.items.push_back({k, k, s.scope_parent(b), 1, kind_of(s.g, k)});
      else item_of_box[b] = i, s.items.push_back({k, k, b, copies[b], item::kind::group, automatic[b] != 0});
    }
    s.items[i].last = k;
    s.item_of[k] = i;
    if (b == 0 && !s.folded_into.empty() && s.folded_into[k] == k) fold(s, i);
  }
  for (auto k : s.outputs) s.items[s.item_of[k]].output = true;
}

}  // namespace seegrad::detail::see
