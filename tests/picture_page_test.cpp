// The shape of a picture: rows, legend, width.

#ifdef SEEGRAD_PICTURES
#include <graphviz/gvc.h>  // before the library's names are there without their namespace
#endif

#include "picture_support.hpp"

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/see/picture.hpp>
#include <autodiff/see/rows.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <regex>
#ifdef SEEGRAD_PICTURES
#include "parsed_dot.hpp"

namespace {

struct rectangle {
  double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
  auto see(double x, double y) -> void { x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y); }
  auto holds(double x, double y, double by) const -> bool { return x > x0 + by && x < x1 - by && y > y0 + by && y < y1 - by; }
};
using points = std::vector<std::pair<double, double>>;

auto points_in(const std::string& text) -> points {
  static const std::regex pair("(-?[0-9.]+),(-?[0-9.]+)");
  points out;
  for (std::sregex_iterator at(text.begin(), text.end(), pair), end; at != end; ++at)
    out.emplace_back(std::stod((*at)[1]), std::stod((*at)[2]));
  return out;
}

/// What an SVG of Graphviz's shows: its size, the boxes of nodes and the lines between them.
struct shown {
  double width = 0, height = 0;
  std::map<std::string, rectangle> nodes;
  std::vector<std::pair<std::string, points>> lines;  // by "n1->n2"; control points of cubics

  explicit shown(const std::string& svg) {
    std::smatch m;
    REQUIRE(std::regex_search(svg, m, std::regex("<svg width=\"([0-9]+)pt\" height=\"([0-9]+)pt\"")));
    width = std::stod(m[1]), height = std::stod(m[2]);
    for (auto at = svg.find("<!-- "); at != std::string::npos; at = svg.find("<!-- ", at + 1)) {
      const auto part = svg.substr(at, svg.find("</title>", at) - at);
      const auto body = svg.substr(at, std::min(svg.find("<!-- ", at + 1), svg.size()) - at);
      auto title = part.substr(part.find("<title>") + 7);
      if (contains(part, "class=\"node\"")) {
        auto& r = nodes[title];
        static const std::regex ellipse("<ellipse[^>]* cx=\"([-0-9.]+)\" cy=\"([-0-9.]+)\" rx=\"([-0-9.]+)\" ry=\"([-0-9.]+)\"");
        if (std::regex_search(body, m, ellipse)) {
          const double x = std::stod(m[1]), y = std::stod(m[2]), w = std::stod(m[3]), h = std::stod(m[4]);
          r.see(x - w, y - h), r.see(x + w, y + h);
        } else if (std::regex_search(body, m, std::regex("<(path|polygon)[^>]* (d|points)=\"([^\"]*)\""))) {
          for (const auto& [x, y] : points_in(m[3])) r.see(x, y);
        }
      } else if (contains(part, "class=\"edge\"") && std::regex_search(body, m, std::regex("<path[^>]* d=\"([^\"]*)\""))) {
        for (std::size_t to; (to = title.find("&#45;&gt;")) != std::string::npos;) title.replace(to, 9, "->");
        lines.emplace_back(title, points_in(m[1]));
      }
    }
  }
  auto ratio() const -> double { return width / height; }

  /// Lines that run across a node that is neither of their ends.
  auto across() const -> std::vector<std::string> {
    std::vector<std::string> out;
    for (const auto& [title, p] : lines)
      for (std::size_t i = 0; i + 3 < p.size(); i += 3)
        for (int step = 0; step <= 20; ++step) {
          const double t = step / 20.0, s = 1 - t, b[] = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
          double x = 0, y = 0;
          for (std::size_t j = 0; j < 4; ++j) x += b[j] * p[i + j].first, y += b[j] * p[i + j].second;
          for (const auto& [name, r] : nodes)
            if (r.holds(x, y, 3) && title.find(name + "->") != 0 && title.substr(title.find("->") + 2) != name)
              out.push_back(title + " over " + name);
        }
    return out;
  }
};

auto check_page(const picture& p) -> void {
  const auto svg = p.to_svg();
  const shown s(svg);
  CAPTURE(s.width);
  CAPTURE(s.height);
  CHECK(s.ratio() <= 3);
  CHECK(s.ratio() >= 1.0 / 3);
  const parsed read(p.to_dot());
  CHECK(s.nodes.size() == read.nodes().size());
  CHECK(s.lines.size() == read.edges().size());
  const auto over = s.across();
  CAPTURE(over.empty() ? std::string() : over[0]);
  CHECK(over.empty());
  CHECK(p.to_svg() == svg);
}

