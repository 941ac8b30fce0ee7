#include <autodiff/see/dot.hpp>

#include <algorithm>
#include <autodiff/see/array_label.hpp>
#include <autodiff/see/label.hpp>
#include <autodiff/see/legend.hpp>
#include <autodiff/see/link_label.hpp>
#include <autodiff/see/remark.hpp>
#include <autodiff/see/spread.hpp>
#include <autodiff/see/text.hpp>
#include <fmt/format.h>

namespace seegrad::detail::see {
namespace {

// Graphviz works on nested clusters by recursion; and nobody reads more levels than this.
constexpr int most_levels = 10;

class dot_writer {
 public:
  explicit dot_writer(const scene& s) : s_(s) {
    for (item_id i = 0; i < s.items.size(); ++i)
      if (s.items[i].kept && s.single(i)) {
        arrays_ |= s.g.is_tensor(s.node(i));
        if (s.g.state(s.node(i)) == adjoint_state::number) see(s.node(i));
      }
    scale_.settle();
    users_.resize(s.items.size());
    for (const auto& l : s.links)
      if (l.from != no_item) ++users_[l.from];
  }

  auto text() -> std::string {
    out_.reserve(std::min<std::size_t>(600 * s_.items.size(), 1 << 28));
    captions_ = captions_of(s_, scale_);
    put_head();
    // A graph has one label. Where there is another, all of it stands in a scope that is not drawn.
    in_whole_ = !captions_.above.empty() && !captions_.below.empty();
    if (in_whole_)
      put("  subgraph cluster_0 {\n  graph [label=<")
          .put(captions_.above)
          .put(">,labeljust=l,labelloc=t,peripheries=0,margin=0]\n");
    put_items();
    if (in_whole_) put("  }\n");
    if (s_.cut_nodes) {
      out_ += fmt::format(
          "  hidden [label=<<b>{} of {} nodes hidden</b><br/><font point-size=\"10\">max_nodes = {}</font>>,shape=note,"
          "style=\"filled,dashed\",fillcolor=\"#fffbe6\",margin=\"0.15,0.1\"]\n",
          count_text(s_.cut_nodes), count_text(s_.shown_count), count_text(s_.options.max_nodes));
    }
    const auto ranks = spread_operands(s_);
    for (std::size_t i = 0; i < s_.links.size(); ++i) {
      const auto& l = s_.links[i];
      put("  "), put_name(l.from), put(" -> "), put_name(l.to);
      put_link(out_, s_, l, users_);
      if (ranks[i] > 1) out_.pop_back(), out_ += fmt::format(",minlen={}]", ranks[i]);
      put("\n");
    }
    out_ += "}\n";
    return std::move(out_);
  }

 private:
  auto see(node_id k) -> void {
    if (s_.noise.has(k)) return;
    if (!s_.g.is_tensor(k)) return scale_.see(s_.g.adjoint(k));
    if (const auto a = s_.noise.cleared(s_.g, k); shown_in_full(a))
      for (auto x : a.to_vector<double>()) scale_.see(x);
  }

  auto put(std::string_view s) -> dot_writer& { return out_ += s, *this; }
  auto put(std::uint64_t n) -> dot_writer& {
    const fmt::format_int text(n);
    return out_.append(text.data(), text.size()), *this;
  }

  auto put_head() -> void {
    constexpr std::string_view directions[] = {"LR", "TB", "RL", "BT"};
    put("digraph seegrad {\n  graph [rankdir=").put(directions[static_cast<int>(s_.options.direction)]);
    put(",bgcolor=white,pad=0.3,nodesep=0.22,ranksep=0.32,outputorder=edgesfirst,fontname=\"")
        .put(fonts)
        .put("\",fontsize=9,fontcolor=\"");
    put(ink::quiet).put("\"");
    // Large pictures: good enough, in bounded time. Arrays are large, and take Graphviz longer.
    if (s_.items.size() > (arrays_ ? 30 : 100)) put(",nslimit=4,nslimit1=4,mclimit=0.5");
    // Curves that find their way around many large boxes take Graphviz minutes; lines with corners take it seconds, until there are too many.
    if (const auto n = arrays_ ? long_links() : 0; n > 24) put(n > 64 ? ",splines=line" : ",splines=polyline");
    const auto& outside = captions_.below.empty() ? captions_.above : captions_.below;
    if (!outside.empty()) {
      put(captions_.below.empty() ? ",labelloc=t" : ",labelloc=b").put(",labeljust=l,label=<").put(outside).put(">");
    }
    put("]\n  node [shape=box,style=\"filled,rounded\",margin=\"0.1,0.05\",height=0.3,width=0.3,color=\"").put(ink::border);
    put("\",fillcolor=white,fontname=\"").put(fonts).put("\",fontsize=11,fontcolor=\"").put(ink::text).put("\"]\n");
    put("  edge [weight=3,arrowsize=0.6,color=\"")
        .put(ink::faint)
        .put("\",fontname=\"")
        .put(fonts)
        .put("\",fontsize=10,fontcolor=\"");
    put(ink::quiet).put("\"]\n");
  }

