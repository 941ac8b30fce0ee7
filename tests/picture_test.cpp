#include <doctest/doctest.h>

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <autodiff/see/picture.hpp>
#include <autodiff/see/render.hpp>
#include <autodiff/see/text.hpp>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>
#ifdef SEEGRAD_PICTURES
#include <graphviz/cgraph.h>
#endif

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

auto contains(const std::string& text, std::string_view part) -> bool { return text.find(part) != std::string::npos; }
auto content(const fs::path& file) -> std::string {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}
/// The line of the DOT text that begins like this.
auto line(const std::string& dot, const std::string& start) -> std::string {
  std::istringstream in(dot);
  for (std::string l; std::getline(in, l);)
    if (const auto at = l.find_first_not_of(' '); at != std::string::npos && l.compare(at, start.size(), start) == 0) return l;
  return {};
}
/// What a call says when it throws.
template <class F>
auto complaint(F f) -> std::string {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}

struct folder {
  fs::path path = fs::temp_directory_path() / fmt::format("seegrad_picture_test_{}", std::random_device{}());
  folder() { fs::create_directories(path); }
  ~folder() { fs::remove_all(path); }
  auto files() const -> std::ptrdiff_t { return std::distance(fs::directory_iterator(path), {}); }
};

struct example {
  graph g;
  scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
  scalar u = named("u", b* c), v = named("v", a + u), J = named("J", 3 * v);
};

auto neuron(graph&) -> scalar {
  const scalar w0 = input(2.0, "w0"), x0 = input(-1.0, "x0"), w1 = input(-3.0, "w1"), x1 = input(-2.0, "x1"),
               w2 = input(-3.0, "w2");
  const scalar p = w0 * x0, q = w1 * x1, s = p + q, z = s + w2, e = exp(-z), d = 1 + e;
  return named("f", 1 / d);
}

/// In numbers that are sums of few powers of two, so that nothing is rounded, whatever the processor.
auto layers() -> scalar {
  std::vector<scalar> h = {input(0.5, "x0"), input(1.5, "x1")};
  double w = 0.75;
  for (const int width : {3, 1}) {
    scope layer(width == 3 ? "layer1" : "layer2");
    std::vector<scalar> next;
    for (int j = 0; j < width; ++j) {
      scope s("neuron");
      scalar z = input(w);
      for (const auto& x : h) {
        const scalar product = input(w = 0.25 - w) * x;
        z = z + product;
      }
      next.push_back(square(z));
    }
    h = next;
  }
  return named("loss", h[0] * h[0]);
}

auto random_graph(std::size_t size, unsigned seed) -> scalar {
  std::mt19937 random(seed);
  std::vector<scalar> v;
  for (int i = 0; i < 20; ++i) v.push_back(input(0.1 * i + 0.2, fmt::format("x{}", i)));
  while (graph::active().size() < size) {
    const auto a = v[v.size() - 1 - random() % 20], b = v[v.size() - 1 - random() % 20];
    v.push_back(random() % 3 == 0 ? tanh(a) : random() % 2 ? a * b : fma(a, b, a));
  }
  return v.back();
}

#ifdef SEEGRAD_PICTURES
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
#endif

auto check_golden(const std::string& name, const std::string& dot) -> void {
  const auto file = fs::path(GOLDEN_FOLDER) / (name + ".dot");
  if (std::getenv("SEEGRAD_RENEW_GOLDEN")) std::ofstream(file, std::ios::binary) << dot;
  CAPTURE(name);
  CHECK(content(file) == dot);
}

}  // namespace

TEST_CASE("the DOT text of small graphs, byte by byte") {
  {
    example e;
    check_golden("not_computed", to_dot(e.J));
    backward(e.J);
    check_golden("example", to_dot(e.J));
    check_golden("example_down",
                 to_dot(e.J, {.direction = picture_direction::top_to_bottom, .hide_constants = true, .title = "J = 3(a + bc)"}));
  }
  graph g;
  const auto f = neuron(g);
  backward(f);
  check_golden("neuron", to_dot(f, {.sums = true}));
  const auto loss = layers();
  backward(loss);
  check_golden("layers", to_dot(loss));
  check_golden("layers_collapsed", to_dot(loss, {.collapse = {"neuron"}, .legend = false}));
}