auto chain(int length) -> scalar {
  scalar y = input(1.0, "x");
  for (int i = 0; i < length; ++i) y = sin(y);
  return y;
}

}  // namespace

TEST_CASE("long chains are broken into rows, in every direction") {
  graph g;
  const scalar y = chain(100);
  backward(y);
  using enum picture_direction;
  for (const auto d : {left_to_right, top_to_bottom, right_to_left, bottom_to_top}) {
    CAPTURE(static_cast<int>(d));
    check_page(picture(y, {.direction = d}));
    check_page(picture(y, {.direction = d, .title = "A chain"}));
  }
  const shown s(picture(y).to_svg());
  CHECK(s.nodes.at("n0").x0 < s.nodes.at("n1").x0);  // the first row reads as ever
  CHECK(std::abs(s.nodes.at("n0").y0 + s.nodes.at("n0").y1 - s.nodes.at("n1").y0 - s.nodes.at("n1").y1) < 1);
}

TEST_CASE("wide sums and graphs of every kind have the shape of a page") {
  {
    graph g;
    scalar y;
    for (int i = 0; i < 50; ++i) {
      const scalar p = input(0.5, fmt::format("w{}", i)) * input(0.25, fmt::format("x{}", i));
      y = i == 0 ? p : y + p;
    }
    backward(y);
    check_page(picture(y));
  }
  {
    graph g;
    std::vector<tensor> parts;
    for (int i = 0; i < 60; ++i) parts.push_back(input(array{1.0, 2.0}, fmt::format("part{}", i)));
    const tensor y = sum(concat<tensor>(parts, 0));
    backward(y);
    const shown s(picture(y).to_svg());
    CHECK(s.ratio() <= 3);
    CHECK(s.ratio() >= 1.0 / 3);
  }
  for (const unsigned seed : {1u, 2u, 3u}) {
    graph g;
    const auto y = random_graph(120, seed);
    backward(y);
    const shown s(picture(y).to_svg());
    CHECK(s.ratio() <= 3);
    CHECK(s.ratio() >= 1.0 / 3);
  }
}

TEST_CASE("a scope that is broken has a frame with its title in each row") {
  graph g;
  scalar y = input(1.0, "x");
  {
    const scope s("outer");
    for (int i = 0; i < 20; ++i) {
      const scope inner(i < 10 ? "early" : "late");
      y = sin(cos(y));
    }
  }
  backward(y);
  const picture p(y, {.fold_above = picture_options::unlimited, .title = "scopes"});
  check_page(p);
  const auto svg = p.to_svg();
  CHECK(count(svg, ">outer</text>") >= 3);
  CHECK(count(svg, ">early</text>") >= 10);
  CHECK(count(svg, ">scopes</text>") == 1);
}

TEST_CASE("a line past several rows") {
  graph g;
  const scalar x = input(1.0, "x"), k = input(2.0, "k");
  scalar y = x;
  for (int i = 0; i < 60; ++i) y = i % 10 == 9 ? sin(y) * k : sin(y);
  backward(y);
  check_page(picture(y));
  check_page(picture(y, {.direction = picture_direction::top_to_bottom}));
}

