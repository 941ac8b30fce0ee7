#pragma once
// What stands in a box that is a scope.

#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::detail::see {

/// The attributes of item i, in brackets.
auto put_group(std::string& out, const scene& s, item_id i) -> void;

}  // namespace seegrad::detail::see
