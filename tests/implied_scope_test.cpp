// The structs around layers, which open no scope, are seen in the names of what is inside.
#include <autodiff/autodiff.hpp>
#include <autodiff/see/scopes.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace seegrad;

namespace {

auto path(const seegrad::detail::see::scope_list& s, scope_id c) -> std::string {
  return c == 0 ? "" : path(s, s.all[c].parent) + "/" + s.all[c].name;
}

// A line for each node: where it is.
auto places(const graph& g) -> std::vector<std::string> {
  const auto s = seegrad::detail::see::scopes_of(g);
  std::vector<std::string> out;
  for (node_id k = 0; k < g.size(); ++k)
    out.push_back(fmt::format("{} {}", g.op(k) ? g.op(k)->name : "input", s.of.empty() ? "" : path(s, s.of[k])));
  return out;
}

auto layer(const scalar& x, const std::string& name) -> scalar {
  const scope s(name);
  return sin(x);
}

}  // namespace

TEST_CASE("a block of layers, with what is between them and behind") {
  graph g;
  auto h = layer(input(1.0), "stem");
  for (int i = 0; i < 3; ++i) {
    const auto b = fmt::format("blocks.{}", i);
    h = cos(h * layer(exp(layer(h, b + ".c1")), b + ".c2"));
  }
  layer(tanh(h), "head linear");
  const std::vector<std::string> expected = {
      "input ",           "sin /stem",        "sin /blocks.0/c1", "exp /blocks.0",    "sin /blocks.0/c2", "mul /blocks.0",
      "cos /blocks.0",    "sin /blocks.1/c1", "exp /blocks.1",    "sin /blocks.1/c2", "mul /blocks.1",    "cos /blocks.1",
      "sin /blocks.2/c1", "exp /blocks.2",    "sin /blocks.2/c2", "mul /blocks.2",    "cos /blocks.2",    "tanh ",
      "sin /head linear"};
  CHECK(places(g) == expected);
  const auto s = seegrad::detail::see::scopes_of(g);
  for (scope_id c = 1; c < s.all.size(); ++c) CHECK(s.all[c].parent < c);
}

TEST_CASE("names that say what is around them already, numbers with a type, and no chain at all") {
  graph g;
  const scalar x = input(1.0);
  {
    const scope outer("enc.layers.0 block");
    layer(layer(x, "enc.layers.0.attn"), "enc.layers.0.attn.proj");
    layer(x, "other.thing");
  }
  layer(layer(x, "net.0 linear"), "net.1 linear");
  layer(layer(x, "a.b.0.c"), "a.b.1.c");
  layer(x, "a.d");
  layer(x, "2.5 times");
  layer(x, "a..b");
  layer(x, ".hidden");
  layer(x, "what. ever");
  layer(x, "");
  const auto enc = std::string("/enc/layers.0 block");
  const std::vector<std::string> expected = {"input ",
                                             "sin " + enc + "/attn",
                                             "sin " + enc + "/attn/proj",
                                             "sin " + enc + "/other/thing",
                                             "sin /net.0 linear",
                                             "sin /net.1 linear",
                                             "sin /a/b.0/c",
                                             "sin /a/b.1/c",
                                             "sin /a/d",
                                             "sin /2.5 times",
                                             "sin /a..b",
                                             "sin /.hidden",
                                             "sin /what. ever",
                                             "sin /"};
  CHECK(places(g) == expected);
  graph none;
  [[maybe_unused]] const scalar y = input(2.0) * 3;
  CHECK(seegrad::detail::see::scopes_of(none).of.empty());
}

TEST_CASE("the last of a list ends where the one before it ended, if that is alike") {
  graph g;
  auto h = input(1.0);
  for (int i = 0; i < 2; ++i) h = exp(layer(h, fmt::format("b.{}.c", i)));
  h = cos(h);
  CHECK(places(g) == std::vector<std::string>{"input ", "sin /b.0/c", "exp /b.0", "sin /b.1/c", "exp /b.1", "cos "});
  graph other;
  h = exp(layer(input(1.0), "b.0.c"));
  h = tanh(layer(h, "b.1.c"));  // not alike
  CHECK(places(other) == std::vector<std::string>{"input ", "sin /b.0/c", "exp /b.0", "sin /b.1/c", "tanh "});
}
