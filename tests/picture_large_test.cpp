// Pictures read back by Graphviz: nothing is lost, scopes are clusters, and what is too large is cut with care.

#include "picture_support.hpp"

#include <algorithm>
#include <autodiff/see/picture.hpp>
#include <autodiff/see/text.hpp>
#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <set>
#ifdef SEEGRAD_PICTURES
#include <graphviz/cgraph.h>

namespace {

auto check_found(const std::string& svg, const std::string& found) -> void {
  CAPTURE(found);
  CHECK(contains(svg, found));
}

/// DOT read back by Graphviz's own parser.
class parsed {
 public:
  using edge = std::pair<std::string, std::string>;
  explicit parsed(const std::string& dot) : g_(agmemread(dot.c_str())) { REQUIRE(g_ != nullptr); }
  ~parsed() { agclose(g_); }
  parsed(const parsed&) = delete;

  auto nodes() const -> std::vector<std::string> {
    std::vector<std::string> out;
    for (auto* n = agfstnode(g_); n; n = agnxtnode(g_, n)) out.emplace_back(agnameof(n));
    return out;
  }
  auto edges() const -> std::multiset<edge> {
    std::multiset<edge> out;
    for (auto* n = agfstnode(g_); n; n = agnxtnode(g_, n))
      for (auto* e = agfstout(g_, n); e; e = agnxtout(g_, e)) out.insert({agnameof(n), agnameof(aghead(e))});
    return out;
  }
  auto attribute(const std::string& node, const char* name) const -> std::string {
    auto* n = agnode(g_, const_cast<char*>(node.c_str()), 0);
    REQUIRE(n != nullptr);
    return agget(n, const_cast<char*>(name));
  }
  auto root() const -> Agraph_t* { return g_; }

 private:
  Agraph_t* g_;
};

/// All in one piece, and no edge on a circle.
auto check_shape(const parsed& p) -> void {
  std::map<std::string, std::string> leader;
  const auto find = [&](std::string n) {
    while (leader[n] != n) n = leader[n];
    return n;
  };
  std::map<std::string, int> waiting;
  for (const auto& n : p.nodes()) leader[n] = n, waiting[n] = 0;
  std::multimap<std::string, std::string> out;
  for (const auto& [from, to] : p.edges()) leader[find(from)] = find(to), out.emplace(from, to), ++waiting[to];
  std::set<std::string> pieces;
  for (const auto& n : p.nodes()) pieces.insert(find(n));
  CHECK(pieces.size() == 1);
  std::vector<std::string> free;
  for (const auto& [n, k] : waiting)
    if (k == 0) free.push_back(n);
  std::size_t done = 0;
  for (; !free.empty(); ++done) {
    const auto n = free.back();
    free.pop_back();
    for (auto [at, end] = out.equal_range(n); at != end; ++at)
      if (--waiting[at->second] == 0) free.push_back(at->second);
  }
  CHECK(done == p.nodes().size());
}

}  // namespace

TEST_CASE("every node once, and an edge for every operand") {
  graph g;
  random_graph(3000, 3);
  const parsed p(picture(g, {.max_nodes = picture_options::unlimited}).to_dot());
  std::multiset<std::string> nodes;
  std::multiset<parsed::edge> edges;
  for (node_id k = 0; k < g.size(); ++k) {
    nodes.insert(fmt::format("n{}", k));
    for (auto o : g.operands(k)) edges.insert({fmt::format("n{}", o), fmt::format("n{}", k)});
  }
  const auto drawn = p.nodes();
  CHECK(std::multiset<std::string>(drawn.begin(), drawn.end()) == nodes);
  CHECK(p.edges() == edges);
}

