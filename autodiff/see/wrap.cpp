#include <autodiff/see/wrap.hpp>

#ifdef SEEGRAD_PICTURES
#include <algorithm>
#include <autodiff/see/rows.hpp>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>

namespace seegrad::detail::see {
namespace {

constexpr double longest_shape = 3;  // a side over the other
constexpr double wide_shape = 2,
                 far_more = 1.5;  // one that is much too wide is broken sooner: one scrolls down better than across
constexpr double frame = 10;      // around what is in a scope

class wrapper {
 public:
  wrapper(Agraph_t* g, double enough) : g_(g), bounds_(GD_bb(g)), enough_(enough) {
    const double w = bounds_.UR.x - bounds_.LL.x, h = bounds_.UR.y - bounds_.LL.y;
    horizontal_ = w >= h;
    const bool is_too_wide = w > wide_shape * h && w > far_more * enough;
    if (!is_too_wide && (std::max(w, h) <= longest_shape * std::min(w, h) || std::max(w, h) <= enough)) return;
    const std::string_view direction = agget(g, const_cast<char*>("rankdir"));
    backwards_ = horizontal_ ? direction == "RL" : direction != "BT";
    read();
    choose();
  }

  auto is_needed() const -> bool { return rows_ && rows_->count() > 1; }

  // Positions as attributes, which the layout "nop2" takes as they are.
  auto write() -> void {
    for (std::size_t i = 0; i < nodes_.size(); ++i) set(nodes_[i], "pos", text(to_page(rows_->moved(node_at_[i]))));
    for (const auto& l : lines_) write_line(l);
    const auto whole = page(box{0, 0, rows_->length(), rows_->height()});
    double left = whole.LL.x, low = whole.LL.y, high = whole.UR.y, right = whole.UR.x;
    if (whole_) {
      right = std::max(right, left + whole_title_.x), high += whole_title_.y;
      set(whole_, "lp", text({left + whole_title_.x / 2, high - whole_title_.y / 2}));
      set(whole_, "bb", fmt::format("{:.3f},{:.3f},{:.3f},{:.3f}", left, low, right, high));
    }
    if (root_label_.x > 0) {
      const bool above = root_label_above_;
      right = std::max(right, left + root_label_.x);
      const double y = above ? high + root_label_.y / 2 : low - root_label_.y / 2;
      set(g_, "lp", text({left + root_label_.x / 2, y}));
      (above ? high : low) += above ? root_label_.y : -root_label_.y;
    }
    set(g_, "bb", fmt::format("{:.3f},{:.3f},{:.3f},{:.3f}", left, low, right, high));
    write_frames();
  }

 private:
  struct line {
    Agedge_t* edge;
    std::size_t path;
    int sflag, eflag;
    pointf sp, ep;
    std::optional<point> label;
  };
  struct cluster {
    Agraph_t* graph;
    std::size_t parent;  // in clusters_, or none
    pointf title;        // its size
  };
  static constexpr auto none = static_cast<std::size_t>(-1);

  // To the direction of reading, and back.
  auto from_page(pointf p) const -> point {
    const double along = horizontal_ ? p.x : p.y;
    return {backwards_ ? -along : along, horizontal_ ? -p.y : p.x};
  }
  auto to_page(point p) const -> pointf {
    const double along = backwards_ ? -p.u : p.u;
    return horizontal_ ? pointf{along, -p.v} : pointf{p.v, along};
  }
  auto from_page(pointf low, pointf high) const -> box {
    const auto a = from_page(low), b = from_page(high);
    return {std::min(a.u, b.u), std::min(a.v, b.v), std::max(a.u, b.u), std::max(a.v, b.v)};
  }
  auto page(const box& b) const -> boxf {
    const auto p = to_page({b.u0, b.v0}), q = to_page({b.u1, b.v1});
    return {{std::min(p.x, q.x), std::min(p.y, q.y)}, {std::max(p.x, q.x), std::max(p.y, q.y)}};
  }
  auto around(pointf middle, double w, double h) const -> box {
    return from_page({middle.x - w / 2, middle.y - h / 2}, {middle.x + w / 2, middle.y + h / 2});
  }

