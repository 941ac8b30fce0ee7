#pragma once
// A guard in words, for who runs a record, or a program made of it.

#include <autodiff/graph/graph.hpp>
#include <string>

namespace seegrad::detail {

/// "guard 3, model.cpp:12, in 'layer1': 'x' < 0", which can outlive the graph.
auto guard_text(const graph& g, std::size_t number) -> std::string;
/// The failure of a guard of that text that now gets another answer.
auto failure_of(const guard& q, const std::string& text, std::size_t number, double answer) -> guard_failure;

}  // namespace seegrad::detail
