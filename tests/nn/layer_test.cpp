// Every layer beside PyTorch's: names of parameters, values, gradients, what is kept. tests/nn/oracle/layers.py has the same
// table.

#include "torch_results.hpp"

#include <nn/layer/layers.hpp>

using namespace seegrad;
using torch_results::file;
using torch_results::outputs;

namespace {

const auto plain = [](auto& m, const outputs& x) -> tensor { return m(x[0]); };
const auto with_two = [](auto& m, const outputs& x) -> tensor { return m(x[0], x[1]); };
const auto twice = [](auto& m, const outputs& x) -> outputs {
  const auto first = m(x[0]), second = m(x[1]);
  return {first, second};
};
const auto then_used = [](auto& m, const outputs& x) -> outputs {
  const auto first = m(x[0]);
  nn::eval(m);
  return {first, m(x[1])};
};

auto products(file& torch) -> void {
  torch.compare("linear", nn::linear(3, 4), plain);
  torch.compare("linear of a vector", nn::linear(3, 4), plain);
  torch.compare("linear of a stack", nn::linear(3, 4), plain);
  torch.compare("linear without a bias", nn::linear(3, 4, {.bias = false}), plain);
  torch.compare("bilinear", nn::bilinear(3, 2, 4), with_two);
  torch.compare("bilinear of a stack without a bias", nn::bilinear(3, 2, 4, {.bias = false}), with_two);
  torch.compare("embedding", nn::embedding(5, 3), [](auto& m, const outputs&) -> tensor {
    return m(array{{0, 4, 2}, {2, 2, 1}});
  });
  torch.compare("embedding with padding", nn::embedding(5, 3, {.padding_idx = 2}), [](auto& m, const outputs&) -> tensor {
    return m(array{0, 4, 2, 2, 1, 4});
  });
}

auto convolutions(file& torch) -> void {
  torch.compare("conv2d", nn::conv2d(2, 3, 3), plain);
  torch.compare("conv2d apart", nn::conv2d(2, 4, {3, 2}, {.stride = {2, 1}, .padding = {1, 2}, .dilation = {1, 2}, .groups = 2}),
                plain);
  torch.compare("conv2d without a bias", nn::conv2d(2, 2, 2, {.stride = 2, .bias = false}), plain);
  torch.compare("conv1d", nn::conv1d(2, 3, 3), plain);
  torch.compare("conv1d apart", nn::conv1d(4, 2, 3, {.stride = 2, .padding = 2, .dilation = 2, .groups = 2, .bias = false}),
                plain);
  torch.compare("conv_transpose2d", nn::conv_transpose2d(2, 3, 3), plain);
  torch.compare(
      "conv_transpose2d apart",
      nn::conv_transpose2d(4, 2, {3, 2},
                           {.stride = {2, 3}, .padding = {1, 0}, .output_padding = {1, 2}, .dilation = {1, 2}, .groups = 2}),
      plain);
  torch.compare("conv_transpose1d", nn::conv_transpose1d(2, 3, 3, {.bias = false}), plain);
  torch.compare("conv_transpose1d apart",
                nn::conv_transpose1d(4, 6, 2, {.stride = 3, .padding = 1, .output_padding = 1, .dilation = 2, .groups = 2}),
                plain);
}

auto pooling(file& torch) -> void {
  torch.compare("max_pool2d", nn::max_pool2d{2}, plain);
  torch.compare("max_pool2d apart",
                nn::max_pool2d{{3, 2}, {.stride = {2, 1}, .padding = {1, 1}, .dilation = {1, 2}, .ceil_mode = true}}, plain);
  torch.compare("avg_pool2d", nn::avg_pool2d{2}, plain);
  torch.compare("avg_pool2d apart", nn::avg_pool2d{{3, 2}, {.stride = {2, 1}, .padding = {1, 0}, .ceil_mode = true}}, plain);
  torch.compare("avg_pool2d of what is there", nn::avg_pool2d{3, {.stride = 2, .padding = 1, .count_include_pad = false}}, plain);
  torch.compare("max_pool1d", nn::max_pool1d{3, {.stride = 2, .padding = 1}}, plain);
  torch.compare("max_pool1d apart", nn::max_pool1d{2, {.dilation = 2, .ceil_mode = true}}, plain);
  torch.compare("avg_pool1d", nn::avg_pool1d{3, {.stride = 2, .padding = 1, .ceil_mode = true}}, plain);
  torch.compare("avg_pool1d of what is there", nn::avg_pool1d{2, {.padding = 1, .count_include_pad = false}}, plain);
  torch.compare("adaptive_avg_pool2d", nn::adaptive_avg_pool2d{{3, 2}}, plain);
  torch.compare("adaptive_avg_pool2d to one", nn::adaptive_avg_pool2d{1}, plain);
  torch.compare("adaptive_avg_pool1d", nn::adaptive_avg_pool1d{3}, plain);
}

auto normalisation(file& torch) -> void {
  torch.compare("batch_norm of rows", nn::batch_norm(3), twice);
  torch.compare("batch_norm of sequences", nn::batch_norm(3, {.momentum = 0.3}), twice);
  torch.compare("batch_norm of images", nn::batch_norm(2, {.eps = 1e-3}), twice);
  torch.compare("batch_norm in use", nn::batch_norm(2), then_used);
  torch.compare("batch_norm of rows in use", nn::batch_norm(3), then_used);
  torch.compare("batch_norm without weights", nn::batch_norm(3, {.affine = false}), twice);
  torch.compare("batch_norm without tracking", nn::batch_norm(3, {.track_running_stats = false}), then_used);
  torch.compare("layer_norm", nn::layer_norm({4}), plain);
  torch.compare("layer_norm over two axes", nn::layer_norm({3, 4}, {.eps = 1e-2}), plain);
  torch.compare("layer_norm without weights", nn::layer_norm({4}, {.affine = false}), plain);
  torch.compare("layer_norm without a bias", nn::layer_norm({4}, {.bias = false}), plain);
  torch.compare("group_norm", nn::group_norm(2, 4), plain);
  torch.compare("group_norm of images", nn::group_norm(3, 6, {.eps = 1e-3}), plain);
  torch.compare("group_norm without weights", nn::group_norm(2, 4, {.affine = false}), plain);
  torch.compare("rms_norm", nn::rms_norm(4), plain);
  torch.compare("rms_norm with a large eps", nn::rms_norm(4, 0.1), plain);
}

auto activations(file& torch) -> void {
  const array points{{0.0, 1.0, -1.0, 3.0, -3.0, 6.0, -6.0},
                     {30.0, -30.0, 0.5, -0.5, 2.0, -2.0, 1e-3},
                     {-1e-3, 2.75, -4.25, 0.3, -0.7, 19.0, -19.0}};
  const auto compare = [&](const char* name, auto module) {
    torch.compare(std::string("activation ") + name, module, plain, {points}, torch_results::tolerance::of_each);
  };
  compare("identity", nn::identity{});
  compare("relu", nn::relu{});
  compare("sigmoid", nn::sigmoid{});
  compare("log_sigmoid", nn::log_sigmoid{});
  compare("tanh", nn::tanh{});
  compare("softplus", nn::softplus{});
  compare("softsign", nn::softsign{});
  compare("silu", nn::silu{});
  compare("gelu", nn::gelu{});
  compare("mish", nn::mish{});
  compare("tanhshrink", nn::tanhshrink{});
  compare("relu6", nn::relu6{});
  compare("hardtanh", nn::hardtanh{});
  compare("hardtanh apart", nn::hardtanh{-0.5, 3});
  compare("hardsigmoid", nn::hardsigmoid{});
  compare("leaky_relu", nn::leaky_relu{});
  compare("leaky_relu apart", nn::leaky_relu{0.2});
  compare("elu", nn::elu{});
  compare("elu apart", nn::elu{0.7});
  compare("selu", nn::selu{});
  compare("celu", nn::celu{});
  compare("celu apart", nn::celu{0.5});
  compare("softmax", nn::softmax{});
  compare("softmax down", nn::softmax{0});
  compare("log_softmax", nn::log_softmax{});
  compare("prelu", nn::prelu{});
  torch.compare("hardswish", nn::hardswish{}, plain,
                {array{0.0, 1.0, -1.0, -3.0, 6.0, -6.0, 30.0, -30.0, 2.875, -2.875, 3.125, -3.125}});
  torch.compare("prelu of channels", nn::prelu(3), plain);
  torch.compare("flatten", nn::flatten{}, plain);
  torch.compare("flatten apart", nn::flatten{0, 1}, plain);
  torch.compare("unflatten", nn::unflatten{{3, 2}}, plain);
}

template <class Make>
auto recurrent(file& torch, const std::string& kind, const Make& make) -> void {
  const bool is_lstm = kind == "lstm";
  const auto in_order = [=](const nn::recurrent_result& r) -> outputs {
    CHECK(r.state.c.value().is_null() != is_lstm);
    return is_lstm ? outputs{r.output, r.state.h, r.state.c} : outputs{r.output, r.state.h};
  };
  const auto from_zero = [=](auto& m, const outputs& x) { return in_order(m(x[0])); };
  const auto from_state = [=](auto& m, const outputs& x) {
    return in_order(m(x[0], nn::recurrent_state{x[1], is_lstm ? x[2] : tensor()}));
  };
  torch.compare(kind, make(2, 3, {}), from_zero);
  torch.compare(kind + " from a state", make(2, 3, {}), from_state);
  torch.compare(kind + " batch first", make(2, 3, {.batch_first = true}), from_state);
  torch.compare(kind + " without biases", make(2, 3, {.bias = false}), from_zero);
  torch.compare(kind + " of two layers both ways", make(2, 3, {.num_layers = 2, .bidirectional = true}), from_state);
  torch.compare(kind + " of two layers batch first",
                make(2, 2, {.num_layers = 2, .bias = false, .batch_first = true, .bidirectional = true}), from_zero);
}

auto attention(file& torch) -> void {
  using nn::multi_head_attention;
  const auto masked = [](const nn::attention_mask& mask) {
    return [mask](auto& m, const outputs& x) -> tensor {
      if constexpr (requires { m(x[0], x[1], x[2], mask); })
        if (x.size() == 3) return m(x[0], x[1], x[2], mask);
      return m(x[0], mask);
    };
  };
  const array looks{{false, false, true, false}, {true, false, false, false}, {false, true, false, true}};
  const array padding{{false, false, true, true}, {false, false, false, false}};
  const array scores = torch_results::made({4, 4}, 70);
  torch.compare("attention", multi_head_attention(4, 2), masked({}));
  torch.compare("attention batch first", multi_head_attention(4, 2, {.batch_first = true}), masked({}));
  torch.compare("attention without biases", multi_head_attention(4, 2, {.bias = false}), masked({}));
  torch.compare("attention to others", multi_head_attention(6, 3), masked({}));
  torch.compare("attention to what it reads", multi_head_attention(4, 1),
                [](auto& m, const outputs& x) -> tensor { return m(x[0], x[1], x[1]); });
  torch.compare("attention with a mask", multi_head_attention(4, 2, {.bias = false, .batch_first = true}),
                masked({.attn_mask = looks}));
  torch.compare("attention with added scores", multi_head_attention(4, 2), masked({.attn_mask = scores}));
  torch.compare("attention with padding", multi_head_attention(4, 2, {.batch_first = true}),
                masked({.key_padding_mask = padding}));
  torch.compare("attention causal", multi_head_attention(4, 2), masked({.is_causal = true}));
  torch.compare("attention causal with padding", multi_head_attention(4, 2, {.batch_first = true}),
                masked({.key_padding_mask = padding, .is_causal = true}));
  torch.compare("encoder layer", nn::transformer_encoder_layer(4, 2, {.dim_feedforward = 6, .dropout = 0}), masked({}));
  torch.compare(
      "encoder layer norm first",
      nn::transformer_encoder_layer(
          4, 2,
          {.dim_feedforward = 6, .dropout = 0, .gelu = true, .layer_norm_eps = 1e-3, .batch_first = true, .norm_first = true}),
      masked({.key_padding_mask = padding, .is_causal = true}));
  torch.compare("positional encoding", nn::positional_encoding(6, 8, 0, false, float64), plain);
  torch.compare("positional encoding batch first", nn::positional_encoding(5, 7, 0, true, float64), plain);
}

auto containers(file& torch) -> void {
  torch.compare("sequential", nn::sequential{nn::linear(3, 4), nn::tanh{}, nn::sequential{nn::linear(4, 2), nn::softplus{}}},
                plain);
  torch.compare(
      "sequential of images",
      nn::sequential{nn::conv2d(1, 2, 3, {.bias = false}), nn::batch_norm(2), nn::max_pool2d{2}, nn::flatten{}, nn::linear(8, 2)},
      plain);
  torch.compare("residual", nn::residual{nn::sequential{nn::layer_norm({3}), nn::linear(3, 3), nn::gelu{}}}, plain);
}

}  // namespace

TEST_CASE("layers agree with PyTorch's") {
  file torch(std::string(NN_ORACLE) + "/layers.npz");
  products(torch);
  convolutions(torch);
  pooling(torch);
  normalisation(torch);
  activations(torch);
  using options = nn::recurrent_options;
  recurrent(torch, "rnn", [](index_t in, index_t hidden, const options& o) { return nn::rnn(in, hidden, o); });
  recurrent(torch, "rnn_relu", [](index_t in, index_t hidden, const options& o) { return nn::rnn(in, hidden, o, true); });
  recurrent(torch, "lstm", [](index_t in, index_t hidden, const options& o) { return nn::lstm(in, hidden, o); });
  recurrent(torch, "gru", [](index_t in, index_t hidden, const options& o) { return nn::gru(in, hidden, o); });
  attention(torch);
  containers(torch);
  for (const auto& name : torch.left()) CHECK_MESSAGE(false, name, " is compared with nothing");
}