  auto read() -> void {
    for (auto* n = agfstnode(g_); n; n = agnxtnode(g_, n)) {
      nodes_.push_back(n), node_at_.push_back(from_page(ND_coord(n)));
      drawing_.blocks.push_back(around(ND_coord(n), ND_lw(n) + ND_rw(n), ND_ht(n)));
      for (auto* e = agfstout(g_, n); e; e = agnxtout(g_, e)) read_line(e);
    }
    read_clusters(g_, none);
    if (const auto* l = GD_label(g_)) {
      root_label_ = l->dimen;
      root_label_above_ = l->pos.y > (bounds_.LL.y + bounds_.UR.y) / 2;
    }
  }

  auto read_line(Agedge_t* e) -> void {
    line l{e, none, 0, 0, {}, {}, {}};
    if (const auto* splines = ED_spl(e); splines && splines->size > 0) {
      const auto& first = splines->list[0];
      const auto& last = splines->list[splines->size - 1];
      bezier_path path;
      for (int i = 0; i < splines->size; ++i)
        for (int j = i == 0 ? 0 : 1; j < splines->list[i].size; ++j) path.push_back(from_page(splines->list[i].list[j]));
      l.path = drawing_.lines.size();
      l.sflag = first.sflag, l.sp = first.sp, l.eflag = last.eflag, l.ep = last.ep;
      drawing_.lines.push_back({std::move(path), nodes_.size(), {}});
    }
    if (const auto* text = ED_label(e)) {
      l.label = from_page(text->pos);
      if (l.path != none) drawing_.lines[l.path].label = l.label->u;
      drawing_.blocks.push_back(around(text->pos, text->dimen.x, text->dimen.y));
    }
    lines_.push_back(l);
  }

  auto read_clusters(Agraph_t* g, std::size_t parent) -> void {
    for (int i = 1; i <= GD_n_cluster(g); ++i) {
      auto* sub = GD_clust(g)[i];
      if (std::string_view(agnameof(sub)) == "cluster_0") {
        whole_ = sub, whole_title_ = GD_label(sub)->dimen;
        read_clusters(sub, none);
        continue;
      }
      clusters_.push_back({sub, parent, GD_label(sub) ? GD_label(sub)->dimen : pointf{}});
      drawing_.frames.push_back({from_page(GD_bb(sub).LL, GD_bb(sub).UR), {}, 0, 0});
      for (auto* n = agfstnode(sub); n; n = agnxtnode(sub, n))
        drawing_.frames.back().content.push_back(around(ND_coord(n), ND_lw(n) + ND_rw(n), ND_ht(n)));
      const auto self = clusters_.size() - 1;
      read_clusters(sub, self);
      // Room for its own frame and title, and for those inside.
      double inside = 0, titles = 0;
      for (auto k = self + 1; k < clusters_.size(); ++k)
        if (clusters_[k].parent == self)
          inside = std::max(inside, drawing_.frames[k].after), titles = std::max(titles, drawing_.frames[k].before);
      drawing_.frames[self].after = inside + frame;
      drawing_.frames[self].before = titles + frame + (horizontal_ ? clusters_[self].title.y : 0);
    }
  }

  // As few rows as fit a page, or make a page of their own.
  auto choose() -> void {
    double length = 0;
    for (const auto& b : drawing_.blocks) length = std::max(length, b.u1 - bounds_u());
    for (int n = 2; n <= 200; ++n, rows_.reset()) {
      // All of about one length.
      for (double part = length / n; !rows_ || rows_->count() > static_cast<std::size_t>(n); part *= 1.03)
        rows_.emplace(drawing_, part);
      const double w = horizontal_ ? rows_->length() : rows_->height(), h = horizontal_ ? rows_->height() : rows_->length();
      if (horizontal_ ? w <= enough_ || w <= 0.75 * h : h <= 1.5 * w) return;
    }
  }
  auto bounds_u() const -> double {
    return std::min_element(drawing_.blocks.begin(), drawing_.blocks.end(),
                            [](const box& a, const box& b) { return a.u0 < b.u0; })
        ->u0;
  }

