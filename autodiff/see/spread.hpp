#pragma once
// How far the operands of an operation with many stand from it, so that they do not all stand in one rank.

#include <autodiff/see/scene.hpp>
#include <vector>

namespace seegrad::detail::see {

/// By link: over how many ranks it goes at least.
auto spread_operands(const scene& s) -> std::vector<int>;

}  // namespace seegrad::detail::see
