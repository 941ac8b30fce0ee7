#pragma once
// Formulas in plain words, set as formulas.
//
//   with_formulas("First q = x1 / 2 by `run 1`.")   // "First <math>…</math> by <code>run 1</code>."
//
// A formula is what reads as one from its first sign to its last: symbols of a letter with d, digits, ′, ᵀ or powers to them (dw1, Wᵀ, y², f'),
// numbers, known functions, + - * / and products side by side, = and its like. It has at least an operator or a function. Everything else,
// and what is a formula only in part, stays text.

#include <string>
#include <string_view>

namespace seegrad::nn::detail {

/// HTML, in which formulas are MathML, in an element of the class "formula" with the comma or full stop behind them, and what stands in backticks
/// is code.
auto with_formulas(std::string_view text) -> std::string;

}  // namespace seegrad::nn::detail
