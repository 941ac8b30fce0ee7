#pragma once
// Operations as functions in C++ that need neither this library nor any other: a trained model, or a derivative, can go where no library can.

#include <autodiff/graph/operation.hpp>

namespace seegrad {

/// The namespace that cpp_functions writes them in.
inline constexpr std::string_view cpp_namespace = "seegrad_functions";

/// A text of C++20 that needs <cmath> and <limits> alone. For each operation it has the value, `tanh_value(x)`, and the local derivatives by
/// each operand, given the operands and the result: `tanh_d0(x, y)`, `hypot_d1(a, b, y)`. Functions of other operations that these call
/// stand before them, and each stands once. What a function uses several times it computes once.
///
/// With doubles they give what the library gives for numbers, to the last bit if both are compiled without contracting a * b + c; digamma
/// and polygamma, which the library computes otherwise, to rounding. std::lgamma also writes to a global variable, where two threads
/// might meet.
///
/// Throws if one of the operations is on whole arrays, if it or one that it calls has no text (see operation::cpp) or a name that C++ does
/// not allow, and if two of them have one name.
auto cpp_functions(std::span<const operation* const> ops) -> std::string;

}  // namespace seegrad
