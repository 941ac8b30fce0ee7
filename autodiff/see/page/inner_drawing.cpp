#include <autodiff/see/page/inner_drawing.hpp>

#include <algorithm>
#include <autodiff/see/dot.hpp>
#include <utility>

namespace seegrad::detail::see {
namespace {

constexpr std::size_t most_open = 16, most_nodes = 300, most_neighbours = 16;

// Boxes are to open, so that none is asked for in them; and the whole picture has the title and the legend.
auto options_of(const picture_options& whole) -> picture_options {
  auto o = whole;
  o.collapse.clear(), o.states.clear(), o.claims.clear(), o.title.clear();
  o.collapse_scopes = false, o.legend = false;
  o.fold_above = most_open, o.max_nodes = std::min(whole.max_nodes, most_nodes);
  return o;
}

class drawer {
 public:
  explicit drawer(scene& s) : whole_(s), options_(options_of(s.options)), known_(s.scopes.all.size(), 0) {}

  auto draw_all() -> std::vector<inner_drawing> {
    ask(whole_);
    for (std::size_t i = 0; i < asked_.size(); ++i) draw(inner_drawing::box(asked_[i]));
    return std::move(out_);
  }

 private:
  auto ask(const scene& s) -> void {
    for (item_id i = 0; i < s.items.size(); ++i) {
      const bool opens = s.items[i].what == item::kind::group || s.items[i].what == item::kind::call;
      if (!s.items[i].kept || !opens) continue;
      if (const auto b = box_of(s, i); !std::exchange(known_[b.scope], 1)) asked_.push_back(b);
    }
  }

  auto draw(const inner_drawing::box& what) -> void {
    scene s{whole_.g, options_};
    select_scope(s, what.scope);
    if (what.result != no_node)
      s.scopes.all[what.scope].recorded = scope_list::implied;  // no function any more, but what is in it
    if (s.shown_count == 0) return;
    fold_terms(s), collapse(s), cut(s);
    inner_drawing d{what, {}, first_, {}, {}, {}};
    add_neighbours(s, d);
    const auto size = static_cast<std::size_t>(std::ranges::count_if(s.items, &item::kept));
    if (size > room_) return;
    room_ -= size;
    trade(s);
    connect(s);
    std::erase_if(s.links, [&](const link& l) { return is_neighbour(s, l.from) && is_neighbour(s, l.to); });
    d.dot = to_dot(s);
    trade(s);
    place(s, d);
    out_.push_back(std::move(d));
    ask(s);
  }

  // The scope is the outermost, and what is outside is in none.
  auto select_scope(scene& s, scope_id c) -> void {
    s.scopes = whole_.scopes;
    std::vector<char> inside(s.scopes.all.size(), 0);
    for (auto x = c; x < inside.size(); ++x) inside[x] = x == c || inside[s.scope_parent(x)];
    s.scopes.all[c].parent = 0;
    s.shown.assign(s.g.size(), 0);
    first_ = last_ = no_node;
    for (node_id k = 0; k < s.g.size(); ++k) {
      if (!inside[s.scopes.of[k]]) {
        s.scopes.of[k] = 0;
        continue;
      }
      if (!whole_.shown[k]) continue;
      if (first_ == no_node) first_ = k;
      last_ = k, s.shown[k] = 1, ++s.shown_count;
    }
    for (auto k : whole_.outputs)
      if (s.shown[k]) s.outputs.push_back(k);
  }

  // Last, so that no box is made of them.
  auto add_neighbours(scene& s, inner_drawing& d) -> void {
    std::vector<node_id> entering, leaving;
    for (node_id k = first_; k < s.g.size(); ++k) {
      if (!whole_.shown[k] || s.g.is_leaf(k)) continue;
      bool uses = false;
      for (auto o : s.g.operands(k)) {
        if (s.shown[k] && !s.shown[o] && whole_.shown[o]) entering.push_back(o);
        uses |= !s.shown[k] && s.shown[o];
      }
      if (uses) leaving.push_back(k);
    }
    std::ranges::sort(entering);
    entering.erase(std::unique(entering.begin(), entering.end()), entering.end());
    for (const auto* list : {&entering, &leaving}) {
      const auto n = std::min(list->size(), most_neighbours);
      d.more_neighbours += list->size() - n;
      d.neighbours.insert(d.neighbours.end(), list->begin(), list->begin() + static_cast<std::ptrdiff_t>(n));
    }
    std::ranges::sort(d.neighbours);
    d.neighbours.erase(std::unique(d.neighbours.begin(), d.neighbours.end()), d.neighbours.end());
    for (auto k : d.neighbours) {
      s.item_of[k] = static_cast<item_id>(s.items.size()), s.shown[k] = 1;
      const auto kind = s.g.is_input(k) ? item::kind::input : s.g.is_constant(k) ? item::kind::constant : item::kind::operation;
      s.items.push_back({.first = k, .last = k, .scope = 0, .what = kind, .neighbour = true});
    }
  }
  static auto is_neighbour(const scene& s, item_id i) -> bool { return i != no_item && s.items[i].neighbour; }

  // What was found out about the whole graph, to and fro.
  auto trade(scene& s) -> void {
    std::swap(s.carried, whole_.carried), std::swap(s.born, whole_.born), std::swap(s.noise, whole_.noise);
  }

  auto place(const scene& s, inner_drawing& d) const -> void {
    std::vector<int> number(s.items.size(), -1);
    for (node_id k = first_; k <= last_; ++k) {
      const auto i = s.item_of[k];
      if (i == no_item || is_neighbour(s, i)) d.places.push_back(s.scopes.of[k] ? drawn_by_itself : drawn_elsewhere);
      else if (!s.items[i].kept) d.places.push_back(drawn_hidden);
      else if (!is_in_box(s, k)) d.places.push_back(drawn_by_itself);
      else {
        if (number[i] < 0) number[i] = static_cast<int>(d.boxes.size()), d.boxes.push_back(box_of(s, i));
        d.places.push_back(number[i]);
      }
    }
  }

  scene& whole_;
  picture_options options_;
  std::vector<char> known_;  // by scope: whether it was asked for
  std::vector<inner_drawing::box> asked_;
  std::vector<inner_drawing> out_;
  std::size_t room_ = most_laid_out;
  node_id first_ = no_node, last_ = no_node;
};

}  // namespace

auto is_in_box(const scene& s, node_id k) -> bool {
  const auto i = s.item_of[k];
  return i != no_item && (!s.single(i) || (s.items[i].what == item::kind::call && s.items[i].last != k));
}

auto box_of(const scene& s, item_id i) -> inner_drawing::box {
  const auto& it = s.items[i];
  if (it.what == item::kind::call) return {it.function, 1, it.last};
  return {it.scope, it.copies, no_node};
}

auto inner_drawings(scene& s) -> std::vector<inner_drawing> {
  if (s.scopes.of.empty()) return {};
  return drawer(s).draw_all();
}

}  // namespace seegrad::detail::see