TEST_CASE("J = 3(a + bc): local derivatives and what is carried back") {
  example e;
  backward(e.J);
  const auto dot = to_dot(e.J);
  // u = b * c: du/db = c = 2, du/dc = b = 4; the gradient of u is 3.
  CHECK(contains(line(dot, "n1 -> n3"), "∂ 2<"));
  CHECK(contains(line(dot, "n1 -> n3"), "← 6<"));
  CHECK(contains(line(dot, "n2 -> n3"), "∂ 4<"));
  CHECK(contains(line(dot, "n2 -> n3"), "← 12<"));
  CHECK(contains(line(dot, "n0 -> n4"), "← 3<"));
  CHECK(contains(line(dot, "n4 -> n6"), "∂ 3<"));
  CHECK(line(dot, "n5 -> n6") == "  n5 -> n6 [arrowsize=0.5]");  // a constant gets no gradient
  CHECK(contains(line(dot, "n3 ["), "<b>u&#160;</b>"));
  CHECK(contains(line(dot, "n3 ["), "= b × c"));
  CHECK(contains(line(dot, "n2 ["), "gradient 12"));
  CHECK(contains(line(dot, "n2 ["), "shape=ellipse"));
  CHECK(contains(line(dot, "n5 ["), "shape=plaintext"));
  CHECK(contains(line(dot, "n6 ["), "peripheries=2"));
  CHECK(!contains(line(dot, "n4 ["), "peripheries"));
}

TEST_CASE("operands whose order matters are told apart") {
  graph g;
  const scalar a = input(3.0), b = input(2.0), y = a / b;
  const auto dot = to_dot(y);
  CHECK(contains(line(dot, "n0 -> n2"), "∂₁ 0.5"));
  CHECK(contains(line(dot, "n1 -> n2"), "∂₂ −0.75"));
}

TEST_CASE("three signs for a gradient") {
  graph g;
  const scalar x = input(2.0, "x"), z = input(0.0, "z"), idle = input(3.0, "idle");
  const scalar q = x * x, y = q * z, side = idle * x;
  backward(y);
  const scalar later = sqrt(y);
  const auto dot = picture(g).to_dot();
  CHECK(contains(line(dot, "n3 ["), "gradient 0\""));  // y = q z: dy/dq = z = 0, a number
  CHECK(contains(line(dot, "n2 ["), "∅"));
  CHECK(contains(line(dot, "n2 ["), "dashed"));
  CHECK(contains(line(dot, "n0 -> n5"), "← ∅"));
  CHECK(contains(line(dot, "n6 ["), ">?<"));
  CHECK(!contains(line(dot, "n4 -> n6"), "←"));
  CHECK(contains(dot, "not computed"));
  CHECK(contains(dot, "no path to the output"));
  static_cast<void>(side), static_cast<void>(later);
}

TEST_CASE("what is carried to a node adds up to its gradient") {
  graph g;
  const scalar x = input(3.0, "x"), square = x * x, line_part = 5 * x, y = square + line_part - tanh(x);
  backward(y);
  const double last = -(1 - std::tanh(3.0) * std::tanh(3.0));
  const auto expected = fmt::format("Σ 3 + 3 + 5 − {:.4g} = {:.4g}", -last, 11 + last);
  CAPTURE(to_dot(y, {.sums = true}));
  CHECK(contains(line(to_dot(y, {.sums = true}), "n0 ["), expected));
  scalar many = x * 1;
  for (int i = 2; i <= 100; ++i) many = many + x * i;
  backward(many);
  CHECK(contains(line(to_dot(many, {.sums = true}), "n0 ["), "1 + 2 + 3 + 4 + 5 + … 95 more = 5050"));
}

TEST_CASE("a gradient that its users do not explain is shown as such") {
  graph g;
  const scalar x = input(1.0), y = x * 2;
  const scalar ys[] = {x, y};
  const double weights[] = {10.0, 1.0};
  backward(ys, weights);
  CHECK(contains(line(picture(g, {.sums = true}).to_dot(), "n0 ["), "2 + seed 10 = 12"));
}

TEST_CASE("constants hidden are named where they are used") {
  example e;
  const auto dot = to_dot(e.J * 2 - 1, {.hide_constants = true});
  CHECK(line(dot, "n5").empty());
  CHECK(contains(dot, "= 3 × v"));
  CHECK(contains(dot, "J × 2"));
  CHECK(contains(dot, "□ − 1"));
}

