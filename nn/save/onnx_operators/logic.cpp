// Comparisons, truth values, choices, and types.

#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operators/whole_numbers.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

auto truth(const tensor& x) -> tensor { return cast(x, boolean); }

auto is_infinite(C c) -> tensor {
  const auto& x = c.in(0);
  const bool below = c.whole("detect_negative", 1) != 0, above = c.whole("detect_positive", 1) != 0;
  if (below && above) return isinf(x);
  if (below) return isinf(x) & (x < 0.0);
  if (above) return isinf(x) & (x > 0.0);
  return x != x;
}

// A fraction loses what is behind the point.
auto converted(const tensor& x, dtype type) -> tensor {
  if (type == boolean) return x.type() == boolean ? x : x != 0.0;
  return cast(type == int64 && is_floating(x.type()) ? trunc(x) : x, type);
}

// Its operands are the condition, what one branch gives, and what the other gives (onnx_branches.hpp), of which one is not there.
auto chosen(C c) -> std::vector<tensor> {
  const int n = c.result_count(), from = c.number(0) != 0 ? 1 : 1 + n;
  std::vector<tensor> out;
  for (int i = from; i < from + n; ++i) out.push_back(c.in(i));
  return out;
}

// clang-format off
const onnx_operator table[] = {
    {"Equal", 2, [](C c) -> R { return tensor(c.in(0) == c.in(1)); }},
    {"Greater", 2, [](C c) -> R { return tensor(c.in(0) > c.in(1)); }},
    {"GreaterOrEqual", 2, [](C c) -> R { return tensor(c.in(0) >= c.in(1)); }},
    {"Less", 2, [](C c) -> R { return tensor(c.in(0) < c.in(1)); }},
    {"LessOrEqual", 2, [](C c) -> R { return tensor(c.in(0) <= c.in(1)); }},
    {"And", 2, [](C c) -> R { return tensor(c.in(0) & c.in(1)); }},
    {"Or", 2, [](C c) -> R { return tensor(c.in(0) | c.in(1)); }},
    {"Xor", 2, [](C c) -> R { return tensor(c.in(0) ^ c.in(1)); }},
    {"Not", 1, [](C c) -> R { return tensor(!c.in(0)); }},
    {"IsNaN", 1, [](C c) -> R { return isnan(c.in(0)); }},
    {"IsInf", 1, [](C c) -> R { return is_infinite(c); }},
    {"Where", 3, [](C c) -> R { return where(truth(c.in(0)), c.in(1), c.in(2)); }},
    {"If", 1, [](C c) -> R { return chosen(c); }},
    {"Cast", 1, [](C c) -> R { return converted(c.in(0), type_of_onnx(c.whole("to"))); }},
    {"CastLike", 2, [](C c) -> R { return converted(c.in(0), c.in(1).type()); }},
    {"Identity", 1, [](C c) -> R { return c.in(0); }},
};
// clang-format on

}  // namespace

auto onnx_logic() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