  static auto text(pointf p) -> std::string { return fmt::format("{:.3f},{:.3f}", p.x, p.y); }
  template <class Object>
  static auto set(Object* o, const char* name, const std::string& value) -> void {
    agsafeset(o, const_cast<char*>(name), const_cast<char*>(value.c_str()), const_cast<char*>(""));
  }

  auto write_line(const line& l) -> void {
    if (l.path != none) {
      const auto& path = rows_->path(l.path);
      std::string out;
      const auto end = [&](char what, pointf tip, point near) {
        const auto from = from_page(tip);
        const auto r = rows_->row_of(near.u);
        out += fmt::format("{},{} ", what, text(to_page(rows_->moved(from, r))));
      };
      const auto& before = drawing_.lines[l.path].path;
      if (l.sflag) end('s', l.sp, before.front());
      if (l.eflag) end('e', l.ep, before.back());
      for (const auto& p : path) out += text(to_page(p)), out += ' ';
      out.pop_back();
      set(l.edge, "pos", out);
    }
    if (l.label) set(l.edge, "lp", text(to_page(rows_->moved(*l.label))));
  }

  // The part of a scope in each row is a frame of its own, with the title. Frames are drawn in the order in which Graphviz finds them, which
  // among neighbours is that of addresses; so each is made inside the one before, the outer ones first.
  auto write_frames() -> void {
    std::vector<std::size_t> order(clusters_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto number = [&](std::size_t i) {
      return std::atoll(agnameof(clusters_[i].graph) + std::string_view("cluster_").size());
    };
    std::sort(order.begin(), order.end(), [&](auto i, auto j) { return number(i) < number(j); });
    auto* inside = g_;
    for (auto i : order)
      for (std::size_t r = 0; r < rows_->count(); ++r) {
        const auto at = rows_->part(drawing_.frames[i], r);
        if (!at) continue;
        const auto& c = clusters_[i];
        const auto name = fmt::format("{}_row{}", agnameof(c.graph), r + 1);
        inside = agsubg(inside, const_cast<char*>(name.c_str()), 1);
        for (auto* a = agnxtattr(g_, AGRAPH, nullptr); a; a = agnxtattr(g_, AGRAPH, a)) agxset(inside, a, agxget(c.graph, a));
        const auto b = page(*at);
        set(inside, "bb", fmt::format("{:.3f},{:.3f},{:.3f},{:.3f}", b.LL.x, b.LL.y, b.UR.x, b.UR.y));
        if (c.title.x > 0) set(inside, "lp", text({b.LL.x + c.title.x / 2 + 4, b.UR.y - c.title.y / 2 - 1}));
      }
  }

  Agraph_t* g_;
  boxf bounds_;
  double enough_;
  bool horizontal_ = true, backwards_ = false;
  drawing drawing_;
  std::vector<Agnode_t*> nodes_;
  std::vector<point> node_at_;
  std::vector<line> lines_;
  std::vector<cluster> clusters_;
  Agraph_t* whole_ = nullptr;  // the scope that stands for the whole, and its title
  pointf whole_title_ = {}, root_label_ = {};
  bool root_label_above_ = true;
  std::optional<rows> rows_;
};

}  // namespace

auto wrap(GVC_t* context, Agraph_t* g, double enough) -> void {
  wrapper w(g, enough);
  if (!w.is_needed()) return;
  gvFreeLayout(context, g);
  w.write();
  gvLayout(context, g, "nop2");
}

}  // namespace seegrad::detail::see
#endif
