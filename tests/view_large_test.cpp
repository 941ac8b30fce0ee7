// The views of Boost.Graph on larger graphs: agreement with plain loops, nothing copied, linear time.
#include "seconds.hpp"
#include "view_questions.hpp"

#include <algorithm>
#include <boost/graph/sequential_vertex_coloring.hpp>
#include <cstdlib>
#include <doctest/doctest.h>
#include <new>
#include <numeric>
#include <random>

using namespace seegrad;

// How often this program has asked for memory.
static std::size_t allocations = 0;
[[gnu::noinline]] auto operator new(std::size_t n) -> void* {
  ++allocations;
  if (auto* p = std::malloc(n ? n : 1)) return p;
  throw std::bad_alloc{};
}
[[gnu::noinline]] auto operator delete(void* p) noexcept -> void { std::free(p); }
[[gnu::noinline]] auto operator delete(void* p, std::size_t) noexcept -> void { std::free(p); }

namespace {

/// A program of several unconnected parts, with inputs, constants, repeated operands, and operations of one to three operands.
auto record_at_random(unsigned seed, int operations) -> void {
  std::mt19937 random(seed);
  constexpr std::size_t parts = 4;
  std::vector<scalar> made[parts];
  for (auto& part : made)
    for (int i = 0; i < 3; ++i) part.push_back(input(0.5 + 0.1 * i));
  for (int i = 0; i < operations; ++i) {
    auto& part = made[random() % parts];
    const auto any = [&] { return part[random() % part.size()]; };
    const auto a = any(), b = any(), c = any();
    switch (random() % 7) {
      case 0: part.push_back(sin(a)); break;
      case 1: part.push_back(a * a); break;
      case 2: part.push_back(fma(a, b, c)); break;
      case 3: part.push_back(0.25 * a); break;
      case 4: part.push_back(sin(a * b)); break;
      default: part.push_back(tanh(a + b));
    }
  }
}

}  // namespace

TEST_CASE("agreement with plain loops on random graphs") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    graph g;
    record_at_random(seed, 250);
    const auto n = static_cast<node_id>(g.size());
    const operands_view down(g);
    const dataflow_view up(g);
    const undirected_view both(g);

    // Edges: every listing gives the same ones.
    std::set<operand_edge> expected, listed, from_users, into_users, from_operands, neighbours;
    for (node_id k = 0; k < n; ++k)
      for (int s = 0; s < g.operands(k).size(); ++s) expected.insert({k, g.operands(k)[s], static_cast<std::uint32_t>(s)});
    for (auto [e, end] = edges(up); e != end; ++e) listed.insert(*e);
    bool ends_right = true, degrees_right = true;
    for (node_id k = 0; k < n; ++k) {
      for (auto [e, end] = out_edges(k, down); e != end; ++e) from_users.insert(*e), ends_right &= source(*e, down) == k;
      for (auto [e, end] = in_edges(k, up); e != end; ++e) into_users.insert(*e), ends_right &= target(*e, up) == k;
      for (auto [e, end] = out_edges(k, up); e != end; ++e) from_operands.insert(*e), ends_right &= source(*e, up) == k;
      std::size_t around = 0;
      for (auto [e, end] = out_edges(k, both); e != end; ++e, ++around)
        neighbours.insert(e->edge), ends_right &= source(*e, both) == k && target(*e, both) != k;
      std::size_t adjacent = 0;
      for (auto [o, end] = adjacent_vertices(k, both); o != end; ++o, ++adjacent) ends_right &= edge(k, *o, both).second;
      degrees_right &= around == out_degree(k, both) && around == degree(k, up) && around == adjacent;
    }
    CHECK(listed == expected);
    CHECK(from_users == expected);
    CHECK(into_users == expected);
    CHECK(from_operands == expected);
    CHECK(neighbours == expected);
    CHECK(ends_right);
    CHECK(degrees_right);
    CHECK(num_edges(down) == expected.size());
    CHECK(num_edges(up) == expected.size());

    // topological_sort: all nodes, each after its operands (after its users, in the other direction).
    const auto in_order = [&](const ids& order, bool operands_first) {
      std::vector<std::size_t> at(n, n);
      for (std::size_t i = 0; i < order.size(); ++i) at[order[i]] = i;
      return order.size() == n && std::all_of(expected.begin(), expected.end(),
                                              [&](auto& e) { return (at[e.operand] < at[e.user]) == operands_first; });
    };
    CHECK(in_order(sorted(down), true));
    CHECK(in_order(sorted(up), false));

    // breadth_first_search from the last node: shortest paths by a loop over the record.
    std::vector<int> shortest(n, -1);
    shortest[n - 1] = 0;
    for (node_id k = n; k-- > 0;)
      if (shortest[k] >= 0)
        for (auto o : g.operands(k)) shortest[o] = shortest[o] < 0 ? shortest[k] + 1 : std::min(shortest[o], shortest[k] + 1);
    CHECK(distances(down, n - 1) == shortest);

    // connected_components: by merging sets.
    ids root(n);
    std::iota(root.begin(), root.end(), 0);
    const auto find = [&](node_id k) {
      while (root[k] != k) k = root[k];
      return k;
    };
    for (const auto& e : expected) root[find(e.user)] = find(e.operand);
    const auto [count, component] = components(g);
    std::set<node_id> roots;
    bool same_parts = true;
    for (node_id k = 0; k < n; ++k) {
      roots.insert(find(k));
      for (node_id o = 0; o < k; ++o) same_parts &= (find(k) == find(o)) == (component[k] == component[o]);
    }
    CHECK(count == static_cast<int>(roots.size()));
    CHECK(count >= 4);
    CHECK(same_parts);

    // transitive_closure: what leads where, by a loop.
    std::vector<std::vector<bool>> leads(n, std::vector<bool>(n));
    pairs reached;
    for (node_id k = 0; k < n; ++k)
      for (auto o : g.operands(k))
        for (node_id i = 0; i < k; ++i)
          if (i == o || leads[i][o]) leads[i][k] = true, reached.emplace(i, k);
    CHECK(closure(up) == reached);

    // Dominators of node k from x: those of all its operands that x leads to, and itself.
    for (node_id entry : {0u, 5u}) {
      std::vector<std::vector<bool>> dominated_by(n);
      dominated_by[entry].assign(n, false);
      dominated_by[entry][entry] = true;
      ids nearest(n, nowhere);
      for (node_id k = entry + 1; k < n; ++k) {
        auto& d = dominated_by[k];
        for (auto o : g.operands(k)) {
          if (dominated_by[o].empty()) continue;
          if (d.empty()) d = dominated_by[o];
          for (node_id i = 0; i < n; ++i) d[i] = d[i] && dominated_by[o][i];
        }
        if (d.empty()) continue;
        // Along the record dominators follow each other, so the last is the nearest.
        for (node_id i = 0; i < k; ++i)
          if (d[i]) nearest[k] = i;
        d[k] = true;
      }
      CHECK(dominators(up, entry) == nearest);
    }

    // A colouring gives the ends of each edge different colours.
    std::vector<std::size_t> colour(n);
    boost::sequential_vertex_coloring(both, by_node(colour, both));
    CHECK(std::none_of(expected.begin(), expected.end(), [&](auto& e) { return colour[e.user] == colour[e.operand]; }));

    // The chain rule, said with Boost's words, gives the gradient.
    backward(handle(n - 1));
    std::vector<double> adjoint(n);
    adjoint[n - 1] = 1;
    for (auto k : sorted(up))
      for (auto [e, end] = out_edges(k, up); e != end; ++e) adjoint[k] += adjoint[target(*e, up)] * get(edge_derivative, up, *e);
    for (node_id k = 0; k < n; ++k)
      if (!g.is_constant(k)) CHECK(get(vertex_gradient, up, k) == doctest::Approx(adjoint[k]).epsilon(1e-12));
  }
}

