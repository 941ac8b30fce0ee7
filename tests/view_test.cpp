// The views of Boost.Graph: concepts, and known answers on graphs small enough to do by hand.
#include "view_questions.hpp"

#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/sequential_vertex_coloring.hpp>
#include <boost/graph/transitive_reduction.hpp>
#include <doctest/doctest.h>
#include <functional>
#include <map>

using namespace seegrad;

namespace {

using boost::concepts::AdjacencyGraph;
using boost::concepts::AdjacencyMatrix;
using boost::concepts::BidirectionalGraph;
using boost::concepts::IncidenceGraph;
using boost::concepts::ReadablePropertyGraph;
using boost::concepts::VertexAndEdgeListGraph;
BOOST_CONCEPT_ASSERT((VertexAndEdgeListGraph<operands_view>));
BOOST_CONCEPT_ASSERT((IncidenceGraph<operands_view>));
BOOST_CONCEPT_ASSERT((AdjacencyGraph<operands_view>));
BOOST_CONCEPT_ASSERT((AdjacencyMatrix<operands_view>));
BOOST_CONCEPT_ASSERT((VertexAndEdgeListGraph<dataflow_view>));
BOOST_CONCEPT_ASSERT((IncidenceGraph<dataflow_view>));
BOOST_CONCEPT_ASSERT((BidirectionalGraph<dataflow_view>));
BOOST_CONCEPT_ASSERT((AdjacencyGraph<dataflow_view>));
BOOST_CONCEPT_ASSERT((AdjacencyMatrix<dataflow_view>));
BOOST_CONCEPT_ASSERT((VertexAndEdgeListGraph<undirected_view>));
BOOST_CONCEPT_ASSERT((IncidenceGraph<undirected_view>));
BOOST_CONCEPT_ASSERT((AdjacencyGraph<undirected_view>));
BOOST_CONCEPT_ASSERT((AdjacencyMatrix<undirected_view>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<operands_view, node_id, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<dataflow_view, node_id, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<undirected_view, node_id, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<operands_view, node_id, boost::vertex_name_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<operands_view, node_id, vertex_value_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<dataflow_view, node_id, vertex_gradient_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<dataflow_view, node_id, vertex_gradient_state_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<dataflow_view, node_id, vertex_operation_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<dataflow_view, operand_edge, edge_derivative_t>));
BOOST_CONCEPT_ASSERT((ReadablePropertyGraph<undirected_view, undirected_edge, edge_derivative_t>));
static_assert(boost::is_multigraph<operands_view>::value && boost::is_multigraph<dataflow_view>::value);
static_assert(boost::is_directed_graph<operands_view>::value && boost::is_undirected_graph<undirected_view>::value);

// The wrong question must not compile.
using int_map =
    boost::iterator_property_map<std::vector<int>::iterator, boost::property_map<operands_view, boost::vertex_index_t>::type>;
using colour_map = boost::iterator_property_map<std::vector<std::size_t>::iterator,
                                                boost::property_map<operands_view, boost::vertex_index_t>::type>;
template <class V>
concept has_components = requires(const V& v, int_map m) { boost::connected_components(v, m); };
template <class V>
concept has_colouring = requires(const V& v, colour_map m) { boost::sequential_vertex_coloring(v, m); };
static_assert(has_components<undirected_view> && !has_components<operands_view> && !has_components<dataflow_view>);
static_assert(has_colouring<undirected_view> && !has_colouring<operands_view> && !has_colouring<dataflow_view>);

struct count_edges : boost::default_dfs_visitor {
  int *tree, *other;
  count_edges(int& t, int& o) : tree(&t), other(&o) {}
  auto tree_edge(auto&&...) const -> void { ++*tree; }
  auto forward_or_cross_edge(auto&&...) const -> void { ++*other; }
};

}  // namespace

