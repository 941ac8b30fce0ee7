#pragma once
// An operation as people write it: b × c, σ(z), 3 × □.

#include <autodiff/graph/graph.hpp>
#include <string>

namespace seegrad::see {

/// The sign of an operation in a picture: × for *, − for -.
auto sign_of(const operation& op) -> std::string_view;

/// Node k over the names and constants it uses, with □ for operands without a name. Empty if it is too long; and if no operand has a
/// name, unless `always`.
auto formula_of(const graph& g, node_id k, int digits, bool always) -> std::string;

}  // namespace seegrad::see
