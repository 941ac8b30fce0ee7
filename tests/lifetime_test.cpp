// How long things live: handles, marks, graphs and memory; and what bad use does, which is an error that changes nothing.
#include <autodiff/autodiff.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <memory>
#include <string>

using namespace seegrad;

namespace {

struct thrice_op : paragraph<1> {
  static constexpr std::string_view name = "thrice", help = "an operation that is not in the library's list";
  static auto value(auto x) { return 3 * x; }
  static auto d0(auto, auto) { return 3.0; }
};

/// All that can be read of a graph.
auto snapshot(const graph& g) -> std::string {
  std::string out = fmt::format("scopes {}", g.scope_count());
  for (node_id k = 0; k < g.size(); ++k) {
    out += fmt::format("\n{} {} {} {} {} {} scope {}", k, g.op(k) ? g.op(k)->name : "leaf", g.value(k), g.name(k), g.adjoint(k),
                       static_cast<int>(g.state(k)), g.scope_of(k));
    for (auto o : g.operands(k)) out += fmt::format(" {}", o);
  }
  return out;
}

/// Every way to use a handle; `good` is one of the recording graph.
auto uses(const scalar& x, const scalar& good) -> std::vector<std::pair<const char*, std::function<void()>>> {
  return {
      {"sin", [=] { sin(x); }},
      {"add", [=] { x + good; }},
      {"add", [=] { good + x; }},
      {"add", [=] { x + 1; }},
      {"sub", [=] { 1 - x; }},
      {"mul", [=] { x* x; }},
      {"add",
       [=] {
         scalar y = good;
         y += x;
       }},
      {"pow", [=] { pow(2, x); }},
      {"fma", [=] { fma(good, good, x); }},
      {"clamp", [=] { clamp(x, 0, 1); }},
      {"thrice", [=] { apply<thrice_op>(x); }},
      {"named", [=] { named(x, "n"); }},
      {"backward", [=] { backward(x); }},
      {"backward",
       [=] {
         const scalar both[] = {good, x};
         const double w[] = {1, 1};
         backward(both, w);
       }},
      {"grad", [=] { grad(x); }},
      {"grad_state", [=] { grad_state(x); }},
      {"gradient", [=] { gradient(good, wrt(good, x)); }},
      {"gradient", [=] { gradient(x, wrt(good)); }},
      {"", [=] { recorded_gradient(good, wrt(x)); }},
      {"", [=] { recorded_gradient(x, wrt(good)); }},
      {"", [=] { hessian(good, wrt(x)); }},
      {"", [=] { hessian(x, wrt(good)); }},
      {"", [=] { jacobian(wrt(x), wrt(good)); }},
      {"", [=] { jacobian(wrt(good), wrt(x)); }},
      {"", [=] { jvp(good, wrt(x), std::array{1.0}); }},
      {"", [=] { jvp(x, wrt(good), std::array{1.0}); }},
  };
}

/// Each use of x throws, naming the operation and saying `why`, and the recording graph is as it was.
auto refused(const scalar& x, const scalar& good, const std::string& why) -> void {
  const auto& g = graph::active();
  int number = 0;
  for (const auto& [name, use] : uses(x, good)) {
    const std::string who = name;
    CAPTURE(who);
    ++number;
    CAPTURE(number);
    const auto before = snapshot(g);
    std::string message;
    try {
      use();
    } catch (const error& e) {
      message = e.what();
    }
    CAPTURE(message);
    CHECK(message.find(why) != std::string::npos);
    CHECK(message.find(who + ": ") != std::string::npos);
    CHECK(snapshot(g) == before);
  }
}

}  // namespace

TEST_CASE("a handle whose graph is gone") {
  scalar x;
  {
    graph g;
    x = sin(input(1.0));
  }
  CHECK(x.value() == std::sin(1.0));  // the value stays
  CHECK_THROWS_AS(x + 1, error);      // no graph at all
  graph h;
  const scalar good = input(2.0);
  backward(square(good));
  refused(x, good, "its graph is gone");
}

TEST_CASE("a handle to a node that was rewound") {
  graph g;
  const scalar good = input(2.0);
  const auto m = g.mark();
  const scalar x = sin(good);
  g.rewind(m);
  refused(x, good, "it was rewound");
  const scalar again = cos(good);  // the same number again
  CHECK(g.id(again.ref(), "test") == 1);
  refused(x, good, "it was rewound");
  CHECK(gradient(again, wrt(good))[0] == -std::sin(2.0));
}

TEST_CASE("a handle of an outer graph while an inner one records") {
  graph outer;
  const scalar x = input(2.0), y = sin(x);
  backward(y);
  const auto before = snapshot(outer);
  {
    graph inner;
    const scalar good = input(1.0);
    refused(x, good, "outer graph");
    refused(y, good, "outer graph");
    CHECK(gradient(good * detach(x), wrt(good))[0] == 2);
  }
  CHECK(snapshot(outer) == before);
  CHECK(grad(x) == std::cos(2.0));
}