TEST_CASE("J = 3(a + bc)") {
  graph g;
  const scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
  const scalar u = named(b * c, "u"), v = named(a + u, "v"), J = named(3 * v, "J");  // nodes 0 to 4; the 3 is 5, J is 6
  backward(J);
  const operands_view down(g);
  const dataflow_view up(g);

  SUBCASE("vertices and edges") {
    CHECK(num_vertices(down) == 7);
    CHECK(num_edges(down) == 6);
    CHECK(num_vertices(up) == 7);
    CHECK(num_edges(up) == 6);
    std::vector<operand_edge> all;
    for (auto [e, end] = edges(down); e != end; ++e) all.push_back(*e);
    CHECK(all == std::vector<operand_edge>{{3, 1, 0}, {3, 2, 1}, {4, 0, 0}, {4, 3, 1}, {6, 5, 0}, {6, 4, 1}});
    CHECK(vertex(J, down) == 6);
    CHECK(vertex(u, up) == 3);
    CHECK(out_degree(6, down) == 2);
    CHECK(out_degree(0, down) == 0);
    CHECK(out_degree(6, up) == 0);
    CHECK(in_degree(6, up) == 2);
    CHECK(degree(4, up) == 3);
    CHECK(edge(4, 3, down).second);
    CHECK_FALSE(edge(3, 4, down).second);
    CHECK(edge(3, 4, up).first == operand_edge{4, 3, 1});
    CHECK_FALSE(edge(0, 3, up).second);
  }
  SUBCASE("topological_sort") {
    CHECK(sorted(down) == ids{0, 1, 2, 3, 4, 5, 6});
    // From a: J, v, a are done first; then b's u; c and 3 have nothing new.
    CHECK(sorted(up) == ids{6, 4, 0, 3, 1, 2, 5});
    ids order;
    operands_view not_const(g);
    boost::topological_sort(not_const, std::back_inserter(order));
    CHECK(order == sorted(down));
  }
  SUBCASE("breadth_first_search") {
    CHECK(distances(down, 6) == std::vector<int>{2, 3, 3, 2, 1, 1, 0});
    CHECK(distances(up, 2) == std::vector<int>{-1, -1, 0, 1, 2, -1, 3});
  }
  SUBCASE("depth_first_search") {
    ids discovered;
    struct recorder_of : boost::default_dfs_visitor {
      ids* out;
      auto discover_vertex(node_id k, const operands_view&) const -> void { out->push_back(k); }
    } visitor;
    visitor.out = &discovered;
    std::vector<boost::default_color_type> colours(num_vertices(down));
    boost::depth_first_visit(down, 6, visitor, by_node(colours, down));
    CHECK(discovered == ids{6, 5, 4, 0, 3, 1, 2});
    int tree = 0, other = 0;
    boost::depth_first_search(up, boost::visitor(count_edges(tree, other)));
    CHECK(tree == 3);   // a-v, v-J, b-u
    CHECK(other == 3);  // u-v, c-u, 3-J
  }
  SUBCASE("dominators") {
    // What every path from b to J passes: u, then v.
    CHECK(dominators(up, 1) == ids{nowhere, nowhere, nowhere, 1, 3, nowhere, 4});
    CHECK(dominators(up, 0) == ids{nowhere, nowhere, nowhere, nowhere, 0, nowhere, 4});
  }
  SUBCASE("property maps") {
    CHECK(get(vertex_value, down, 6) == 45);
    CHECK(boost::get(boost::get(vertex_value, up), node_id{3}) == 8);
    CHECK(get(boost::vertex_index, down)[4] == 4);
    CHECK(get(boost::vertex_name, down, 4) == "v");
    CHECK(get(boost::vertex_name, down, 5) == "");
    CHECK(get(vertex_operation, down, 4)->name == "add");
    CHECK(get(vertex_operation, down, 0) == nullptr);
    const auto gradient_of = boost::get(vertex_gradient, down);
    for (const auto& [x, expected] : {std::pair{a, 3.0}, {b, 6.0}, {c, 12.0}, {u, 3.0}, {v, 3.0}, {J, 1.0}})
      CHECK(boost::get(gradient_of, vertex(x, down)) == expected);
    const auto states = get(vertex_gradient_state, up);
    CHECK(states[5] == adjoint_state::structural_zero);
    CHECK(states[0] == adjoint_state::number);
    sin(J);
    CHECK(states[7] == adjoint_state::not_computed);
    const auto slope = get(edge_derivative, down);
    CHECK(boost::get(slope, edge(3, 1, down).first) == 2);
    CHECK(boost::get(slope, edge(3, 2, down).first) == 4);
    CHECK(boost::get(slope, edge(6, 4, down).first) == 3);
    CHECK(get(edge_derivative, undirected_view(g), {{6, 5, 0}, false}) == 15);
  }
  SUBCASE("other adaptors of Boost's") {
    const auto turned = boost::make_reverse_graph(up);
    CHECK(sorted(turned) == sorted(down));
    CHECK(get(vertex_value, turned)[6] == 45);
    const auto no_constants = [&](node_id k) { return !g.is_constant(k); };
    const boost::filtered_graph<operands_view, boost::keep_all, std::function<bool(node_id)>> seen(down, {}, no_constants);
    CHECK(sorted(seen) == ids{0, 1, 2, 3, 4, 6});
  }
}

TEST_CASE("f = (x + y) z") {
  graph g;
  const scalar x = input(2.0), y = input(3.0), z = input(4.0), s = x + y, f = s * z;
  CHECK(f.value() == 20);
  CHECK(closure(dataflow_view(g)) == pairs{{0, 3}, {0, 4}, {1, 3}, {1, 4}, {2, 4}, {3, 4}});
  CHECK(closure(operands_view(g)) == pairs{{3, 0}, {4, 0}, {3, 1}, {4, 1}, {4, 2}, {4, 3}});
  CHECK(components(g).first == 1);
  CHECK(distances(operands_view(g), 4) == std::vector<int>{2, 2, 1, 1, 0});
}

