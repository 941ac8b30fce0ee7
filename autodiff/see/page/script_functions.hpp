#pragma once
// Operations as functions of JavaScript, so that a page can evaluate a record again.

#include <autodiff/graph/operation.hpp>
#include <set>
#include <string>

namespace seegrad::detail::see {

/// Whether the formulas of an operation on numbers, and of those that it calls, can be written in JavaScript: all of this library can, and
/// all of a user's whose text is an expression.
auto has_script(const operation& op) -> bool;

/// An object with, by name, the value and the local derivatives of these operations and of those that they call:
/// {mul: {value: (a, b) => …, slopes: [(a, b, y) => …, …]}}. It calls itself F, and m has the functions of <cmath>.
auto script_functions(const std::set<const operation*>& ops) -> std::string;

}  // namespace seegrad::detail::see
