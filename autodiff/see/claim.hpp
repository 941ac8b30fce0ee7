#pragma once
// Gradients that somebody says, by hand or of another program, beside those of the sweep.

#include <autodiff/graph/graph.hpp>
#include <autodiff/see/picture.hpp>

namespace seegrad::detail::see {

/// Whether a gradient is as said: equal to nine digits, or rounded to the decimals that `said` has, or was written with.
auto agrees(double said, double actual) -> bool;
auto agrees(double said, int decimals, double actual) -> bool;

/// The remarks of the options, and one for each claim: "you say 9". Throws if a claim is of no node.
auto notes_with_claims(const graph& g, const picture_options& options) -> annotations;

}  // namespace seegrad::detail::see
