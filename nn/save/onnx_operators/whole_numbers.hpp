#pragma once
// Arithmetic of whole numbers as ONNX has it, where the library's gives fractions.

#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {

inline auto are_whole(const tensor& a, const tensor& b) -> bool { return !is_floating(a.type()) && !is_floating(b.type()); }
/// Towards 0. Throws for a divisor that is 0.
auto whole_quotient(const tensor& a, const tensor& b) -> tensor;
/// With the sign of the divisor, as Python's %. Throws for a divisor that is 0.
auto whole_remainder(const tensor& a, const tensor& b) -> tensor;
/// The nearest whole number, of halves the even one; the library's round takes these away from 0.
auto rounded_to_even(const tensor& x) -> tensor;
/// a to the power b; exact for whole numbers below 2^53.
auto power(const tensor& a, const tensor& b) -> tensor;

}  // namespace seegrad::nn::detail