TEST_CASE("only what leads to given nodes") {
  example e;
  const auto dot = picture(e.g, {.leading_to = {3}}).to_dot();
  CHECK(!line(dot, "n1 [").empty());
  CHECK(line(dot, "n0 [").empty());
  CHECK(contains(line(dot, "n3 ["), "peripheries=2"));
  CHECK(contains(complaint([&] { picture(e.g, {.leading_to = {99}}); }), "node 99"));
}

TEST_CASE("numbers are written as printf rounds them") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const auto digits = static_cast<int>(1 + random() % 17);
    double x = std::uniform_real_distribution(-1.0, 1.0)(random) * std::pow(10, static_cast<int>(random() % 16) - 7);
    if (i % 3 == 0) x = std::round(x * 1000) / 1000;
    if (i % 5 == 0) x = static_cast<double>(random() % 1000) / 8;
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", digits, x);
    auto ours = see::number_text(x, digits);
    if (const auto at = ours.find("−"); at == 0) ours.replace(0, 3, "-");
    if (const auto at = ours.find("−"); at != std::string::npos) ours.replace(at, 3, "-");
    CAPTURE(x);
    CAPTURE(digits);
    CAPTURE(ours);
    if (x == std::trunc(x)) REQUIRE(std::abs(std::strtod(ours.c_str(), nullptr) - x) <= std::abs(std::strtod(text, nullptr) - x));
    else REQUIRE(std::strtod(ours.c_str(), nullptr) == std::strtod(text, nullptr));
    REQUIRE(ours.size() <= std::strlen(text));
  }
  CHECK(see::number_text(-0.0, 4) == "0");
  CHECK(see::number_text(12345, 4) == "12345");
  CHECK(see::number_text(1234567, 4) == "1.235e6");
  CHECK(see::number_text(-1.25e-7, 4) == "−1.25e−7");
  CHECK(see::number_text(0.99996, 4) == "1");
  CHECK(see::number_text(9999.6, 4) == "1e4");
  CHECK(see::number_text(std::nan(""), 4) == "nan");
  CHECK(see::number_text(-INFINITY, 4) == "−inf");
  CHECK(see::number_text(1e300, 4) == "1e300");
  CHECK(see::count_text(9700) == "9,700");
  CHECK(see::count_text(1234567) == "1,234,567");
}

TEST_CASE("the same graph gives the same bytes, and a picture outlives its graph") {
  const auto draw = [] {
    graph g;
    const auto y = random_graph(2000, 5);
    backward(y);
    return picture(y);
  };
  const auto first = draw(), second = draw();
  CHECK(first.to_dot() == second.to_dot());
  graph g;
  std::string again;
  for (int i = 0; i < 2; ++i) {
    const rewind_scope back;
    const auto y = random_graph(2000, 5);
    backward(y);
    again = to_dot(y);
  }
  CHECK(again == first.to_dot());
}

TEST_CASE("verdicts are drawn on nodes") {
  example e;
  using mood = annotation::mood;
  const picture_options o{.notes = {{3, {"PASS", mood::good}}, {4, {"FAIL <1.01>", mood::bad}}, {6, {"NOISY", mood::doubtful}}}};
  const auto dot = to_dot(e.J, o);
  CHECK(contains(line(dot, "n3 ["), "✓ PASS"));
  CHECK(contains(line(dot, "n4 ["), "<b>✗ FAIL &lt;1.01&gt;</b>"));
  CHECK(contains(line(dot, "n4 ["), "penwidth=3"));
  CHECK(contains(line(dot, "n6 ["), "! NOISY"));
}

TEST_CASE("errors") {
  CHECK(contains(complaint([] { picture(scalar(3.0)); }), "y is a constant (3)"));
  CHECK(contains(complaint([] { to_dot(2.5); }), "constant"));
  graph g;
  CHECK(contains(complaint([&] { picture{g}; }), "the graph is empty"));
  const scalar x = input(1.0);
  CHECK(contains(complaint([&] { picture(x).save("x.bmp"); }), ".dot, .gv, .svg, .png or .pdf"));
  CHECK(contains(complaint([&] { picture(x).save("x"); }), "suffix"));
  CHECK(contains(complaint([&] { picture(x).save("/nowhere at all/x.dot"); }),
                 "cannot write '/nowhere at all/x.dot': No such file"));
  CHECK(!fs::exists("/nowhere at all"));
  const folder f;
  std::ofstream(f.path / "file") << "text";
  CHECK(contains(complaint([&] { picture(x).save(f.path / "file" / "x.dot"); }), "cannot write"));
  fs::create_directory(f.path / "folder.dot");
  CHECK(contains(complaint([&] { picture(x).save(f.path / "folder.dot"); }), "directory"));
  CHECK(f.files() == 2);  // nothing was left behind
}

