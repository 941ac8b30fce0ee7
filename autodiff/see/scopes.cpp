#include <autodiff/see/scopes.hpp>

#include <algorithm>
#include <autodiff/see/repeat.hpp>
#include <numeric>

namespace seegrad::detail::see {
namespace {

using steps = std::vector<std::string>;

auto is_number(std::string_view s) -> bool { return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos; }

// "a.b.0.c" is c in b.0 in a; "net.0 linear" has its type behind it. Of a name that is no chain of words and numbers there is one step.
auto steps_of(std::string_view name) -> steps {
  const auto path = name.substr(0, name.find(' '));
  steps out;
  for (std::size_t at = 0; at <= path.size();) {
    const auto dot = std::min(path.find('.', at), path.size());
    const auto word = path.substr(at, dot - at);
    const bool is_word = !word.empty() && std::ranges::all_of(word, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
    if (!is_word) return {std::string(name)};
    if (is_number(word) && !out.empty()) out.back() += "." + std::string(word);
    else out.emplace_back(word);
    at = dot + 1;
  }
  if (out.size() == 1) return {std::string(name)};
  out.back() += name.substr(path.size());
  return out;
}

struct part {
  std::string name;
  scope_id recorded;
  std::size_t parent;  // of the parts
  node_id first, last;
  bool any = false;  // a node
};

class builder {
 public:
  explicit builder(const graph& g) : g_(g), place_(g.scope_count()), path_(g.scope_count()), chain_(g.scope_count()) {
    parts_.push_back({"", 0, 0, 0, 0});
    for (scope_id c = 1; c < g.scope_count(); ++c) add(c);
    own_.resize(g.size());
    for (node_id k = 0; k < g.size(); ++k) hold(k, place_[g.scope_of(k)]);
    for (std::size_t p = parts_.size(); p-- > 1;)
      if (parts_[p].any) widen(parts_[p].parent, parts_[p].first), widen(parts_[p].parent, parts_[p].last);
    fill_between();
    fill_behind();
  }

  auto list() -> scope_list {
    scope_list out;
    for (auto& p : parts_) out.all.push_back({std::move(p.name), static_cast<scope_id>(p.parent), p.recorded});
    out.of.assign(own_.begin(), own_.end());
    return out;
  }

 private:
  // A scope of the record goes into the last of the implied ones of its parent that its name begins with; others are closed.
  auto add(scope_id c) -> void {
    const auto outer = g_.scope_parent(c);
    auto name = steps_of(g_.scope_name(c));
    path_[c] = name;
    // What the path of an enclosing scope says already.
    for (auto up = outer; up != 0; up = g_.scope_parent(up)) {
      const auto& above = path_[up];
      if (above.size() < name.size() &&
          std::ranges::equal(above, steps(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(above.size())), {}, bare,
                             bare)) {
        name.erase(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(above.size()));
        break;
      }
    }
    auto& chain = chain_[outer];
    std::size_t known = 0;
    while (known < chain.size() && known + 1 < name.size() && parts_[chain[known]].name == name[known]) ++known;
    chain.resize(known);
    auto parent = known == 0 ? place_[outer] : chain[known - 1];
    for (; known + 1 < name.size(); ++known) {
      parts_.push_back({name[known], scope_list::implied, parent, 0, 0});
      parent = parts_.size() - 1, chain.push_back(parent);
    }
    place_[c] = parts_.size();
    parts_.push_back({name.back(), c, parent, 0, 0});
  }
  // Without the type behind it.
  static auto bare(const std::string& s) -> std::string_view { return std::string_view(s).substr(0, s.find(' ')); }

  auto hold(node_id k, std::size_t p) -> void { own_[k] = static_cast<scope_id>(p), widen(p, k); }
  auto widen(std::size_t p, node_id k) -> void {
    auto& part = parts_[p];
    part.first = part.any ? std::min(part.first, k) : k, part.last = part.any ? std::max(part.last, k) : k, part.any = true;
  }

  // Between two of its own an implied scope holds what its parent held.
  auto fill_between() -> void {
    for (std::size_t p = 1; p < parts_.size(); ++p) {
      if (!parts_[p].any || parts_[p].recorded != scope_list::implied) continue;
      for (auto k = parts_[p].first; k <= parts_[p].last; ++k)
        if (own_[k] == parts_[p].parent) own_[k] = static_cast<scope_id>(p);
    }
  }

  auto fill_behind() -> void {
    std::vector<std::size_t> before(parts_.size(), 0), order;
    for (std::size_t p = 1; p < parts_.size(); ++p)
      if (parts_[p].any) order.push_back(p);
    std::ranges::stable_sort(order, {}, [&](auto p) { return parts_[p].first; });
    std::vector<std::size_t> tail(parts_.size(), 0);
    const auto is_list = [&](std::size_t p, std::size_t q) {
      return parts_[p].recorded == scope_list::implied && parts_[q].recorded == scope_list::implied &&
             parts_[p].name != parts_[q].name && list_pattern(parts_[p].name) == list_pattern(parts_[q].name);
    };
    for (auto q : order) {
      const auto p = std::exchange(before[parts_[q].parent], q);
      if (p != 0 && is_list(p, q)) tail[p] = take(p, parts_[q].first);
    }
    // The last of a list: nothing of its kind comes after it.
    std::ranges::fill(before, 0);
    for (auto q : order) {
      const auto p = std::exchange(before[parts_[q].parent], q);
      if (p == 0 || !is_list(p, q) || tail[q] != 0 || tail[p] == 0) continue;
      const auto begin = parts_[q].last + 1, end = begin + static_cast<node_id>(tail[p]);
      if (end <= g_.size() && ends_alike(parts_[p].last + 1 - static_cast<node_id>(tail[p]), begin, tail[p], parts_[q].parent))
        take(q, end);
    }
  }
  auto ends_alike(node_id one, node_id other, std::size_t count, std::size_t parent) const -> bool {
    for (std::size_t i = 0; i < count; ++i, ++one, ++other)
      if (g_.op(one) != g_.op(other) || g_.is_constant(one) != g_.is_constant(other) || own_[other] != parent) return false;
    return true;
  }
  /// Gives p its parent's nodes up to `end`; how many.
  auto take(std::size_t p, node_id end) -> std::size_t {
    std::size_t n = 0;
    for (auto k = parts_[p].last + 1; k < end; ++k, ++n) {
      if (own_[k] != parts_[p].parent) break;
      own_[k] = static_cast<scope_id>(p);
    }
    parts_[p].last += static_cast<node_id>(n);
    return n;
  }

  const graph& g_;
  std::vector<part> parts_;
  std::vector<std::size_t> place_;               // by scope of the record, its part
  std::vector<steps> path_;                      // by scope of the record, as it was named
  std::vector<std::vector<std::size_t>> chain_;  // by scope of the record, the implied parts in it that are open
  std::vector<scope_id> own_;                    // by node
};

}  // namespace

auto scopes_of(const graph& g) -> scope_list {
  if (g.scope_count() <= 1) return {{{"", 0, 0}}, {}};
  return builder(g).list();
}

auto have_name(const scope_list& scopes, const std::vector<std::string>& names) -> std::vector<char> {
  std::vector<char> found(scopes.all.size(), 0);
  if (names.empty()) return found;
  std::vector<std::string> path(found.size());
  for (scope_id c = 1; c < found.size(); ++c) {
    const auto& [name, parent, recorded] = scopes.all[c];
    path[c] = parent == 0 ? name : path[parent] + "/" + name;
    found[c] = std::ranges::any_of(names, [&, c](auto& n) { return n == scopes.all[c].name || n == path[c]; });
  }
  return found;
}

}  // namespace seegrad::detail::see
