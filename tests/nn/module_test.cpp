// Modules are plain structs: their parameters are found, named, counted, frozen and converted; parameters enter graphs as they
// should.

#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <map>
#include <nn/module/walk.hpp>

using namespace seegrad;

namespace {

struct pair {
  nn::parameter weight{array{{1.0, 2.0}, {3.0, 4.0}}}, bias{array{0.5, 0.25}};
  auto operator()(const tensor& x) const -> tensor { return matmul(x, weight()) + bias(); }
};
struct with_constructor {
  explicit with_constructor(double k) : gain(array{k}) {}
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("gain", self.gain), see("table", self.table), see("mode", self.mode), see("label", self.label);
  }
  nn::parameter gain;
  nn::buffer table{array{1.0}};
  nn::mode mode;
  nn::label label{"with_constructor"};
  double unseen = 3;  // too small for a parameter
};
struct model {
  pair first;
  double factor = 2;
  std::vector<pair> rest = std::vector<pair>(2);
  std::array<with_constructor, 1> own{with_constructor(3)};
  std::tuple<pair, with_constructor> both{pair{}, with_constructor(4)};
  std::optional<pair> maybe = std::nullopt;
  std::string title = "";
  int answer = 42;
};
// Neither can be made of nothing.
struct needs_all {
  with_constructor first, second;
};
struct needs_the_last {
  pair first;
  with_constructor last;
  std::vector<with_constructor> more = {};
};