TEST_CASE("x * x has two parallel edges") {
  graph g;
  const scalar x = input(3.0), y = x * x;
  const operands_view down(g);
  const dataflow_view up(g);
  const undirected_view both(g);
  CHECK(num_edges(down) == 2);
  CHECK(num_edges(up) == 2);
  CHECK(num_edges(both) == 2);
  CHECK(out_degree(0, up) == 2);
  CHECK(out_degree(0, both) == 2);
  const auto [e, end] = out_edges(0, up);
  CHECK(std::distance(e, end) == 2);
  CHECK(*e != *std::next(e));
  CHECK(*e == operand_edge{1, 0, 0});
  CHECK(*std::next(e) == operand_edge{1, 0, 1});
  CHECK(get(edge_derivative, up, *e) == 3);
  CHECK(distances(both, vertex(y, both)) == std::vector<int>{1, 0});
  int tree = 0, other = 0;
  boost::depth_first_search(down, boost::visitor(count_edges(tree, other)).root_vertex(1));
  CHECK(tree == 1);
  CHECK(other == 1);
}

TEST_CASE("two parts in one graph") {
  graph g;
  const scalar a = input(1.0), b = input(2.0), c = input(3.0), p = a * b, q = sin(c);
  CHECK(components(g) == std::pair{2, std::vector<int>{0, 0, 1, 0, 1}});
  // Each use of a number makes its own constant, so that equal numbers join nothing.
  const scalar r = 2 * p, s = 2 * q;  // 2 is 5, r 6, 2 is 7, s 8
  CHECK(components(g) == std::pair{2, std::vector<int>{0, 0, 1, 0, 1, 0, 0, 1, 1}});
  const scalar joined = r + s;
  CHECK(joined.value() == doctest::Approx(4 + 2 * std::sin(3.0)));
  CHECK(components(g).first == 1);
}

TEST_CASE("what every path from an input to the output passes") {
  graph g;
  const scalar x = input(0.3), w = input(2.0);  // 0, 1
  const scalar y = exp(x), p = sin(y), q = cos(y),
               s = p * q;               // 2 to 5: two ways that part at y and meet at s
  const scalar t = s * w, end = t + w;  // 6, 7; w is not reached from x
  const dataflow_view v(g);
  CHECK(dominators(v, vertex(x, v)) == ids{nowhere, nowhere, 0, 2, 2, 2, 5, 6});
  // From w there are two ways to the end, and nothing lies on both.
  CHECK(dominators(v, vertex(w, v))[vertex(end, v)] == vertex(w, v));
}

TEST_CASE("transitive_reduction leaves out what a longer path says") {
  graph g;
  const scalar x = input(2.0), y = input(3.0), s = x + y, f = s * x;  // the edge x-f goes
  CHECK(f.value() == 10);
  const dataflow_view v(g);
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> reduced;
  std::vector<std::size_t> image(num_vertices(v));
  boost::transitive_reduction(v, reduced, by_node(image, v), get(boost::vertex_index, v));
  pairs found;
  for (auto [e, end] = edges(reduced); e != end; ++e) found.emplace(source(*e, reduced), target(*e, reduced));
  CHECK(found == pairs{{image[0], image[2]}, {image[1], image[2]}, {image[2], image[3]}});
}

TEST_CASE("sequential_vertex_coloring") {
  graph g;
  const scalar x = input(2.0), y = input(3.0), s = x + y, f = s * x;  // x, s and f are joined to each other
  CHECK(f.value() == 10);
  const undirected_view v(g);
  std::vector<std::size_t> colour(num_vertices(v));
  CHECK(boost::sequential_vertex_coloring(v, by_node(colour, v)) == 3);
  CHECK(std::set{colour[0], colour[2], colour[3]}.size() == 3);
  CHECK(colour[1] != colour[2]);
}

TEST_CASE("biconnected_components") {
  graph g;
  const scalar x = input(2.0), y = input(3.0), s = x + y, f = s * x;  // a triangle x-s-f, and the bridge y-s
  CHECK(f.value() == 10);
  const undirected_view v(g);
  std::map<undirected_edge, std::size_t> part;
  const auto part_of = boost::make_assoc_property_map(part);
  CHECK(boost::biconnected_components(v, part_of) == 2);
  CHECK(part.size() == 4);
  CHECK(get(part_of, edge(0, 2, v).first) == get(part_of, edge(0, 3, v).first));
  CHECK(get(part_of, edge(3, 2, v).first) == get(part_of, edge(2, 0, v).first));
  CHECK(get(part_of, edge(1, 2, v).first) != get(part_of, edge(2, 3, v).first));
}

TEST_CASE("an empty graph, and nodes that are none") {
  graph g;
  const operands_view down(g);
  const dataflow_view up(g);
  CHECK(num_vertices(down) == 0);
  CHECK(num_edges(down) == 0);
  CHECK(num_edges(up) == 0);
  CHECK(edges(down).first == edges(down).second);
  CHECK(sorted(down).empty());
  CHECK(components(g).first == 0);
  input(1.0);
  CHECK(edges(down).first == edges(down).second);  // leaves only
  CHECK(components(g).first == 1);
  CHECK_THROWS_AS(vertex(scalar(2.0), down), error);
  graph inner;
  const scalar y = input(1.0);
  CHECK_THROWS_AS(vertex(y, down), error);
}
