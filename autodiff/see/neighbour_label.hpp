#pragma once
// What stands in a node that is a neighbour of the scope that is drawn: what it is called, and where it is.

#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::detail::see {

/// The attributes of item i, in brackets.
auto put_neighbour(std::string& out, const scene& s, item_id i) -> void;

}  // namespace seegrad::detail::see