TEST_CASE("any text survives as a label") {
  const std::map<std::string, std::string> names = {
      // what is given, and what must be found in the SVG
      {"\"quoted\" 'so'", "&quot;quoted&quot; &#39;so&#39;"},
      {"<b>&amp;{x|y}</b>", "&lt;b&gt;&amp;amp;{x|y}&lt;/b&gt;"},
      {"first\nsecond", ">second<"},
      {"Größe 重み θ₁", "Größe 重み θ₁"},
      {"];}//<!--", "];}//&lt;!"},
      {"bell\a", "bell␇"},
      {"bad\xff\xc3(\xed\xa0\x80", "bad\uFFFD\uFFFD("},
      {"tab\tstop", "tab stop"},
      {"\xEF\xBF\xBF\x7F", "\uFFFD␡"},
      {"%N\\N\\G\\", ">N<"},  // a backslash stands alone, so that \N is not the node's name
      {"→ ->", "→ "}};
  graph g;
  scalar s = input(0.0);
  for (const auto& [name, found] : names) s = s + input(1.0, name);
  const scope hostile("scope \"<&>\n\\");
  backward(s = named(s * 1, "\\"));
  const picture p(s, {.title = "<&>\"\\{|}\n\xff"});
  const parsed read(p.to_dot());
  const auto svg = p.to_svg();
  for (const auto& [name, found] : names) check_found(svg, found);
  CHECK(read.nodes().size() == g.size());
  CHECK(!contains(svg, ">%Nn"));
  // Random bytes, too long as well.
  std::mt19937 random(7);
  for (int i = 0; i < 50; ++i) {
    const rewind_scope back;
    std::string name(random() % (i == 0 ? 100'000 : 100), ' ');
    for (auto& c : name) c = static_cast<char>(random());
    const scope sc(name);
    const auto y = named(input(1.0, name) + 1, name);
    const auto image = picture(y, {.notes = {{0, {name}}}, .title = name}).to_svg();
    CHECK(contains(image, "</svg>"));
    CHECK(image.size() < 50'000);
  }
}

namespace {

// All text that the SVG shows, with the characters that are written in another way put back.
auto text_of(const std::string& svg) -> std::string {
  std::string out;
  for (auto at = svg.find("<text"); at != std::string::npos; at = svg.find("<text", at)) {
    at = svg.find('>', at) + 1;
    out += svg.substr(at, svg.find('<', at) - at);
  }
  const std::pair<std::string, std::string> written[] = {{"&#160;", " "}, {"\u00a0", " "}, {"&#45;", "-"},
                                                         {"&#39;", "'"},  {"&#93;", "]"},  {"&quot;", "\""},
                                                         {"&lt;", "<"},   {"&gt;", ">"},   {"&amp;", "&"}};
  for (const auto& [from, to] : written)
    for (auto at = out.find(from); at != std::string::npos; at = out.find(from, at + to.size())) out.replace(at, from.size(), to);
  return out;
}

}  // namespace

TEST_CASE("a name is seen wherever it stands, whatever Graphviz reads into it") {
  for (const std::string name : {"]",
                                 "[",
                                 "{",
                                 "}",
                                 "|",
                                 "->",
                                 "--",
                                 "\"",
                                 "'",
                                 "x]",
                                 "]]",
                                 "]]>",
                                 "a]b]",
                                 "[2x3]",
                                 "\\",
                                 "\\N",
                                 "\\G",
                                 "\\E]",
                                 "<b>&amp;",
                                 "&#93;",
                                 "&]",
                                 "]&",
                                 "<![CDATA[x]]>",
                                 "-->",
                                 "%",
                                 "é]",
                                 ";",
                                 "=",
                                 "#"}) {
    CAPTURE(name);
    graph g;
    const auto x = input(array{{1.0, 2.0}, {3.0, 4.0}}, name);
    CHECK(contains(text_of(picture(named(sum(x), "y")).to_svg()), name));
    CHECK(contains(text_of(picture(named(sum(x), name)).to_svg()), name));
    CHECK(contains(text_of(picture(named(input(1.0, name) * 2, "y")).to_svg()), name));
    CHECK(contains(text_of(picture(named(sum(x), "y"), {.title = "title " + name}).to_svg()), "title " + name));
    CHECK(contains(text_of(picture(named(sum(x), "y"), {.notes = {{0, {"note " + name}}}}).to_svg()), "note " + name));
    const scope inside("scope " + name);
    CHECK(contains(text_of(picture(named(sum(x) * 2, "y")).to_svg()), "scope " + name));
  }
  // Without a name, and with the shape of an array, which ends in a bracket.
  graph g;
  const auto y = sum(input(array{{1.0, 2.0}, {3.0, 4.0}}, "") * array{{1.0, 2.0}, {3.0, 4.0}});
  CHECK(contains(text_of(picture(y).to_svg()), "2x2]"));
}

TEST_CASE("scopes are clusters, nested as they were opened") {
  graph g;
  const scalar x = input(1.0, "x");
  scalar y;
  {
    const scope outer("outer");
    scalar h = sin(x);
    {
      const scope inner("inner");
      h = cos(h);
    }
    y = exp(h);
  }
  y = y + 1;
  const parsed p(to_dot(y));
  auto* outer = agsubg(p.root(), const_cast<char*>("cluster_1"), 0);
  REQUIRE(outer != nullptr);
  auto* inner = agsubg(outer, const_cast<char*>("cluster_2"), 0);
  REQUIRE(inner != nullptr);
  CHECK(agnnodes(outer) == 3);
  CHECK(agnnodes(inner) == 1);
  CHECK(agnode(inner, const_cast<char*>("n2"), 0) != nullptr);
  CHECK(agnode(outer, const_cast<char*>("n0"), 0) == nullptr);
  CHECK(contains(agget(inner, const_cast<char*>("label")), "inner"));
}

TEST_CASE("scopes as boxes") {
  graph g;
  const auto loss = layers();
  backward(loss);
  {
    const auto dot = to_dot(loss, {.collapse_scopes = true});
    const parsed p(dot);
    CHECK(p.edges().count({"s1", "s5"}) == 1);  // layer1 -> layer2, three edges in one
    CHECK(contains(line(dot, "s1 -> s5"), "×3"));
    CHECK(contains(line(dot, "s1 ["), "15 operations"));  // 3 neurons: 2 products, 2 sums, square
    CHECK(contains(line(dot, "s1 ["), "9 inputs"));
    CHECK(contains(line(dot, "n0 -> s1"), "×3"));
    CHECK(contains(line(dot, "n0 -> s1"), see::number_text(g.adjoint(0), 4)));  // all of the gradient of x0 comes from there
    check_shape(p);
  }
  {
    const auto dot = to_dot(loss, {.collapse = {"neuron"}});
    CHECK(contains(line(dot, "s2 ["), "<b>neuron&#160;</b>×3"));
    CHECK(line(dot, "s3 [").empty());
    CHECK(contains(dot, "cluster_1"));
  }
  CHECK(contains(to_dot(loss, {.collapse = {"layer2/neuron"}}), "s6 ["));
  CHECK(line(to_dot(loss, {.collapse = {"layer2/neuron"}}), "s2 [").empty());
  const auto noted = to_dot(loss, {.collapse_scopes = true, .notes = {{4, {"FAIL", annotation::mood::bad}}}});
  CHECK(contains(line(noted, "s1 ["), "✗ 1 bad"));
}

TEST_CASE("too many nodes: scopes become boxes") {
  graph g;
  const auto loss = layers();
  const auto dot = to_dot(loss, {.max_nodes = 20});
  CHECK(contains(line(dot, "s2 ["), "neuron&#160;</b>×3"));  // the largest family first, and that is enough
  CHECK(contains(dot, "cluster_5"));
  CHECK(contains(dot, "24 of 38 nodes are hidden in 3 scopes drawn as boxes"));
  CHECK(parsed(dot).nodes().size() == 2 + 1 + 11 + 1);
}

TEST_CASE("elements of a list that are alike are one box") {
  graph g;
  auto h = input(array{1.0, 2.0}, "x");
  const auto block = [&](const std::string& name, int times) {
    const scope s(name);
    for (int i = 0; i < times; ++i) h = tanh(h * 0.5);
  };
  for (int i = 8; i < 11; ++i) block("blocks." + std::to_string(i) + " block", 2);
  block("blocks.11 block", 1);
  block("blocks.12 block", 1), block("blocks.13.a block", 1);
  const auto dot = to_dot(sum(h), {.collapse_scopes = true,
                                   .scope_notes = {{1, {{"first", annotation::mood::plain}}},
                                                   {2, {{"second", annotation::mood::plain}, {"dead", annotation::mood::bad}}},
                                                   {4, {{"other", annotation::mood::bad}}}}});
  CHECK(contains(line(dot, "s1 ["), "<b>blocks.8–10 block&#160;</b>×3"));
  CHECK(contains(line(dot, "s1 ["), "first"));
  CHECK(contains(line(dot, "s1 ["), "dead"));
  CHECK(!contains(line(dot, "s1 ["), "second"));
  CHECK(!contains(line(dot, "s1 ["), "other"));
  CHECK(contains(line(dot, "s4 ["), "<b>blocks.11–12 block&#160;</b>×2"));
  CHECK(contains(line(dot, "s6 ["), "<b>blocks.13.a block</b>"));
}

TEST_CASE("too many nodes: what is cut is said, and the rest is one connected picture") {
  const auto chain = [] {
    scalar y = input(1.0, "x");
    for (int i = 0; i < 5000; ++i) y = sin(y);
    return y;
  };
  const auto star = [] {
    const scalar x = input(1.0, "x");
    scalar y = x * 0;
    for (int i = 0; i < 5000; ++i) y = y + x * i;
    return y;
  };
  const auto dense = [](int layers, bool in_scopes) {
    std::vector<scalar> x(50);
    for (auto& e : x) e = input(0.5);
    for (int layer = 0; layer < layers; ++layer) {
      std::vector<scalar> h;
      for (int j = 0; j < 50; ++j) {
        if (in_scopes) graph::active().open_scope(fmt::format("n{}", j));
        scalar z = 0.0;
        for (const auto& e : x) z = z + e * input(0.01);
        h.push_back(tanh(z));
        if (in_scopes) graph::active().close_scope();
      }
      x = h;
    }
    scalar y = 0.0;
    for (const auto& e : x) y = y + e;
    return y;
  };
  const std::map<std::string, std::function<scalar()>> graphs = {{"random", [] { return random_graph(5000, 1); }},
                                                                 {"chain", chain},
                                                                 {"star", star},
                                                                 {"dense", [&] { return dense(1, false); }},
                                                                 {"dense in scopes", [&] { return dense(3, true); }}};
  for (const auto& entry : graphs)
    for (const std::size_t most : {1, 2, 5, 20, 60, 300}) {
      CAPTURE(entry.first);
      CAPTURE(most);
      graph g;
      const scalar y = entry.second();
      backward(y);
      const auto dot = to_dot(y, {.max_nodes = most});
      const parsed p(dot);
      const auto nodes = p.nodes();
      CHECK(nodes.size() <= std::max<std::size_t>(most, 2));
      CHECK(std::count(nodes.begin(), nodes.end(), fmt::format("n{}", g.id(y.ref(), "test"))) == 1);
      CHECK(p.edges().size() <= 4 * most + 24);
      std::vector<char> leads(g.size(), 0);
      leads[g.id(y.ref(), "test")] = 1;
      for (auto k = static_cast<node_id>(g.size()); k-- > 0;)
        for (auto o : g.operands(k)) leads[o] |= leads[k];
      const auto all = static_cast<std::size_t>(std::count(leads.begin(), leads.end(), 1));
      if (std::none_of(nodes.begin(), nodes.end(), [](const auto& n) { return n[0] == 's'; })) {
        const auto said = fmt::format("{} of {} nodes hidden", see::count_text(all - nodes.size() + 1), see::count_text(all));
        CHECK(contains(p.attribute("hidden", "label"), said));
      }
      if (most > 2) check_shape(p);
    }
}

TEST_CASE("what is remarkable is not cut") {
  graph g;
  const scalar x = input(2.0, "x");
  scalar y = x;
  for (int i = 0; i < 2000; ++i) {
    const scalar side = y * 1e-9;
    y = sin(y) + side;
  }
  backward(y);
  const auto last_side = static_cast<node_id>(g.size() - 6);  // the product two steps before the end
  const auto dot = to_dot(y, {.max_nodes = 12, .notes = {{last_side, {"FAIL", annotation::mood::bad}}}});
  CHECK(contains(dot, "✗ FAIL"));
  CHECK(!line(dot, "n0 [").empty());  // the named input
}

#endif