TEST_CASE("a handle of another graph") {
  auto first = std::make_unique<graph>();
  const scalar x = input(2.0);
  auto second = std::make_unique<graph>();
  const scalar good = input(3.0);
  refused(x, good, "outer graph");
  first.reset();
  refused(x, good, "its graph is gone");
  // And the other way: the handle of an inner graph that is gone, in the outer one.
  graph third;
  const scalar z = input(1.0);
  scalar inner;
  {
    graph fourth;
    inner = input(5.0);
  }
  refused(inner, z, "its graph is gone");
}

TEST_CASE("a constant has no gradient") {
  graph g;
  const scalar x = input(2.0), k = 3.0;
  CHECK_THROWS_WITH_AS(grad(k), doctest::Contains("constant"), error);
  CHECK_THROWS_WITH_AS(grad_state(k), doctest::Contains("constant"), error);
  CHECK_THROWS_WITH_AS(backward(k), doctest::Contains("constant"), error);
  CHECK(named(k, "k").is_constant());  // goes through as it is
  CHECK_THROWS_WITH_AS(gradient(x, wrt(k)), doctest::Contains("constant"), error);
  CHECK(gradient(k, wrt(x))[0] == 0);
  const scalar y = k * x + fma(x, x, k) + clamp(k, x, 4);
  backward(y);
  for (node_id n = 0; n < g.size(); ++n)
    if (g.is_constant(n)) {
      CHECK(g.adjoint(n) == 0);
      CHECK(g.state(n) == adjoint_state::structural_zero);
    }
  CHECK(g.size() == 10);
}

TEST_CASE("grad before any sweep, and of what was recorded after it") {
  graph g;
  const scalar x = input(2.0), y = sin(x);
  CHECK_THROWS_WITH_AS(grad(x), doctest::Contains("backward"), error);
  CHECK(grad_state(x) == adjoint_state::not_computed);
  backward(y);
  CHECK(grad(x) == std::cos(2.0));
  const scalar z = cos(x);
  CHECK_THROWS_WITH_AS(grad(z), doctest::Contains("backward"), error);
  CHECK(grad_state(z) == adjoint_state::not_computed);
  CHECK(grad_state(y) == adjoint_state::number);
}

TEST_CASE("an empty graph") {
  graph g;
  CHECK(g.size() == 0);
  CHECK(g.memory().record == 0);
  CHECK(g.memory().adjoints == 0);
  CHECK_THROWS_AS(handle(0), error);
  g.rewind(g.mark());
  backward(std::span<const scalar>{}, std::span<const double>{});
  CHECK(g.outputs().empty());
  CHECK(vjp({}, {}, {}).empty());
  CHECK(jacobian(std::vector<scalar>{}, std::vector<scalar>{}).shape() == dims{0, 0});
  CHECK_THROWS_AS(backward(scalar(1.0)), error);
  { const rewind_scope nothing; }
  CHECK(g.size() == 0);
}

TEST_CASE("no_record computes and records nothing") {
  graph g;
  const scalar x = input(2.0), y = sin(x);
  backward(y);
  const auto before = snapshot(g);
  {
    const no_record quiet;
    CHECK(&graph::active() == &g);
    const scalar z = x * y + fma(x, x, y) + apply<thrice_op>(x);
    CHECK(z.is_constant());
    CHECK(z.value() == doctest::Approx(3 * std::sin(2.0) + 10));
    CHECK(grad(x) == std::cos(2.0));
    CHECK(snapshot(g) == before);
    {
      const no_record twice;
      CHECK((x + 1).is_constant());
    }
    CHECK((x + 1).is_constant());
    const scalar w = input(1.0);
    CHECK_FALSE(w.is_constant());
    CHECK(sin(w).is_constant());
    CHECK(g.size() == 3);
    {
      graph inner;  // a graph made here records
      const scalar v = input(1.0);
      CHECK_FALSE(sin(v).is_constant());
      CHECK(inner.size() == 2);
    }
    CHECK((x + 1).is_constant());
  }
  CHECK_FALSE((x + 1).is_constant());
  CHECK_THROWS([&] {
    const no_record quiet;
    throw error("out of the block");
  }());
  CHECK_FALSE((x + 1).is_constant());
}

TEST_CASE("exceptions leave everything as it was") {
  graph g;
  const scalar x = input(2.0, "x");
  backward(x * x);
  const auto before = snapshot(g);
  const auto step = [&] {
    const rewind_scope back;
    const scope layer("layer");
    const scalar y = named(sin(x), "y");
    graph inner;
    const scalar z = input(1.0);
    const no_record quiet;
    if (y > 0) throw std::runtime_error("in the middle");
    named(z, "z");
  };
  for (int i = 0; i < 3; ++i) {
    CHECK_THROWS_AS(step(), std::runtime_error);
    CHECK(&graph::active() == &g);
    CHECK(snapshot(g) == before);
  }
  CHECK_FALSE(sin(x).is_constant());
}
