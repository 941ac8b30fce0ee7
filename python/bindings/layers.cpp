// Layers, with the options of each as arguments by name.

#include "layer.hpp"
#include <nn/layer/layers.hpp>

namespace seegrad::python {
namespace {

using namespace seegrad::nn;

auto bind_dense(py::module_& m) -> void {
  const auto bias = py::arg("bias") = true;
  const auto type = py::arg("dtype") = float32;
  auto linear_class = layer_of_one<nn::linear>(m, "linear");
  linear_class.def(py::init([](index_t in, index_t out, bool bias, dtype type) {
                     return nn::linear(in, out, {bias, type});
                   }),
                   py::arg("in_features"), py::arg("out_features"), py::kw_only(), bias, type);
  parameter_property(linear_class, "weight", &nn::linear::weight);
  parameter_property(linear_class, "bias", &nn::linear::bias);
  auto bilinear_class = layer_class<bilinear>(m, "bilinear");
  bilinear_class
      .def(py::init([](index_t a, index_t b, index_t out, bool bias, dtype type) {
             return bilinear(a, b, out, {bias, type});
           }),
           py::arg("in1_features"), py::arg("in2_features"), py::arg("out_features"), py::kw_only(), bias, type)
      .def(
          "__call__", [](bilinear& f, const operand& a, const operand& b) { return given(f(a.as_tensor(), b.as_tensor()), a); },
          py::arg("x1"), py::arg("x2"));
  parameter_property(bilinear_class, "weight", &bilinear::weight);
  parameter_property(bilinear_class, "bias", &bilinear::bias);
  auto embedding_class = layer_of_one<embedding>(m, "embedding");
  embedding_class.def(py::init([](index_t count, index_t width, index_t padding_idx, dtype type) {
                        return embedding(count, width, {padding_idx, type});
                      }),
                      py::arg("count"), py::arg("width"), py::kw_only(), py::arg("padding_idx") = -1, type);
  parameter_property(embedding_class, "weight", &embedding::weight);
}

template <class Layer>
auto with_weights(py::class_<Layer> type) {
  // Members of a base are those of the layer.
  const auto shown = [&]<class P>(const char* name, P Layer::*member) { parameter_property(type, name, member); };
  shown("weight", static_cast<decltype(std::declval<Layer>().weight) Layer::*>(&Layer::weight));
  shown("bias", static_cast<decltype(std::declval<Layer>().bias) Layer::*>(&Layer::bias));
  return type;
}

auto bind_convolutions(py::module_& m) -> void {
  const auto in = py::arg("in_channels");
  const auto out = py::arg("out_channels");
  const auto kernel = py::arg("kernel");
  const auto groups = py::arg("groups") = 1;
  const auto bias = py::arg("bias") = true;
  const auto type = py::arg("dtype") = float32;
  const sides one = 1, zero = 0;
  with_weights(layer_of_one<nn::conv2d>(m, "conv2d"))
      .def(py::init([](index_t in, index_t out, sides kernel, sides stride, sides padding, sides dilation, index_t groups,
                       bool bias, dtype type) {
             return nn::conv2d(in, out, kernel, {stride, padding, dilation, groups, bias, type});
           }),
           in, out, kernel, py::kw_only(), py::arg("stride") = one, py::arg("padding") = zero, py::arg("dilation") = one, groups,
           bias, type);
  with_weights(layer_of_one<nn::conv1d>(m, "conv1d"))
      .def(py::init([](index_t in, index_t out, index_t kernel, index_t stride, index_t padding, index_t dilation, index_t groups,
                       bool bias, dtype type) {
             return nn::conv1d(in, out, kernel, {stride, padding, dilation, groups, bias, type});
           }),
           in, out, kernel, py::kw_only(), py::arg("stride") = 1, py::arg("padding") = 0, py::arg("dilation") = 1, groups, bias,
           type);
  with_weights(layer_of_one<nn::conv_transpose2d>(m, "conv_transpose2d"))
      .def(py::init([](index_t in, index_t out, sides kernel, sides stride, sides padding, sides output_padding, sides dilation,
                       index_t groups, bool bias, dtype type) {
             return nn::conv_transpose2d(in, out, kernel, {stride, padding, output_padding, dilation, groups, bias, type});
           }),
           in, out, kernel, py::kw_only(), py::arg("stride") = one, py::arg("padding") = zero, py::arg("output_padding") = zero,
           py::arg("dilation") = one, groups, bias, type);
  with_weights(layer_of_one<nn::conv_transpose1d>(m, "conv_transpose1d"))
      .def(py::init([](index_t in, index_t out, index_t kernel, index_t stride, index_t padding, index_t output_padding,
                       index_t dilation, index_t groups, bool bias, dtype type) {
             return nn::conv_transpose1d(in, out, kernel, {stride, padding, output_padding, dilation, groups, bias, type});
           }),
           in, out, kernel, py::kw_only(), py::arg("stride") = 1, py::arg("padding") = 0, py::arg("output_padding") = 0,
           py::arg("dilation") = 1, groups, bias, type);
}

auto bind_normalisations(py::module_& m) -> void {
  const auto type = py::arg("dtype") = float32;
  const auto eps = py::arg("eps") = 1e-5;
  const auto affine = py::arg("affine") = true;
  with_weights(layer_of_one<batch_norm>(m, "batch_norm"))
      .def(py::init([](index_t channels, double eps, double momentum, bool affine, bool track, dtype type) {
             return batch_norm(channels, {eps, momentum, affine, track, type});
           }),
           py::arg("channels"), py::kw_only(), eps, py::arg("momentum") = 0.1, affine, py::arg("track_running_stats") = true,
           type)
      .def_property_readonly(
          "running_mean", [](batch_norm& f) { return f.running_mean ? &*f.running_mean : nullptr; },
          py::return_value_policy::reference_internal)
      .def_property_readonly(
          "running_var", [](batch_norm& f) { return f.running_var ? &*f.running_var : nullptr; },
          py::return_value_policy::reference_internal);
  with_weights(layer_of_one<layer_norm>(m, "layer_norm"))
      .def(py::init([](const dims& shape, double eps, bool affine, bool bias, dtype type) {
             return layer_norm(shape, {eps, affine, bias, type});
           }),
           py::arg("shape"), py::kw_only(), eps, affine, py::arg("bias") = true, type);
  with_weights(layer_of_one<group_norm>(m, "group_norm"))
      .def(py::init([](index_t groups, index_t channels, double eps, bool affine, bool bias, dtype type) {
             return group_norm(groups, channels, {eps, affine, bias, type});
           }),
           py::arg("groups"), py::arg("channels"), py::kw_only(), eps, affine, py::arg("bias") = true, type);
  auto rms = layer_of_one<rms_norm>(m, "rms_norm");
  rms.def(py::init<index_t, double, dtype>(), py::arg("width"), py::arg("eps") = 1e-6, type);
  parameter_property(rms, "weight", &rms_norm::weight);
}

auto bind_activations(py::module_& m) -> void {
  const auto plain = [&]<class Layer>(std::type_identity<Layer>, const char* name) {
    layer_of_one<Layer>(m, name).def(py::init<>());
  };
  plain(std::type_identity<nn::identity>(), "identity");
  plain(std::type_identity<nn::relu>(), "relu");
  plain(std::type_identity<nn::sigmoid>(), "sigmoid");
  plain(std::type_identity<nn::log_sigmoid>(), "log_sigmoid");
  plain(std::type_identity<nn::tanh>(), "tanh");
  plain(std::type_identity<nn::softplus>(), "softplus");
  plain(std::type_identity<nn::softsign>(), "softsign");
  plain(std::type_identity<nn::silu>(), "silu");
  plain(std::type_identity<nn::gelu>(), "gelu");
  plain(std::type_identity<nn::mish>(), "mish");
  plain(std::type_identity<tanhshrink>(), "tanhshrink");
  plain(std::type_identity<relu6>(), "relu6");
  plain(std::type_identity<hardsigmoid>(), "hardsigmoid");
  plain(std::type_identity<hardswish>(), "hardswish");
  plain(std::type_identity<selu>(), "selu");
  layer_of_one<hardtanh>(m, "hardtanh")
      .def(py::init([](double least, double most) {
             return hardtanh{least, most};
           }),
           py::arg("min_val") = -1.0, py::arg("max_val") = 1.0);
  layer_of_one<nn::leaky_relu>(m, "leaky_relu")
      .def(py::init([](double slope) { return nn::leaky_relu{slope}; }), py::arg("negative_slope") = 0.01);
  layer_of_one<nn::elu>(m, "elu").def(py::init([](double alpha) { return nn::elu{alpha}; }), py::arg("alpha") = 1.0);
  layer_of_one<celu>(m, "celu").def(py::init([](double alpha) { return celu{alpha}; }), py::arg("alpha") = 1.0);
  const auto along = [&]<class Layer>(std::type_identity<Layer>, const char* name) {
    layer_of_one<Layer>(m, name).def(py::init([](index_t axis) {
                                       Layer f;
                                       return f.axis = axis, f;
                                     }),
                                     py::arg("axis") = -1);
  };
  along(std::type_identity<nn::softmax>(), "softmax");
  along(std::type_identity<nn::log_softmax>(), "log_softmax");
  auto prelu_class = layer_of_one<prelu>(m, "prelu");
  prelu_class.def(py::init<index_t, double, dtype>(), py::arg("channels") = 1, py::arg("first") = 0.25,
                  py::arg("dtype") = float32);
  parameter_property(prelu_class, "weight", &prelu::weight);
  layer_of_one<nn::flatten>(m, "flatten")
      .def(py::init([](index_t first, index_t last) {
             nn::flatten f;
             return f.first = first, f.last = last, f;
           }),
           py::arg("first") = 1, py::arg("last") = -1);
  layer_of_one<unflatten>(m, "unflatten").def(py::init([](const dims& shape) { return unflatten{shape}; }), py::arg("shape"));
  layer_of_one<nn::dropout>(m, "dropout").def(py::init<double>(), py::arg("p") = 0.5).def_readonly("p", &nn::dropout::p);
  layer_of_one<dropout2d>(m, "dropout2d").def(py::init<double>(), py::arg("p") = 0.5);
}

auto bind_poolings(py::module_& m) -> void {
  const sides one = 1, zero = 0;
  const auto kernel = py::arg("kernel");
  const auto ceil_mode = py::arg("ceil_mode") = false;
  layer_of_one<nn::max_pool2d>(m, "max_pool2d")
      .def(py::init([](sides kernel, sides stride, sides padding, sides dilation, bool ceil_mode) {
             return nn::max_pool2d{kernel, {stride, padding, dilation, ceil_mode}};
           }),
           kernel, py::kw_only(), py::arg("stride") = zero, py::arg("padding") = zero, py::arg("dilation") = one, ceil_mode);
  layer_of_one<nn::avg_pool2d>(m, "avg_pool2d")
      .def(py::init([](sides kernel, sides stride, sides padding, bool ceil_mode, bool count) {
             return nn::avg_pool2d{kernel, {stride, padding, ceil_mode, count}};
           }),
           kernel, py::kw_only(), py::arg("stride") = zero, py::arg("padding") = zero, ceil_mode,
           py::arg("count_include_pad") = true);
  layer_of_one<nn::max_pool1d>(m, "max_pool1d")
      .def(py::init([](index_t kernel, index_t stride, index_t padding, index_t dilation, bool ceil_mode) {
             return nn::max_pool1d{kernel, {stride, padding, dilation, ceil_mode}};
           }),
           kernel, py::kw_only(), py::arg("stride") = 0, py::arg("padding") = 0, py::arg("dilation") = 1, ceil_mode);
  layer_of_one<nn::avg_pool1d>(m, "avg_pool1d")
      .def(py::init([](index_t kernel, index_t stride, index_t padding, bool ceil_mode, bool count) {
             return nn::avg_pool1d{kernel, {stride, padding, ceil_mode, count}};
           }),
           kernel, py::kw_only(), py::arg("stride") = 0, py::arg("padding") = 0, ceil_mode, py::arg("count_include_pad") = true);
  layer_of_one<nn::adaptive_avg_pool2d>(m, "adaptive_avg_pool2d")
      .def(py::init([](sides extent) { return nn::adaptive_avg_pool2d{extent}; }), py::arg("extent"));
  layer_of_one<nn::adaptive_avg_pool1d>(m, "adaptive_avg_pool1d")
      .def(py::init([](index_t extent) { return nn::adaptive_avg_pool1d{extent}; }), py::arg("extent"));
}

template <class Layer>
auto bind_recurrent(py::module_& m, const char* name) {
  return layer_class<Layer>(m, name).def(
      "__call__",
      [](Layer& f, const operand& x, const std::optional<operand>& h, const std::optional<operand>& c) {
        const auto run = [&] {
          if (!h) return f(x.as_tensor());
          return f(x.as_tensor(), recurrent_state{h->as_tensor(), c ? c->as_tensor() : tensor()});
        };
        const auto y = run();
        constexpr bool has_cell = std::same_as<Layer, lstm>;
        const py::object state =
            has_cell ? py::object(py::make_tuple(given(y.state.h, x), given(y.state.c, x))) : given(y.state.h, x);
        return py::make_tuple(given(y.output, x), state);
      },
      py::arg("x"), py::arg("h") = py::none(), py::arg("c") = py::none(),
      "The top layer's h at every step, and the last state: h, and for lstm (h, c).");
}

auto bind_recurrent_layers(py::module_& m) -> void {
  const auto in = py::arg("width");
  const auto state = py::arg("state");
  const auto layers = py::arg("num_layers") = 1;
  const auto bias = py::arg("bias") = true;
  const auto first = py::arg("batch_first") = false;
  const auto drop = py::arg("dropout") = 0.0;
  const auto both = py::arg("bidirectional") = false;
  const auto type = py::arg("dtype") = float32;
  bind_recurrent<rnn>(m, "rnn").def(
      py::init([](index_t w, index_t s, bool relu, index_t n, bool bias, bool first, double drop, bool both, dtype type) {
        return rnn(w, s, {n, bias, first, drop, both, type}, relu);
      }),
      in, state, py::kw_only(), py::arg("relu") = false, layers, bias, first, drop, both, type);
  const auto made = [&]<class Layer>(py::class_<Layer> of) {
    of.def(py::init([](index_t w, index_t s, index_t n, bool bias, bool first, double drop, bool both, dtype type) {
             return Layer(w, s, {n, bias, first, drop, both, type});
           }),
           in, state, py::kw_only(), layers, bias, first, drop, both, type);
  };
  made(bind_recurrent<lstm>(m, "lstm"));
  made(bind_recurrent<gru>(m, "gru"));
}

auto mask_of(const std::optional<array>& mask, const std::optional<array>& padding, bool causal) -> attention_mask {
  return {mask.value_or(array()), padding.value_or(array()), causal};
}

auto bind_attention(py::module_& m) -> void {
  const auto mask = py::arg("attn_mask") = py::none();
  const auto padding = py::arg("key_padding_mask") = py::none();
  const auto causal = py::arg("is_causal") = false;
  const auto type = py::arg("dtype") = float32;
  const auto first = py::arg("batch_first") = false;
  layer_class<multi_head_attention>(m, "multi_head_attention")
      .def(py::init([](index_t width, index_t heads, double dropout, bool bias, bool first, dtype type) {
             return multi_head_attention(width, heads, {dropout, bias, first, type});
           }),
           py::arg("embed_dim"), py::arg("num_heads"), py::kw_only(), py::arg("dropout") = 0.0, py::arg("bias") = true, first,
           type)
      .def(
          "__call__",
          [](multi_head_attention& f, const operand& q, const std::optional<operand>& k, const std::optional<operand>& v,
             const std::optional<array>& mask, const std::optional<array>& padding, bool causal) {
            const auto m = mask_of(mask, padding, causal);
            if (!k) return given(f(q.as_tensor(), m), q);
            return given(f(q.as_tensor(), k->as_tensor(), v ? v->as_tensor() : k->as_tensor(), m), q);
          },
          py::arg("query"), py::arg("key") = py::none(), py::arg("value") = py::none(), py::kw_only(), mask, padding, causal);
  layer_class<transformer_encoder_layer>(m, "transformer_encoder_layer")
      .def(py::init([](index_t width, index_t heads, index_t feedforward, double dropout, bool gelu, double eps, bool first,
                       bool norm_first, dtype type) {
             return transformer_encoder_layer(width, heads, {feedforward, dropout, gelu, eps, first, norm_first, type});
           }),
           py::arg("d_model"), py::arg("nhead"), py::kw_only(), py::arg("dim_feedforward") = 2048, py::arg("dropout") = 0.1,
           py::arg("gelu") = false, py::arg("layer_norm_eps") = 1e-5, first, py::arg("norm_first") = false, type)
      .def(
          "__call__",
          [](transformer_encoder_layer& f, const operand& x, const std::optional<array>& mask,
             const std::optional<array>& padding,
             bool causal) { return given(f(x.as_tensor(), mask_of(mask, padding, causal)), x); },
          py::arg("x"), py::kw_only(), mask, padding, causal);
  layer_of_one<positional_encoding>(m, "positional_encoding")
      .def(py::init<index_t, index_t, double, bool, dtype>(), py::arg("d_model"), py::arg("max_len") = 5000,
           py::arg("dropout") = 0.1, first, type);
}

}  // namespace

auto bind_layers(py::module_& m) -> void {
  bind_dense(m);
  bind_convolutions(m);
  bind_normalisations(m);
  bind_activations(m);
  bind_poolings(m);
  bind_recurrent_layers(m);
  bind_attention(m);
}

}  // namespace seegrad::python
