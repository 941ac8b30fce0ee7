#pragma once
// A scene as text in Graphviz's DOT language.

#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::detail::see {

auto to_dot(const scene& s) -> std::string;

}  // namespace seegrad::detail::see