auto names_of(const auto& m) -> std::vector<std::string> {
  std::vector<std::string> names;
  for (const auto& [name, p] : nn::parameters(m)) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE("parameters are found and named by the members that hold them") {
  model m;
  CHECK(names_of(m) == std::vector<std::string>{"first.weight", "first.bias", "rest.0.weight", "rest.0.bias", "rest.1.weight",
                                                "rest.1.bias", "own.0.gain", "both.0.weight", "both.0.bias", "both.1.gain"});
  m.maybe.emplace();
  CHECK(names_of(m).size() == 12);
  CHECK(names_of(m).back() == "maybe.bias");
  CHECK(nn::count_parameters(m) == 5 * 6 + 2);
  nn::freeze(m.rest);
  CHECK(nn::count_parameters(m) == 3 * 6 + 2);
  CHECK(nn::count_parameters(m, true) == 5 * 6 + 2);
  nn::unfreeze(m);
  CHECK(nn::count_parameters(m) == 5 * 6 + 2);
}

TEST_CASE("fields that have no value of their own are found, too") {
  const needs_all m{with_constructor(1), with_constructor(2)};
  CHECK(names_of(m) == std::vector<std::string>{"first.gain", "second.gain"});
  const needs_the_last n{{}, with_constructor(1), {with_constructor(2)}};
  CHECK(names_of(n) == std::vector<std::string>{"first.weight", "first.bias", "last.gain", "more.0.gain"});
}

TEST_CASE("modes, types and labels reach every module") {
  model m;
  nn::eval(m);
  CHECK_FALSE(m.own[0].mode.training);
  CHECK_FALSE(std::get<1>(m.both).mode.training);
  CHECK(m.own[0].label.name() == "own.0 with_constructor");
  CHECK(std::get<1>(m.both).label.name() == "both.1 with_constructor");
  nn::train(m);
  CHECK(m.own[0].mode.training);
  nn::to(m, float32);
  for (const auto& x : nn::parameters(m)) CHECK_MESSAGE(x.parameter->type() == float32, x.name);
  CHECK(m.own[0].table.value.type() == float32);
  CHECK_THROWS_AS(nn::to(m, int64), error);
}

TEST_CASE("a parameter has one node in a graph, however often it is used") {
  pair p;
  const array x{{1.0, 1.0}};
  graph g;
  backward(sum(p(x) + p(x)));
  CHECK(identical(grad(p.bias), array{2.0, 2.0}));
  CHECK(identical(grad(p.weight), array{{2.0, 2.0}, {2.0, 2.0}}));
  CHECK(p.weight.ref() == p.weight().ref());
}

TEST_CASE("new numbers are a new node, and the old gradient can still be read") {
  nn::parameter p(array{1.0, 2.0});
  graph g;
  backward(sum(p() * 3.0));
  p = p.value() - grad(p);
  CHECK(identical(p.value(), array{-2.0, -1.0}));
  CHECK(identical(grad(p), array{3.0, 3.0}));
  const auto again = sum(p() * p());
  CHECK(again.value().item() == 5);
  backward(again);
  CHECK(identical(grad(p), array{-4.0, -2.0}));
}

TEST_CASE("a copy of a parameter goes its own way") {
  nn::parameter p(array{1.0}), untouched;
  graph g;
  const auto before = p();
  nn::parameter q = p;
  q = array{5.0};
  backward(sum(p() * 2.0 + q() * q()));
  CHECK(grad(p).item() == 2);
  CHECK(grad(q).item() == 10);
  CHECK(p().ref() == before.ref());
  CHECK(nn::parameter(std::move(q)).value().item() == 5);
}

TEST_CASE("graphs that are gone, rewound or inside another") {
  nn::parameter p(array{2.0});
  {
    graph g;
    backward(sum(p() * p()));
    CHECK(grad(p).item() == 4);
  }
  CHECK_THROWS_AS((void)grad(p), error);
  CHECK(p().is_constant());
  graph g;
  for (int i = 0; i < 3; ++i) {
    rewind_scope step;
    CHECK_FALSE(nn::has_grad(p));
    backward(sum(p() * p()));
    CHECK(nn::has_grad(p));
    CHECK(grad(p).item() == 4);
    CHECK(g.size() == 3);  // the parameter, its square, the sum
  }
  const auto early = p();
  const auto m = g.mark();
  backward(sum(early * p()));  // the same node on both sides of the mark
  CHECK(grad(p).item() == 4);
  g.rewind(m);
  {
    graph inner;
    backward(sum(p() * 3.0));
    CHECK(grad(p).item() == 3);
  }
  backward(sum(p() * 5.0));
  CHECK(grad(p).item() == 5);
}

TEST_CASE("a frozen parameter and one under no_record are constants") {
  nn::parameter p(array{2.0});
  graph g;
  CHECK_FALSE(p().is_constant());
  {
    no_record quiet;
    CHECK(p().is_constant());
  }
  p.trainable = false;
  CHECK(p().is_constant());
  const auto a = input(array{1.0});
  backward(sum(a * p()));
  CHECK(grad(a).item() == 2);
  CHECK_FALSE(nn::has_grad(p));
}

TEST_CASE("the default generator starts anew with a seed") {
  nn::manual_seed(7);
  const auto a = randn(nn::default_generator(), {3});
  nn::manual_seed(7);
  CHECK(identical(a, randn(nn::default_generator(), {3})));
}

TEST_CASE("a parameter is made of floating numbers, whatever it is given") {
  CHECK(nn::parameter(array{1, 2}).type() == float64);
  CHECK(nn::parameter(array(3)).type() == float64);
  CHECK(nn::parameter(array(3)).value().is_number());
  CHECK(nn::parameter(zeros({2}, float32)).type() == float32);
  nn::parameter p(array{1.0});
  p = array{true, false};
  CHECK(p.type() == float64);
  CHECK(p.value().to_vector<double>() == std::vector<double>{1, 0});
}

namespace {
struct forgetful {
  forgetful() : first(array{1.0}), second(array{2.0}) {}
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("first", self.first);
  }
  nn::parameter first, second;
};
struct in_a_map {
  in_a_map() { all.emplace("a", nn::parameter(array{1.0})); }
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    for (auto& [name, p] : self.all) see(name, p);
  }
  std::map<std::string, nn::parameter> all;
};
}  // namespace

TEST_CASE("a list of fields that leaves out a member is told so") {
  forgetful f;
  CHECK_THROWS_WITH_AS(nn::count_parameters(f), doctest::Contains("leaves out those from 32 to 64"), error);
  in_a_map m;
  CHECK(nn::count_parameters(m) == 1);
}
