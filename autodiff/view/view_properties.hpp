#pragma once
// What the record knows of its nodes and edges, as property maps of Boost's.
//
//   auto value = get(vertex_value, view);      // read by get(value, k) or value[k]
//   double y = get(vertex_value, view, k);
//
// The value of an array is NaN here, its gradient 0, and so is the derivative at an edge into an operation on arrays NaN; is_tensor, array_value and
// array_adjoint of the graph say more.
//
// | tag | of each | is |
// | --- | --- | --- |
// | boost::vertex_index | node | its number, std::size_t: 0 to num_vertices - 1 |
// | boost::vertex_name | node | std::string_view, empty if it has none |
// | vertex_value | node | double |
// | vertex_gradient | node | double: the adjoint of the last sweep, 0 where there is none |
// | vertex_gradient_state | node | adjoint_state: whether that is a number, a structural zero, or was not computed |
// | vertex_operation | node | const operation*, nullptr for inputs and constants |
// | edge_derivative | edge | double: the local derivative of the user by that operand |

#include <autodiff/derive/evaluate.hpp>
#include <autodiff/view/view_undirected.hpp>
#include <boost/graph/properties.hpp>
#include <boost/property_map/property_map.hpp>
#include <limits>

namespace seegrad {

namespace detail {
template <class Kind>
struct property_tag {
  using kind = Kind;  // where Boost looks for it
};
using node_tag = property_tag<boost::vertex_property_tag>;
using edge_tag = property_tag<boost::edge_property_tag>;
}  // namespace detail

// clang-format off
/// Asks for a property: get(vertex_value, view). What each is stands above.
inline constexpr struct vertex_value_t : detail::node_tag {} vertex_value{};
/// The adjoint of the last sweep, 0 where there is none.
inline constexpr struct vertex_gradient_t : detail::node_tag {} vertex_gradient{};
/// Whether that is a number, a structural zero, or was not computed.
inline constexpr struct vertex_gradient_state_t : detail::node_tag {} vertex_gradient_state{};
/// nullptr for inputs and constants.
inline constexpr struct vertex_operation_t : detail::node_tag {} vertex_operation{};
/// The local derivative of the user by that operand.
inline constexpr struct edge_derivative_t : detail::edge_tag {} edge_derivative{};
// clang-format on

namespace detail {

// clang-format off
inline auto read(vertex_value_t, const graph& g, node_id k) -> double { return g.value(k); }
inline auto read(vertex_gradient_t, const graph& g, node_id k) -> double { return g.adjoint(k); }
inline auto read(vertex_gradient_state_t, const graph& g, node_id k) -> adjoint_state { return g.state(k); }
inline auto read(vertex_operation_t, const graph& g, node_id k) -> const operation* { return g.op(k); }
inline auto read(boost::vertex_name_t, const graph& g, node_id k) -> std::string_view { return g.name(k); }
// Some algorithms (transitive_closure) compile with this type of an index only.
inline auto read(boost::vertex_index_t, const graph&, node_id k) -> std::size_t { return k; }
// clang-format on
inline auto read(edge_derivative_t, const graph& g, const operand_edge& e) -> double {
  if (g.is_tensor_node(e.user)) return std::numeric_limits<double>::quiet_NaN();
  return node_of_numbers(g, e.user).partial(static_cast<int>(e.slot));
}
inline auto read(edge_derivative_t t, const graph& g, const undirected_edge& e) -> double { return read(t, g, e.edge); }

template <class Tag, class Key>
using read_type = decltype(read(Tag{}, std::declval<const graph&>(), std::declval<Key>()));

template <class Tag, class View>
struct key_of {
  using type = node_id;
};
template <class View>
struct key_of<edge_derivative_t, View> {
  using type = typename View::edge_descriptor;
};

/// The property map behind a tag: a pointer to the graph, so that it may outlive the view.
template <class Tag, class Key>
class record_property : public boost::put_get_helper<detail::read_type<Tag, Key>, record_property<Tag, Key>> {
 public:
  using key_type = Key;
  using value_type = detail::read_type<Tag, Key>;
  using reference = value_type;
  using category = boost::readable_property_map_tag;

  record_property() = default;
  explicit record_property(const graph& g) : graph_(&g) {}
  auto operator[](const Key& k) const -> value_type { return detail::read(Tag{}, *graph_, k); }

 private:
  const graph* graph_ = nullptr;
};

template <class Tag, class View>
using property_of = record_property<Tag, typename detail::key_of<Tag, View>::type>;
}  // namespace detail

/// The property map, as Boost.Graph asks for it.
template <class Tag, record_view View>
auto get(Tag, const View& v) -> detail::property_of<Tag, View> {
  return detail::property_of<Tag, View>(v.record());
}
template <class Tag, record_view View>
auto get(Tag tag, const View& v, const typename detail::property_of<Tag, View>::key_type& k) {
  return get(tag, v)[k];
}

}  // namespace seegrad

namespace boost {

using seegrad::get;

template <seegrad::record_view View, class Tag>
struct property_map<View, Tag, void> {
  using type = seegrad::detail::property_of<Tag, View>;
  using const_type = type;
};

}  // namespace boost
