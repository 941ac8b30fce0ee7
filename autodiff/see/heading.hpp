#pragma once
// The title of a node.

#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::detail::see {

/// A row of the label of item i: the name large, and what it is made of; without a name, what it is made of.
auto put_heading(std::string& out, const scene& s, item_id i) -> void;

}  // namespace seegrad::detail::see