TEST_CASE("files are replaced as a whole") {
  graph g;
  const scalar x = input(1.0);
  const folder f;
  const auto file = f.path / "a b.DOT";
  std::ofstream(file) << std::string(100'000, '#');
  picture(x).save(file);
  CHECK(content(file) == to_dot(x));
  fs::create_symlink(file, f.path / "link.gv");
  picture(x, {.title = "new"}).save(f.path / "link.gv");
  CHECK(fs::is_symlink(f.path / "link.gv"));
  CHECK(content(file) == to_dot(x, {.title = "new"}));
  CHECK(f.files() == 2);
}

#ifdef SEEGRAD_PICTURES

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
  backward(s = named("\\", s * 1));
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
    const auto y = named(name, input(1.0, name) + 1);
    const auto image = picture(y, {.notes = {{0, {name}}}, .title = name}).to_svg();
    CHECK(contains(image, "</svg>"));
    CHECK(image.size() < 50'000);
  }
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

TEST_CASE("images") {
  example e;
  backward(e.J);
  const picture p(e.J);
  const folder f;
  for (const auto* name : {"J.svg", "J.png", "J.pdf", "J.dot", "J.GV"}) p.save(f.path / name);
  CHECK(contains(content(f.path / "J.svg"), "</svg>"));
  CHECK(contains(content(f.path / "J.svg"), "font-family=\"Helvetica,Arial,DejaVu Sans,sans-serif\""));
  CHECK(content(f.path / "J.png").substr(0, 4) == "\x89PNG");
  CHECK(content(f.path / "J.pdf").substr(0, 5) == "%PDF-");
  CHECK(content(f.path / "J.GV") == p.to_dot());
  CHECK(f.files() == 5);
  CHECK(p.to_svg() == p.to_svg());
  CHECK(contains(complaint([&] { static_cast<void>(p.render("bmp")); }), "svg, png or pdf"));
  CHECK(contains(complaint([&] { p.save(f.path / "no" / "J.png"); }), "cannot write"));
}

TEST_CASE("a very long picture stays within what viewers open") {
  graph g;
  scalar y = input(1.0);
  for (int i = 0; i < 600; ++i) y = sin(y);
  const auto png = picture(y, {.max_nodes = picture_options::unlimited}).render("png");
  const auto number = [&](std::size_t at) {
    unsigned n = 0;
    for (std::size_t i = 0; i < 4; ++i) n = n << 8 | static_cast<unsigned char>(png[at + i]);
    return n;
  };
  CHECK(number(16) <= 32'768);
  CHECK(number(16) > 30'000);
  CHECK(number(20) > 50);
}

TEST_CASE("when Graphviz fails, its words are in the exception") {
  const auto words = complaint([] { static_cast<void>(see::render("digraph { a -> ", "svg")); });
  CHECK(contains(words, "Graphviz could not read"));
  CHECK(contains(words, "syntax error"));
  CHECK(!contains(words, "\n"));
  CHECK(contains(see::render("digraph { a -> b }", "svg"), "</svg>"));  // and the next picture is drawn
}

TEST_CASE("pictures in several threads") {
  std::vector<std::string> images(4);
  std::vector<std::thread> threads;
  for (auto& image : images)
    threads.emplace_back([&] {
      example e;
      backward(e.J);
      image = picture(e.J).to_svg();
    });
  for (auto& t : threads) t.join();
  for (const auto& image : images) CHECK(image == images[0]);
}

TEST_CASE("large graphs") {
  graph g;
  scalar y = input(1.0, "x");
  for (int i = 0; i < 300'000; ++i) y = sin(y);
  for (int i = 0; i < 20'000; ++i) {
    g.open_scope("deep");
    y = sin(y);
  }
  backward(y);
  const picture p(y);
  CHECK(contains(p.to_svg(), "nodes hidden"));
  CHECK(contains(picture(y, {.max_nodes = picture_options::unlimited}).to_dot(), "n320000 ["));
}

#else

TEST_CASE("without Graphviz, images are refused and DOT is written") {
  graph g;
  const scalar x = input(1.0);
  CHECK(contains(complaint([&] { picture(x).save("x.svg"); }), "built without Graphviz"));
  CHECK(!fs::exists("x.svg"));
}

#endif
