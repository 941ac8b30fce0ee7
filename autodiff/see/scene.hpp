#pragma once
// What a picture shows, before it is text: items, each a node or a box that stands for many, and the links between them.
//
// A scene is made in steps, each a loop or two over the record: which nodes belong (select), which make up a sum or product of many terms
// (fold_terms), which scopes become boxes (collapse),
// what is cut when there are still too many (cut), and what flows along the links (connect). Only the items kept in the end cost
// more than a few bytes a node, so that a picture of a graph of millions of nodes takes no longer than looking at each.

#include <array>
#include <autodiff/graph/graph.hpp>
#include <autodiff/see/births.hpp>
#include <autodiff/see/flow.hpp>
#include <autodiff/see/noise.hpp>
#include <autodiff/see/picture.hpp>
#include <autodiff/see/scopes.hpp>
#include <cstdint>
#include <vector>

namespace seegrad::detail::see {

using item_id = std::uint32_t;
inline constexpr item_id no_item = ~item_id{0};
inline constexpr node_id no_node = ~node_id{0};

struct item {
  enum class kind : std::uint8_t { input, constant, operation, terms, call, group };
  node_id first, last;       // all it stands for lies between these two; the same for a single node
  scope_id scope;            // where it stands; for a group, what it stands for
  std::uint32_t copies = 1;  // scopes merged into a group
  kind what;
  bool automatic = false;  // a box only because there were too many nodes
  bool output = false, kept = true;
  bool more = false;       // uses hidden nodes, which no line shows
  scope_id function = 0;   // of a call
  bool neighbour = false;  // outside of the scope that is drawn: small, and without numbers
};

/// From an operand to its user; where boxes are concerned, all such edges between the two.
struct link {
  item_id from, to;  // no_item: the hidden ones
  std::uint32_t count = 1;
  std::int16_t slot = 0;
  bool active = false;  // carries something back, be it a structural zero
  bool swept = false;   // and that is computed
  bool local_known = true;
  bool is_norm = false;  // an array, of which `carried` is the norm
  bool kept = true;      // false if an adjoint it is made of was not kept
  double local = 0, carried = 0;
};

/// What flows back into an item from all its users, shown or not.
struct inflow {
  double sum = 0, size = 0;  // size: the sum of the absolute values, or of the norms
  bool complete = true;      // false if an adjoint it is made of was not kept
  std::uint32_t count = 0;
};

struct scene {
  const graph& g;
  const picture_options& options;

  std::vector<char> shown = {};  // by node: belongs in the picture, be it as part of a box
  std::size_t shown_count = 0;
  scope_list scopes = {};
  std::vector<node_id> folded_into =
      {};  // by node: the last operation of the sum or product it is part of, or no_node; empty if there is none
  std::size_t folded_nodes = 0;  // without those last ones
  std::vector<node_id> outputs = {};
  std::vector<item> items = {};       // in the order of their last nodes
  std::vector<item_id> item_of = {};  // by node
  std::vector<link> links = {};
  std::vector<inflow> inflows = {};                // by item
  std::vector<std::array<double, 5>> listed = {};  // by item, the first of its inflows; only if options.sums
  std::size_t cut_nodes = 0;                       // nodes in none of the items kept
  std::size_t cut_links = 0;                       // links left out
  flows carried{g};                                // of all steps, as what operations on arrays carry back is dear
  births born = {};
  gradient_noise noise = {};

  auto scope(node_id k) const -> scope_id { return scopes.of.empty() ? 0 : scopes.of[k]; }
  auto scope_name(scope_id c) const -> std::string_view { return scopes.all[c].name; }
  auto scope_parent(scope_id c) const -> scope_id { return scopes.all[c].parent; }
  /// Whether node k is drawn as part of another.
  auto is_folded(node_id k) const -> bool { return !folded_into.empty() && folded_into[k] != no_node && folded_into[k] != k; }
  auto single(item_id i) const -> bool { return items[i].what != item::kind::group; }
  /// The node an item is named and coloured by.
  auto node(item_id i) const -> node_id { return items[i].last; }
  /// The operations that a sum or product is made of, the last one first. The operand 0 of each but the last listed is the next.
  auto chain(item_id i) const -> std::vector<node_id> {
    std::vector<node_id> out = {items[i].last};
    while (out.back() != items[i].first) out.push_back(g.operands(out.back())[0]);
    return out;
  }
  /// Calls f(k) for each node that item i stands for.
  template <class F>
  auto each_node(item_id i, F f) const -> void {
    if (items[i].what == item::kind::terms) {
      const auto all = chain(i);
      for (auto at = all.rbegin(); at != all.rend(); ++at) f(*at);
      return;
    }
    for (auto k = items[i].first; k <= items[i].last; ++k)
      if (item_of[k] == i) f(k);
  }
};

/// Marks what belongs, and the outputs. `y` is the node whose picture it is, or null for the whole graph.
auto select(scene& s, const node_id* y) -> void;
/// Finds the sums and products of more than two terms that are to be one item.
auto fold_terms(scene& s) -> void;
/// Makes the items, with a box for every scope that is to be one.
auto collapse(scene& s) -> void;
/// Keeps at most options.max_nodes items.
auto cut(scene& s) -> void;
/// Makes the links between the items that are kept, and the inflows.
auto connect(scene& s) -> void;

}  // namespace seegrad::detail::see
