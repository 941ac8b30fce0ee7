// Going back: handles from before a mark, names, scopes and adjoints, marks that are no longer good, and the memory
// that is used again.
#include <autodiff/autodiff.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <random>

using namespace seegrad;

namespace {

auto resident_bytes() -> long {
  std::ifstream statm("/proc/self/statm");
  long total = 0, resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

}  // namespace

TEST_CASE("handles from before a mark stay good") {
  graph g;
  const scalar a = input(2.0), b = sin(a);
  const auto outer = g.mark();
  for (int i = 0; i < 100'000; ++i) {
    const scalar c = a * b;
    const auto inner = g.mark();
    const scalar d = c + a;
    g.rewind(inner);
    const scalar e = c * c;  // c is from before the inner mark
    if (i % 1000 == 0) {
      CHECK(gradient(e, wrt(c))[0] == 2 * c.value());
      CHECK_THROWS_AS(d + 1, error);
    }
    g.rewind(outer);
    if (i % 1000 == 0) {
      CHECK(g.size() == 2);
      CHECK_THROWS_AS(c + 1, error);
      CHECK(gradient(a * b, wrt(a))[0] == doctest::Approx(std::sin(2.0) + 2 * std::cos(2.0)));
      g.rewind(outer);
    }
  }
  CHECK(gradient(b, wrt(a))[0] == std::cos(2.0));
}

TEST_CASE("what is kept and what goes, by chance, against a plain model") {
  // Numbers of nodes tell the truth: a handle is good when the node it was made for has never been rewound since.
  std::mt19937 random(5);
  graph g;
  struct made {
    scalar x;
    node_id k;
    bool alive;
  };
  std::vector<made> all;
  std::vector<graph::mark_t> marks;
  std::vector<std::size_t> lengths;
  for (int step = 0; step < 20'000; ++step) {
    const auto what = random() % 10;
    if (what < 6) {
      all.push_back({input(step), static_cast<node_id>(g.size() - 1), true});
    } else if (what < 7 && g.size() > 0) {
      const auto k = static_cast<node_id>(random() % g.size());
      all.push_back({handle(k), k, true});  // a second handle to an old node
    } else if (what < 8 && marks.size() < 50) {
      marks.push_back(g.mark());
      lengths.push_back(g.size());
    } else if (!marks.empty()) {
      const auto to = marks.size() - 1 - random() % std::min<std::size_t>(marks.size(), 3);
      g.rewind(marks[to]);
      CHECK(g.size() == lengths[to]);
      for (auto& m : all) m.alive = m.alive && m.k < lengths[to];
      marks.resize(to + random() % 2);  // the mark itself may be used again
      lengths.resize(marks.size());
    }
    if (step % 100 == 0) {
      bool right = true;
      for (const auto& m : all) {
        bool good = true;
        try {
          right &= g.id(m.x.ref(), "test") == m.k;
          right &= g.value(m.k) == m.x.value();
        } catch (const error&) {
          good = false;
        }
        right &= good == m.alive;
      }
      CHECK(right);
      std::erase_if(all, [&](const made& m) { return !m.alive && random() % 2; });
    }
  }
}

TEST_CASE("marks that are no longer good") {
  graph g;
  const auto start = g.mark();
  const scalar x = input(2.0);
  const auto later = g.mark();
  {
    graph other;
    CHECK_FALSE(other.can_rewind(start));
    CHECK_THROWS_WITH_AS(other.rewind(start), doctest::Contains("another graph"), error);
  }
  sin(x);
  g.rewind(start);
  CHECK_FALSE(g.can_rewind(later));
  CHECK_THROWS_WITH_AS(g.rewind(later), doctest::Contains("already been rewound"), error);
  // The graph grows past the mark again, with other nodes: it is still not the place that was marked.
  const scalar y = input(1.0), z = fma(y, y, 2);
  CHECK(z.value() == 3);
  CHECK_FALSE(g.can_rewind(later));
  CHECK_THROWS_WITH_AS(g.rewind(later), doctest::Contains("already been rewound"), error);
  CHECK(g.size() == 3);
  CHECK(gradient(z, wrt(y))[0] == 2);
}

TEST_CASE("names and scopes go with their nodes") {
  graph g;
  const scalar x = input(1.0, "x");
  scalar kept;
  {
    const scope layer("layer");
    kept = named(sin(x), "kept");
  }
  const auto m = g.mark();
  {
    const scope other("other");
    const scope deep("deep");
    named(cos(x), "gone");
  }
  CHECK(g.scope_count() == 4);
  g.rewind(m);
  CHECK(g.scope_count() == 2);
  CHECK(g.name(0) == "x");
  CHECK(g.name(1) == "kept");
  CHECK(g.scope_name(g.scope_of(1)) == "layer");
  const scalar y = cos(x);
  CHECK(g.name(2) == "");
  CHECK(g.scope_of(2) == 0);
  {
    const scope again("again");
    CHECK((y * kept).value() == std::cos(1.0) * std::sin(1.0));
  }
  CHECK(g.scope_name(g.scope_of(3)) == "again");

  // A rewind inside a scope that stays open.
  const scope open("open");
  for (int i = 0; i < 3; ++i) {
    const rewind_scope back;
    const scope inside("inside");
    const auto k = g.id(sin(x).ref(), "test");
    CHECK(g.scope_name(g.scope_of(k)) == "inside");
    CHECK(g.scope_name(g.scope_parent(g.scope_of(k))) == "open");
  }
  const auto k = g.id(sin(x).ref(), "test");
  CHECK(g.scope_name(g.scope_of(k)) == "open");
}

TEST_CASE("a scope that ends after its beginning was rewound") {
  graph g;
  const scalar x = input(1.0);
  const auto m = g.mark();
  {
    const scope layer("layer");
    sin(x);
    g.rewind(m);
  }
  CHECK(g.scope_count() == 1);
  CHECK(g.scope_of(g.id(cos(x).ref(), "test")) == 0);
}

TEST_CASE("adjoints after a rewind") {
  graph g;
  const scalar x = input(2.0);
  {
    const rewind_scope back;
    backward(x * x * x);
  }
  CHECK(grad(x) == 12);
  CHECK(grad_state(x) == adjoint_state::number);
  const scalar y = sin(x);
  CHECK_THROWS_AS(grad(y), error);  // recorded after the sweep, under a number that it had covered
  CHECK(grad_state(y) == adjoint_state::not_computed);
  CHECK(gradient(y, wrt(x))[0] == std::cos(2.0));
}

TEST_CASE("memory is used again") {
  graph g;
  const scalar x = input(0.5);
  const auto m = g.mark();
  const auto step = [&] {
    scalar y = x;
    const scope layer("layer");
    for (int i = 0; i < 500; ++i) y = fma(sin(y), 0.5, x);
    named(y, "y");
    backward(y);
    return grad(x);
  };
  const double first = step();
  const auto use = g.memory();
  CHECK(use.record >= 1501 * 16);
  CHECK(use.adjoints == g.size() * sizeof(double));
  const auto size = g.size();
  const auto repeat = [&](int times) {
    bool same = true;
    for (int i = 0; i < times; ++i) {
      g.rewind(m);
      same &= step() == first && g.size() == size;
    }
    CHECK(same);
  };
  repeat(100);
  const auto before = resident_bytes();
  repeat(10'000);
  CHECK(g.memory().record == use.record);
  CHECK(g.memory().adjoints == use.adjoints);
  CHECK(resident_bytes() - before < 20'000'000);  // 240 MB have been recorded; address sanitizers hold some memory back

  // Graphs made anew take the blocks of those that ended.
  const auto fresh = [](int times) {
    for (int i = 0; i < times; ++i) {
      graph h;
      scalar y = input(1.0);
      for (int k = 0; k < 5000; ++k) y = sin(y);
      backward(y);
    }
  };
  fresh(10);
  const auto settled = resident_bytes();
  fresh(1000);
  CHECK(resident_bytes() - settled < 20'000'000);
}

TEST_CASE("a graph that keeps a node at each of many rewinds stays quick") {
  // Every round leaves handles under a tag of its own, 100 000 of them: searched one by one this would take minutes.
  for (const bool by_scope : {true, false}) {
    graph g;
    std::vector<scalar> kept{input(1.0)};
    for (int i = 0; i < 100'000; ++i) {
      kept.push_back(kept.back() + 1e-5);
      if (by_scope) {
        const rewind_scope back;
        sin(kept.back());
      } else {
        const auto m = g.mark();
        sin(kept.back());
        g.rewind(m);
      }
    }
    scalar sum = 0;
    for (const auto& x : kept) sum += x;
    CHECK(gradient(sum, wrt(kept[0]))[0] == 100'001);
  }
}
