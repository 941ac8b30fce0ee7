#pragma once
// What stands in a node of the picture.

#include <autodiff/see/palette.hpp>
#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::detail::see {

/// The attributes of item i, in brackets.
auto put_node(std::string& out, const scene& s, item_id i, const colour_scale& scale) -> void;

/// Whether the order of its operands matters, so that a picture has to tell them apart.
auto ordered(const operation& op) -> bool;

/// Whether a line into an operation on arrays says which operand it is.
auto is_numbered(const scene& s, const link& l) -> bool;

}  // namespace seegrad::detail::see
