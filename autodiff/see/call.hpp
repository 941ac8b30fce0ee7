#pragma once
// A function, such as a loss, drawn as the one operation that its caller sees: its operands are what its scope takes from outside, its
// value and gradient are those of its result.

#include <autodiff/see/scene.hpp>
#include <string>
#include <utility>
#include <vector>

namespace seegrad::detail::see {

/// By scope: the result, or no_node of what is not drawn so. Drawn so are the outermost functions of two operations or more of which one result is used outside,
/// unless they are to be open or something inside has a remark.
auto find_calls(const scene& s) -> std::vector<node_id>;

/// What a function does with one of its operands.
struct call_use {
  node_id operand;
  std::vector<std::pair<node_id, int>> by;  // the operations inside that use it, and where
};
/// In the order in which the function turns to them.
auto uses_of(const scene& s, item_id call) -> std::vector<call_use>;

/// "cross_entropy(scores, labels)": with the names of those operands that have one, or alone.
auto call_text(const scene& s, item_id call) -> std::string;

}  // namespace seegrad::detail::see
