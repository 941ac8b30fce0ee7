// Products of matrices, and determinants.

#include <algorithm>
#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

// alpha A B + beta C, where A and B may be turned. A layer of a network, x Wᵀ + b, is one operation here.
auto gemm(C c) -> tensor {
  const auto alpha = c.real("alpha", 1), beta = c.real("beta", 1);
  const bool turn_a = c.whole("transA", 0) != 0, turn_b = c.whole("transB", 0) != 0;
  const auto& a = c.in(0);
  const auto& b = c.in(1);
  if (a.rank() != 2 || b.rank() != 2)
    c.refuse(fmt::format("{} and {}: matrices are wanted", to_string(a.shape()), to_string(b.shape())));
  const bool is_layer = !turn_a && turn_b && alpha == 1;
  if (is_layer && !c.has(2)) return linear(a, b);
  if (is_layer && beta == 1 && c.in(2).rank() == 1 && c.in(2).size() == b.shape()[0]) return linear(a, b, c.in(2));
  tensor y = matmul(turn_a ? transpose(a) : a, turn_b ? transpose(b) : b);
  if (alpha != 1) y = alpha * y;
  if (!c.has(2) || beta == 0) return y;
  return beta == 1 ? y + c.in(2) : y + beta * c.in(2);
}

// clang-format off
const onnx_operator table[] = {
    {"MatMul", 2, [](C c) -> R { return matmul(c.in(0), c.in(1)); }},
    {"Gemm", 2, [](C c) -> R { return gemm(c); }},
    {"Det", 1, [](C c) -> R { return det(c.in(0)); }},
    {"Einsum", 1, [](C c) -> R { return einsum(c.word("equation", ""), c.all()); }},
};
// clang-format on

}  // namespace

auto onnx_products() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
