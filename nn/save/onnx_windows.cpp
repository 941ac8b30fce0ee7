#include <nn/save/onnx_windows.hpp>

#include <autodiff/ops/window/convolution.hpp>
#include <autodiff/ops/window/pooling.hpp>

namespace seegrad::nn::detail {
namespace {

auto pair(const sides& s) -> std::vector<index_t> { return {s.h, s.w}; }
/// In front and behind; ONNX wants both fronts first.
auto pads(const sides& front, const sides& behind) -> std::vector<index_t> { return {front.h, front.w, behind.h, behind.w}; }

auto attributes_of(const convolution& c, const dims& w) -> std::vector<onnx_attribute> {
  return {{"kernel_shape", std::vector<index_t>{w[2], w[3]}},
          {"strides", pair(c.stride)},
          {"pads", pads(c.padding, c.padding)},
          {"dilations", pair(c.dilation)},
          {"group", c.groups}};
}

auto images_only(onnx_export& e) -> void {
  e.keep_out(0, 1);
  if (e.count() > 1) e.keep_out(1);
  e.batch_at(e.batch(0));
}

/// Zeros behind the axis with which exactly `count` windows fit.
auto behind(const seegrad::detail::window_axis& a, index_t extent, index_t count) -> index_t {
  return std::max<index_t>(0, (count - 1) * a.stride + a.reach() - extent - a.padding);
}

}  // namespace

auto convolution_counterpart(onnx_export& e) -> std::string {
  images_only(e);
  return e.put("Conv", {e.in(0), e.in(1)}, attributes_of(e.parameters<convolution>(), e.shape(1)));
}

auto transposed_convolution_counterpart(onnx_export& e) -> std::string {
  const auto& p = e.parameters<seegrad::detail::conv_transpose_parameters>();
  images_only(e);
  const auto x = e.shape(0), w = e.shape(1);
  const auto plain = [](index_t n, index_t stride, index_t padding, index_t dilation, index_t kernel) {
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1;
  };
  auto all = attributes_of(p.rule, w);
  all.emplace_back("output_padding",
                   pair({p.extent.h - plain(x[2], p.rule.stride.h, p.rule.padding.h, p.rule.dilation.h, w[2]),
                         p.extent.w - plain(x[3], p.rule.stride.w, p.rule.padding.w, p.rule.dilation.w, w[3])}));
  return e.put("ConvTranspose", {e.in(0), e.in(1)}, all);
}

// A window that reaches beyond the end is one over padding, which is never the largest number: so ceil_mode is not needed.
auto max_pool_counterpart(onnx_export& e) -> std::string {
  const auto& w = e.parameters<seegrad::detail::max_pool_parameters>().windows;
  e.keep_out(0, 2);
  e.batch_at(e.batch(0));
  const auto x = e.shape(0), y = e.result();
  auto images = e.in(0);
  sides end(behind(w.rows(), x[2], y[2]), behind(w.columns(), x[3], y[3]));
  if (end.h >= w.kernel.h || end.w >= w.kernel.w) {  // as dilation can have it; runtimes refuse to pad by so much on the way
    const std::vector<std::int64_t> at_the_end{0, 0, 0, 0, 0, 0, end.h, end.w};
    images = e.put("Pad", {images, e.numbers(array(at_the_end), "pads"), e.number(-infinity)});
    end = 0;
  }
  return e.put("MaxPool", {images},
               {{"kernel_shape", pair(w.kernel)},
                {"strides", pair(w.options.stride)},
                {"pads", pads(w.options.padding, end)},
                {"dilations", pair(w.options.dilation)}});
}

auto avg_pool_counterpart(onnx_export& e) -> std::string {
  const auto& p = e.parameters<seegrad::detail::avg_pool_parameters>();
  const auto& w = p.windows;
  e.keep_out(0, 2);
  e.batch_at(e.batch(0));
  const auto x = e.shape(0), y = e.result();
  if (p.adaptive && w.kernel == sides(1)) return e.put("GlobalAveragePool", {e.in(0)});
  if (p.adaptive) {
    if (x[2] % y[2] != 0 || x[3] % y[3] != 0) e.refuse("windows of different sizes have no counterpart in ONNX");
    const sides kernel(x[2] / y[2], x[3] / y[3]);
    return e.put("AveragePool", {e.in(0)}, {{"kernel_shape", pair(kernel)}, {"strides", pair(kernel)}});
  }
  if (w.rows().count(x[2]) != y[2] || w.columns().count(x[3]) != y[3])
    e.refuse("with ceil_mode, windows that reach beyond the end are divided by another number in ONNX");
  return e.put("AveragePool", {e.in(0)},
               {{"kernel_shape", pair(w.kernel)},
                {"strides", pair(w.options.stride)},
                {"pads", pads(w.options.padding, w.options.padding)},
                {"count_include_pad", index_t{p.count_include_pad}}});
}

}  // namespace seegrad::nn::detail