TEST_CASE("rows: nothing is cut, lost or crossed") {
  using namespace seegrad::detail::see;
  drawing d;
  for (int i = 0; i < 30; ++i) d.blocks.push_back({i * 100.0, 0, i * 100.0 + 60, 40});
  const auto line = [&](int from, int to, double v) {
    const seegrad::detail::see::point a{from * 100.0 + 60, v}, b{to * 100.0, v};
    d.lines.push_back({{a, {a.u + 10, v}, {b.u - 10, v}, b}, static_cast<std::size_t>(from), {}});
  };
  for (int i = 0; i + 1 < 30; ++i) line(i, i + 1, 20);
  line(0, 29, 60), line(3, 12, 70);
  const rows r(d, 620);
  CHECK(r.count() == 5);
  CHECK(r.length() < 700);
  std::vector<seegrad::detail::see::box> moved;
  for (const auto& b : d.blocks) {
    const auto row = r.row_of((b.u0 + b.u1) / 2);
    CHECK(r.row_of(b.u0) == row);
    CHECK(r.row_of(b.u1) == row);
    const auto low = r.moved({b.u0, b.v0}, row), high = r.moved({b.u1, b.v1}, row);
    for (const auto& other : moved) CHECK((other.u1 <= low.u || other.u0 >= high.u || other.v1 <= low.v || other.v0 >= high.v));
    moved.push_back({low.u, low.v, high.u, high.v});
    CHECK(low.u >= 0);
    CHECK(low.v >= 0);
    CHECK(high.u <= r.length());
    CHECK(high.v <= r.height());
  }
  for (std::size_t i = 0; i < d.lines.size(); ++i) {
    const auto& p = r.path(i);
    REQUIRE(p.size() % 3 == 1);
    const auto &first = d.lines[i].path.front(), &last = d.lines[i].path.back();
    CHECK(p.front().u == doctest::Approx(r.moved(first).u));
    CHECK(p.back().v == doctest::Approx(r.moved(last).v));
    for (std::size_t j = 0; j + 3 < p.size(); j += 3)
      for (double t = 0; t <= 1; t += 0.05) {
        const double u = p[j].u + (p[j + 3].u - p[j].u) * t, v = p[j].v + (p[j + 3].v - p[j].v) * t;
        for (const auto& b : moved) CHECK(!(u > b.u0 + 1 && u < b.u1 - 1 && v > b.v0 + 1 && v < b.v1 - 1));
      }
  }
  CHECK(rows({}, 100).count() == 1);
  CHECK(rows(d, 1e9).count() == 1);
}

TEST_CASE("the legend stands below, takes a tenth at most, and is not there for very small pictures") {
  const auto share = [](const std::string& dot) {
    static GVC_t* const context = gvContext();
    auto* g = agmemread(dot.c_str());
    REQUIRE(gvLayout(context, g, "dot") == 0);
    const auto* l = GD_label(g);
    const auto b = GD_bb(g);
    const double s = l ? l->dimen.x * l->dimen.y / ((b.UR.x - b.LL.x) * (b.UR.y - b.LL.y)) : 0;
    if (l) CHECK(l->pos.y < (b.UR.y + b.LL.y) / 2);
    gvFreeLayout(context, g), agclose(g);
    return s;
  };
  {
    example e;
    backward(e.J);
    CHECK(share(to_dot(e.J)) > 0);
    CHECK(share(to_dot(e.J)) <= 0.1);
    CHECK(share(to_dot(e.J, {.legend = true})) > 0.1);  // all of it
    CHECK(share(to_dot(e.J, {.legend = false})) == 0);
    CHECK(share(to_dot(e.J, {.title = "A title that stands above"})) <= 0.1);
    CHECK(share(to_dot(e.u)) == 0);  // three nodes
    CHECK(share(to_dot(e.u, {.legend = true})) > 0);
  }
  graph g;
  CHECK(share(to_dot(layers())) <= 0.1);
  CHECK(share(to_dot(chain(20))) <= 0.1);
  CHECK(share(to_dot(random_graph(60, 1))) <= 0.1);
  const tensor x = input(array{{1.0, 2.0}, {3.0, 4.0}}, "x"), y = sum(tanh(matmul(x, x)) * x);
  backward(y);
  CHECK(share(to_dot(y)) <= 0.1);
}

TEST_CASE("a picture fits the width that is asked for, while it can be read") {
  graph g;
  const scalar y = chain(100);
  backward(y);
  const auto width = [&](picture_width w) { return shown(picture(y, {.width = w}).to_svg()).width; };
  // 72 points an inch. The smallest text has 9 points, which may become 6: at two thirds of its size at least.
  const double page = width(picture_width::inches(6.3)), narrow = width(picture_width::cm(4));
  CHECK(page >= 6.3 * 72 - 1);
  CHECK(narrow <= page);
  CHECK(shown(picture(y).to_svg()).width == page);
  example e;
  CHECK(shown(picture(e.J, {.width = picture_width::cm(14)}).to_svg()).width <= 14 / 2.54 * 72 + 1);
  const shown full(picture(e.J, {.width = picture_width::inches(100)}).to_svg()),
      least(picture(e.J, {.width = picture_width::inches(1)}).to_svg());
  // With a wider font it is broken into rows, of letters that are no smaller.
  CHECK((least.width >= full.width * 2 / 3 - 1 || least.height > full.height));
  CHECK(least.width < full.width * 2 / 3 + 2);
  CHECK(contains(message_of([&] { picture(e.J, {.width = picture_width::cm(0)}); }), "width"));
}

#endif
