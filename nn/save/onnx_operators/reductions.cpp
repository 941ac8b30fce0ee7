// Operators over axes: sums, extremes and what is made of them, running sums, softmax.

#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

/// f(x, axes, keep), in the type of x. Axes are an operand since version 18, and of ReduceSum since 13.
template <class F>
auto reduced(C c, F f) -> tensor {
  const auto& x = c.in(0);
  const auto axes_named = c.list(1, "axes");
  if ((!axes_named || axes_named->empty()) && c.whole("noop_with_empty_axes", 0) != 0) return x;
  const axes over = axes_named && !axes_named->empty() ? axes(dims(*axes_named)) : axes();
  return cast(f(x, over, c.whole("keepdims", 1) != 0 ? keep::axes : keep::none), x.type());
}

/// f(x, axis). Before version 13 the axes from `axis` on counted as one, and axis was 1 unless said.
template <class F>
auto along_rows(C c, F f) -> tensor {
  const auto& x = c.in(0);
  if (c.opset() >= 13) return f(x, c.whole("axis", -1));
  const int axis = seegrad::detail::axis_of(c.whole("axis", 1), x.rank(), "of its axes");
  if (axis == x.rank() - 1) return f(x, index_t{-1});
  return reshape(f(reshape(x, {elements(x.shape().first(axis)), -1}), index_t{-1}), x.shape());
}

auto hardmax(const tensor& x, index_t axis) -> tensor {
  auto shape = dims::filled(x.rank(), 1);
  shape[seegrad::detail::axis_of(axis, x.rank(), "Hardmax")] = x.extent(axis);
  const tensor place = reshape(arange(static_cast<double>(x.extent(axis)), int64), shape);
  return cast(argmax(x, axis, keep_axes) == place, x.type());
}

auto running_sum_of(C c) -> tensor {
  const auto& x = c.in(0);
  const auto axis = static_cast<index_t>(c.number(1));
  const bool from_the_end = c.whole("reverse", 0) != 0;
  const auto y = structured<cumsum_op>({axis, from_the_end}, x);
  return c.whole("exclusive", 0) != 0 ? seegrad::detail::shifted(y, axis, !from_the_end, 0) : y;
}

// clang-format off
const onnx_operator table[] = {
    {"ReduceSum", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return sum(x, a, k); }); }},
    {"ReduceMean", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return mean(x, a, k); }); }},
    {"ReduceProd", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return prod(x, a, k); }); }},
    {"ReduceMax", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return max(x, a, k); }); }},
    {"ReduceMin", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return min(x, a, k); }); }},
    {"ReduceL1", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return sum(abs(x), a, k); }); }},
    {"ReduceL2", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return norm(x, a, k); }); }},
    {"ReduceLogSum", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) -> tensor { return log(sum(x, a, k)); }); }},
    {"ReduceLogSumExp", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return logsumexp(x, a, k); }); }},
    {"ReduceSumSquare", 1, [](C c) -> R { return reduced(c, [](auto& x, auto& a, keep k) { return sum(square(x), a, k); }); }},
    {"CumSum", 2, [](C c) -> R { return running_sum_of(c); }},
    {"Softmax", 1, [](C c) -> R { return along_rows(c, [](const tensor& x, index_t axis) { return softmax(x, axis); }); }},
    {"LogSoftmax", 1, [](C c) -> R { return along_rows(c, [](const tensor& x, index_t axis) { return log_softmax(x, axis); }); }},
    {"Hardmax", 1, [](C c) -> R { return along_rows(c, hardmax); }},
};
// clang-format on

}  // namespace

auto onnx_reductions() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