TEST_CASE("nothing is copied") {
  static_assert(sizeof(operands_view) == sizeof(void*));
  graph g;
  record_at_random(1, 1000);
  const auto before = allocations;
  const operands_view down(g);
  std::size_t n = 0;
  for (auto [k, end] = vertices(down); k != end; ++k) {
    for (auto [e, last] = out_edges(*k, down); e != last; ++e) ++n;
    for (auto [o, last] = adjacent_vertices(*k, down); o != last; ++o) ++n;
  }
  for (auto [e, end] = edges(down); e != end; ++e) ++n;
  double sum = 0;
  for (auto [k, end] = vertices(down); k != end; ++k) sum += get(vertex_value, down, *k);
  CHECK(allocations == before);
  CHECK(n == 3 * num_edges(down));
  CHECK(std::isfinite(sum));
  const dataflow_view up(g);
  CHECK(allocations <= before + 3);  // the index, and the places while it is built
  CHECK(num_edges(up) == num_edges(down));

  // The record goes on, and the view shows it.
  const auto seen = num_vertices(down);
  sin(handle(0));
  CHECK(num_vertices(down) == seen + 1);
  CHECK(num_vertices(up) == seen);
}

TEST_CASE("a million nodes, in time proportional to their number") {
  graph g;
  const scalar x = input(1.0);
  scalar y = x;
  for (int i = 0; i < 333'333; ++i) y = sin(y) + 0.1 * x;  // deep, and x has 333 333 users
  REQUIRE(g.size() > 1'000'000);
  const operands_view down(g);
  ids order;
  order.reserve(g.size());
  CHECK(seconds([&] { boost::topological_sort(down, std::back_inserter(order)); }) < 100);
  CHECK(order.size() == g.size());
  std::size_t found = 0;
  CHECK(seconds([&] {
          const dataflow_view up(g);
          found = out_degree(0, up);
          ids other;
          boost::topological_sort(up, std::back_inserter(other));
          found += other.size();
        }) < 100);
  CHECK(found == g.size() + 333'334);
  CHECK(components(g).first == 1);
}
