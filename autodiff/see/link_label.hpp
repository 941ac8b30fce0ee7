#pragma once
// What stands on a line of the picture, and how it is drawn.

#include <autodiff/see/scene.hpp>
#include <string>
#include <vector>

namespace seegrad::detail::see {

/// The attributes of a link, in brackets. `users` says how many lines leave each item: an input that many use does not pull them to its side.
auto put_link(std::string& out, const scene& s, const link& l, const std::vector<std::uint32_t>& users) -> void;

/// The arrow that points from a result back to its operand.
auto back_arrow(picture_direction d) -> std::string_view;

}  // namespace seegrad::detail::see
