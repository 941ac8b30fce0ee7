// Convolutions, poolings, and windows as columns.

#include "bind.hpp"
#include <autodiff/ops/window/convolution.hpp>
#include <autodiff/ops/window/pooling.hpp>

namespace seegrad::python {
namespace {

/// f(x, weight) or f(x, weight, bias).
template <class F>
auto convolved(const operand& x, const operand& w, const std::optional<operand>& bias, F f) -> py::object {
  if (!bias) return on([&](const tensor& x, const tensor& w) { return f(x, w); }, x, w);
  return on([&](const tensor& x, const tensor& w, const tensor& b) { return f(x, w, b); }, x, w, *bias);
}

auto bind_convolutions(py::module_& m) -> void {
  const auto x = py::arg("x");
  const auto weight = py::arg("weight");
  const auto bias = py::arg("bias") = py::none();
  const auto groups = py::arg("groups") = 1;
  const sides one = 1, zero = 0;
  using optional = std::optional<operand>;
  m.def(
      "conv2d",
      [](const operand& x, const operand& w, const optional& b, sides stride, sides padding, sides dilation, index_t groups) {
        return convolved(x, w, b, [&](const auto&... t) { return conv2d(t..., convolution{stride, padding, dilation, groups}); });
      },
      x, weight, bias, py::kw_only(), py::arg("stride") = one, py::arg("padding") = zero, py::arg("dilation") = one, groups,
      documentation("conv2d"));
  m.def(
      "conv1d",
      [](const operand& x, const operand& w, const optional& b, index_t stride, index_t padding, index_t dilation,
         index_t groups) {
        return convolved(x, w, b, [&](const auto&... t) {
          return conv1d(t..., convolution_1d{stride, padding, dilation, groups});
        });
      },
      x, weight, bias, py::kw_only(), py::arg("stride") = 1, py::arg("padding") = 0, py::arg("dilation") = 1, groups,
      documentation("conv1d"));
  m.def(
      "conv_transpose2d",
      [](const operand& x, const operand& w, const optional& b, sides stride, sides padding, sides output_padding, sides dilation,
         index_t groups) {
        return convolved(x, w, b, [&](const auto&... t) {
          return conv_transpose2d(t..., transposed_convolution{stride, padding, output_padding, dilation, groups});
        });
      },
      x, weight, bias, py::kw_only(), py::arg("stride") = one, py::arg("padding") = zero, py::arg("output_padding") = zero,
      py::arg("dilation") = one, groups, documentation("conv_transpose2d"));
  m.def(
      "conv_transpose1d",
      [](const operand& x, const operand& w, const optional& b, index_t stride, index_t padding, index_t output_padding,
         index_t dilation, index_t groups) {
        return convolved(x, w, b, [&](const auto&... t) {
          return conv_transpose1d(t..., transposed_convolution_1d{stride, padding, output_padding, dilation, groups});
        });
      },
      x, weight, bias, py::kw_only(), py::arg("stride") = 1, py::arg("padding") = 0, py::arg("output_padding") = 0,
      py::arg("dilation") = 1, groups, documentation("conv_transpose1d"));
}

auto bind_poolings(py::module_& m) -> void {
  const auto x = py::arg("x");
  const auto kernel = py::arg("kernel");
  const auto ceil_mode = py::arg("ceil_mode") = false;
  const sides one = 1, zero = 0;
  m.def(
      "max_pool2d",
      [](const operand& x, sides kernel, sides stride, sides padding, sides dilation, bool ceil_mode) {
        return on([&](const tensor& t) { return max_pool2d(t, kernel, {stride, padding, dilation, ceil_mode}); }, x);
      },
      x, kernel, py::kw_only(), py::arg("stride") = zero, py::arg("padding") = zero, py::arg("dilation") = one, ceil_mode,
      documentation("max_pool2d"));
  m.def(
      "avg_pool2d",
      [](const operand& x, sides kernel, sides stride, sides padding, bool ceil_mode, bool count_include_pad) {
        return on([&](const tensor& t) { return avg_pool2d(t, kernel, {stride, padding, ceil_mode, count_include_pad}); }, x);
      },
      x, kernel, py::kw_only(), py::arg("stride") = zero, py::arg("padding") = zero, ceil_mode,
      py::arg("count_include_pad") = true, documentation("avg_pool2d"));
  m.def(
      "max_pool1d",
      [](const operand& x, index_t kernel, index_t stride, index_t padding, index_t dilation, bool ceil_mode) {
        return on([&](const tensor& t) { return max_pool1d(t, kernel, {stride, padding, dilation, ceil_mode}); }, x);
      },
      x, kernel, py::kw_only(), py::arg("stride") = 0, py::arg("padding") = 0, py::arg("dilation") = 1, ceil_mode,
      documentation("max_pool1d"));
  m.def(
      "avg_pool1d",
      [](const operand& x, index_t kernel, index_t stride, index_t padding, bool ceil_mode, bool count_include_pad) {
        return on([&](const tensor& t) { return avg_pool1d(t, kernel, {stride, padding, ceil_mode, count_include_pad}); }, x);
      },
      x, kernel, py::kw_only(), py::arg("stride") = 0, py::arg("padding") = 0, ceil_mode, py::arg("count_include_pad") = true,
      documentation("avg_pool1d"));
  m.def(
      "adaptive_avg_pool2d",
      [](const operand& x, sides extent) { return on([&](const tensor& t) { return adaptive_avg_pool2d(t, extent); }, x); }, x,
      py::arg("extent"), documentation("adaptive_avg_pool2d"));
  m.def(
      "adaptive_avg_pool1d",
      [](const operand& x, index_t extent) { return on([&](const tensor& t) { return adaptive_avg_pool1d(t, extent); }, x); }, x,
      py::arg("extent"), documentation("adaptive_avg_pool1d"));
  m.def(
      "unfold",
      [](const operand& x, sides kernel, sides stride, sides padding, sides dilation) {
        return on([&](const tensor& t) { return unfold(t, kernel, window_options{stride, padding, dilation}); }, x);
      },
      x, kernel, py::kw_only(), py::arg("stride") = one, py::arg("padding") = zero, py::arg("dilation") = one,
      documentation("unfold"));
  m.def(
      "fold",
      [](const operand& x, sides extent, sides kernel, sides stride, sides padding, sides dilation) {
        return on([&](const tensor& t) { return fold(t, extent, kernel, window_options{stride, padding, dilation}); }, x);
      },
      x, py::arg("extent"), kernel, py::kw_only(), py::arg("stride") = one, py::arg("padding") = zero, py::arg("dilation") = one,
      documentation("fold"));
}

}  // namespace

auto bind_windows(py::module_& m) -> void {
  bind_convolutions(m);
  bind_poolings(m);
}

}  // namespace seegrad::python
