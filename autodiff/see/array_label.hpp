#pragma once
// What stands in a node of the picture that is an array.

#include <autodiff/see/palette.hpp>
#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::detail::see {

/// Whether the elements are shown one by one.
auto shown_in_full(const array& x) -> bool;
/// Whether larger ones show a histogram, or a heat map.
auto has_histogram(const array& x) -> bool;
auto has_heat_map(const scene& s, const array& x) -> bool;

/// "axis 1 · float32 [64x10]": the parameters of the operation, the type and the shape.
auto kind_text(const graph& g, node_id k) -> std::string;
/// "float32 [64x10]"
auto array_text(const array& x) -> std::string;
/// The value and, unless the node is a constant, the gradient, as a table.
auto put_array(std::string& out, const scene& s, node_id k, const colour_scale& scale) -> void;
/// In words: "3 NaN, 1 infinite".
auto not_finite_text(const array& x) -> std::string;

/// The colour of a node that is an array.
auto array_fill(const scene& s, node_id k, const colour_scale& scale) -> std::string_view;

}  // namespace seegrad::detail::see
