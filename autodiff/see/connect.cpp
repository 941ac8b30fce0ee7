#include <algorithm>
#include <autodiff/see/call.hpp>
#include <autodiff/see/flow.hpp>
#include <autodiff/see/scene.hpp>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace seegrad::detail::see {
namespace {

constexpr std::size_t most_lines_from_hidden = 24;

auto is_call(const scene& s, item_id i) -> bool { return i != no_item && s.items[i].what == item::kind::call; }

auto measure_inflows(scene& s) -> void {
  auto& f = s.carried;
  const auto& g = s.g;
  s.inflows.resize(s.items.size());
  if (s.options.sums) s.listed.resize(s.items.size());
  const auto measure = [&](node_id operand, item_id user, auto flow_of) {
    const auto i = s.item_of[operand];
    if (i == no_item || i == user || !s.items[i].kept || !s.single(i) || g.is_constant(operand)) return;
    auto& in = s.inflows[i];
    const flow now = flow_of();
    in.complete &= now.kept;
    if (s.options.sums && in.count < s.listed[i].size()) s.listed[i][in.count] = now.carried;
    ++in.count, in.sum += now.carried, in.size += std::abs(now.carried);
  };
  for (node_id k = 0; k < g.size(); ++k) {
    if (g.is_leaf(k)) continue;
    if (const auto i = s.item_of[k]; is_call(s, i)) {
      if (k != s.items[i].last) continue;
      for (const auto& use : uses_of(s, i))
        if (std::ranges::any_of(use.by, [&](auto& by) { return f.has_any(by.first); }))
          measure(use.operand, i, [&] { return f.together(use.by); });
      continue;
    }
    if (!f.has_any(k)) continue;
    const auto operands = g.operands(k);
    for (int slot = 0; slot < operands.size(); ++slot) measure(operands[slot], s.item_of[k], [&] { return f.of(k, slot); });
  }
}

// Links of one node, or of one box; between boxes, all edges are one.
class connector {
 public:
  explicit connector(scene& s) : s_(s), flows_(s.carried) {}

  auto link_to(item_id to) -> void {
    between_.clear(), along_.clear();
    if (is_call(s_, to)) return link_call(to);
    if (s_.items[to].what == item::kind::terms) measure_along(to);
    s_.each_node(to, [&](node_id k) {
      if (s_.g.is_leaf(k)) return;
      const auto operands = s_.g.operands(k);
      for (int slot = 0; slot < operands.size(); ++slot) {
        const auto from = s_.item_of[operands[slot]];
        if (from == no_item || from == to) continue;
        if (!s_.items[from].kept) s_.items[to].more = true;
        else add(from, to, k, operands[slot], slot, flows_.of(k, slot));
      }
    });
  }

 private:
  auto link_call(item_id to) -> void {
    for (const auto& use : uses_of(s_, to)) {
      const auto from = s_.item_of[use.operand];
      if (from == no_item) continue;
      if (!s_.items[from].kept) s_.items[to].more = true;
      else add(from, to, use.by.front().first, use.operand, 0, flows_.together(use.by));
    }
  }

  // What the last operation of a sum or product changes with each of those inside.
  auto measure_along(item_id to) -> void {
    double slope = 1;
    for (const auto k : s_.chain(to)) {
      along_[k] = slope;
      slope *= flows_.of(k, 0).local;
    }
  }

  auto add(item_id from, item_id to, node_id user, node_id operand, int slot, flow f) -> void {
    if (const auto at = along_.find(user); at != along_.end()) f.local *= at->second;
    if (!s_.single(from) || !s_.single(to)) {
      const auto [at, fresh] = between_.try_emplace(from, s_.links.size());
      if (!fresh) return join(s_.links[at->second], f);
    }
    s_.links.push_back({.from = from,
                        .to = to,
                        .slot = static_cast<std::int16_t>(std::min(slot, 0x7fff)),
                        .active = !s_.g.is_constant(operand),
                        .swept = s_.g.swept(user),
                        .local_known = !s_.g.is_tensor_node(user) && !is_call(s_, to),
                        .is_norm = f.is_norm,
                        .kept = f.kept,
                        .local = f.local,
                        .carried = f.carried});
  }

  // Numbers add up; where an array is among them, all are taken as one long array, and its norm is what there is to say.
  static auto join(link& l, const flow& f) -> void {
    ++l.count, l.kept &= f.kept;
    const bool norms = l.is_norm || f.is_norm;
    l.carried = norms ? std::hypot(l.carried, f.carried) : l.carried + f.carried;
    l.is_norm = norms;
  }

  scene& s_;
  flows& flows_;
  std::unordered_map<item_id, std::size_t> between_;
  std::unordered_map<node_id, double> along_;
};

// Lines to and from the sign of what is hidden. Where operations are far apart in the picture, only the deepest get one, as lines
// across all of it would hide what they are meant to show; the others say so themselves.
auto link_hidden(scene& s) -> void {
  if (s.cut_nodes == 0) return;
  std::size_t lines = 0;
  for (item_id i = 0; i < s.items.size() && lines < most_lines_from_hidden; ++i)
    if (s.items[i].kept && s.items[i].more) s.items[i].more = false, s.links.push_back({.from = no_item, .to = i}), ++lines;

  std::vector<char> used(s.items.size(), 0), leads_to_hidden(s.items.size(), 0);
  for (const auto& l : s.links)
    if (l.from != no_item) used[l.from] = 1;
  for (node_id k = 0; k < s.g.size(); ++k) {
    if (!s.shown[k] || s.items[s.item_of[k]].kept) continue;
    for (auto o : s.g.operands(k))
      if (s.item_of[o] != no_item) leads_to_hidden[s.item_of[o]] = 1;
  }
  for (item_id i = 0; i < s.items.size(); ++i)
    if (s.items[i].kept && leads_to_hidden[i] && !used[i]) s.links.push_back({.from = i, .to = no_item});
}

// Boxes can have a line to each other one. Kept are those that hold the picture together, and then those that stand for most edges.
auto thin_out(scene& s) -> void {
  if (s.options.max_nodes >= s.g.size() || s.links.size() <= 4 * s.options.max_nodes) return;
  std::vector<std::size_t> order(s.links.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rank = [&](std::size_t l) {
    return s.single(s.links[l].from) && s.single(s.links[l].to) ? ~std::uint32_t{0} : s.links[l].count;
  };
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return rank(a) > rank(b); });

  std::vector<item_id> leader(s.items.size());
  std::iota(leader.begin(), leader.end(), item_id{0});
  const auto find = [&](item_id i) {
    while (leader[i] != i) i = leader[i] = leader[leader[i]];
    return i;
  };
  std::vector<char> kept(s.links.size(), 0);
  std::size_t n = 0;
  for (auto l : order) {
    const auto a = find(s.links[l].from), b = find(s.links[l].to);
    if (a != b || rank(l) == ~std::uint32_t{0}) leader[a] = b, kept[l] = 1, ++n;
  }
  for (auto l : order)
    if (!kept[l] && n < 4 * s.options.max_nodes) kept[l] = 1, ++n;
  s.cut_links = s.links.size() - n;
  std::size_t at = 0;
  std::erase_if(s.links, [&](const link&) { return !kept[at++]; });
}

}  // namespace

auto connect(scene& s) -> void {
  measure_inflows(s);
  connector c(s);
  s.links.reserve(s.options.max_nodes < s.items.size() ? 0 : 2 * s.items.size());
  for (item_id i = 0; i < s.items.size(); ++i)
    if (s.items[i].kept) c.link_to(i);
  thin_out(s);
  link_hidden(s);
}

}  // namespace seegrad::detail::see
