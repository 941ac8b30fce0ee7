#pragma once
// An operation as people write it: b × c, σ(z), 3 × □.

#include <autodiff/graph/graph.hpp>
#include <string>
#include <string_view>

namespace seegrad::detail::see {

/// The sign of an operation in a picture: × for *, − for -.
auto sign_of(const operation& op) -> std::string_view;

/// Node k over the names and constants it uses, with □ for operands without a name. Empty if it is too long; and if no operand has a
/// name, unless `always`.
auto formula_of(const graph& g, node_id k, int digits, bool always) -> std::string;

/// Without brackets around all of it: a + b of (a + b), but (a) + (b) as it is.
auto without_brackets(std::string_view text) -> std::string_view;

/// Whether two formulas are written alike: spaces, brackets around the whole, and the signs for times and minus do not count.
auto is_same_formula(std::string_view a, std::string_view b) -> bool;

}  // namespace seegrad::detail::see