  auto long_links() const -> std::ptrdiff_t {
    return std::count_if(s_.links.begin(), s_.links.end(),
                         [](const link& l) { return l.from != no_item && l.to != no_item && l.to > l.from + 16; });
  }

  // Scopes are numbered in the order they were opened, so a loop over them is a walk down the tree.
  auto put_items() -> void {
    const auto n = s_.scopes.all.size();
    std::vector<scope_id> cluster(n, 0);
    std::vector<int> level(n, 0);
    std::vector<std::vector<item_id>> members(n);
    for (scope_id c = 1; c < n; ++c) {
      const auto parent = s_.scope_parent(c);
      level[c] = level[parent] + 1;
      cluster[c] = level[c] > most_levels ? cluster[parent] : c;
    }
    std::vector<char> used(n, 0);
    for (item_id i = 0; i < s_.items.size(); ++i) {
      if (!s_.items[i].kept) continue;
      const auto c = cluster[s_.single(i) ? s_.items[i].scope : s_.scope_parent(s_.items[i].scope)];
      members[c].push_back(i), used[c] = 1;
    }
    for (auto c = static_cast<scope_id>(n - 1); c > 0; --c)
      if (used[c]) used[s_.scope_parent(c)] = 1;

    std::vector<scope_id> open = {0};
    const auto put_members = [&](scope_id c) {
      for (auto i : members[c]) {
        out_.append(2 * open.size(), ' ');
        put_name(i), put(" ");
        put_node(out_, s_, i, scale_);
        put("\n");
      }
    };
    const auto close = [&] {
      open.pop_back();
      out_.append(2 * open.size(), ' ') += "}\n";
    };
    put_members(0);
    for (scope_id c = 1; c < n; ++c) {
      if (!used[c] || cluster[c] != c) continue;
      while (open.back() != s_.scope_parent(c)) close();
      out_.append(2 * open.size(), ' ');
      open.push_back(c);
      put("subgraph cluster_").put(c).put(" {\n").out_.append(2 * open.size(), ' ');
      put("graph [label=<<b>"), put_html(out_, s_.scope_name(c), "<br align=\"left\"/>");
      put("</b>"), put_scope_notes(c);
      put(">,labeljust=l,labelloc=t,style=\"rounded,filled\",color=\"#cfcfc8\",fillcolor=\"");
      put(open.size() % 2 == 0 ? "#f8f8f5" : "#efefea").put("\",margin=10").put(in_whole_ ? ",peripheries=1]\n" : "]\n");
      put_members(c);
    }
    while (open.size() > 1) close();
  }

  auto put_scope_notes(scope_id c) -> void {
    const auto notes = s_.options.scope_notes.find(s_.scopes.all[c].recorded);
    if (notes == s_.options.scope_notes.end()) return;
    for (const auto& note : notes->second) {
      put("<br align=\"left\"/><font point-size=\"10\" color=\"").put(ink_of(note)).put("\">");
      put(note_text(note)).put("</font>");
    }
    put("<br align=\"left\"/>");
  }

  auto put_name(item_id i) -> void {
    if (i == no_item) put("hidden");
    else if (s_.single(i)) put(s_.items[i].neighbour ? "e" : "n").put(s_.node(i));
    else put("s").put(s_.items[i].scope);
  }

  static constexpr std::string_view fonts = "Helvetica,Arial,DejaVu Sans,sans-serif";
  const scene& s_;
  colour_scale scale_;
  captions captions_;
  bool in_whole_ = false;  // all stands in a scope, which hands its attributes on to those inside
  bool arrays_ = false;
  std::vector<std::uint32_t> users_;  // by item; an input that many use does not vjp them to its side
  std::string out_;
};

}  // namespace

auto to_dot(const scene& s) -> std::string { return dot_writer(s).text(); }

}  // namespace seegrad::detail::see
