// Every layer under the library's own checker, in float32 beside float64, and with shapes that do not fit.

#include "torch_results.hpp"

#include <nn/layer/layers.hpp>

using namespace seegrad;
using torch_results::made;
using torch_results::outputs;
using torch_results::subject;

namespace {

const auto plain = [](auto& m, const outputs& x) -> tensor { return m(x[0]); };

struct gradients {
  std::vector<array> values, of_parameters, of_inputs;
};

auto gradients_of(const subject& s, const std::vector<array>& data) -> gradients {
  graph g;
  outputs x;
  for (const auto& a : data) x.push_back(input(a));
  torch_results::named_arrays found;
  s.run(x, found);
  gradients all;
  for (const auto& [name, value] : found) all.values.push_back(value);
  for (const auto& [name, p] : s.parameters) all.of_parameters.push_back(grad(*p));
  for (const auto& one : x) all.of_inputs.push_back(grad(one));
  return all;
}

// Rounding of float32 is 6e-8, and these are sums of at most some hundred numbers below 1.
auto agree_within_rounding(const std::vector<array>& narrow, const std::vector<array>& wide) -> void {
  REQUIRE(narrow.size() == wide.size());
  for (std::size_t i = 0; i < wide.size(); ++i) {
    CHECK(narrow[i].type() == float32);
    CHECK(wide[i].type() == float64);
    REQUIRE(narrow[i].shape() == wide[i].shape());
    double largest = 1e-2;
    for (const auto v : wide[i].to_vector<double>()) largest = std::max(largest, std::abs(v));
    CHECK_MESSAGE(all_close(narrow[i].cast(float64), wide[i], 0, 2e-5 * largest), fmt::format("{}\n{}", narrow[i], wide[i]));
  }
}

auto examine(const std::string& name, const subject& narrow, const subject& wide, const std::vector<dims>& shapes) -> void {
  CAPTURE(name);
  std::vector<array> data, narrow_data;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    narrow_data.push_back(made(shapes[k], 50 + k).cast(float32));
    data.push_back(narrow_data.back().cast(float64));
  }
  // Both sides have the numbers that float32 can hold.
  for (const auto* s : {&narrow, &wide})
    for (const auto& [member, p] : s->parameters) *p = p->value().cast(float32).cast(s == &wide ? float64 : float32);
  const auto in_float64 = gradients_of(wide, data), in_float32 = gradients_of(narrow, narrow_data);
  agree_within_rounding(in_float32.values, in_float64.values);
  agree_within_rounding(in_float32.of_parameters, in_float64.of_parameters);
  agree_within_rounding(in_float32.of_inputs, in_float64.of_inputs);
  for (std::size_t p = 0; p < wide.parameters.size(); ++p)
    CHECK(in_float32.of_parameters[p].shape() == wide.parameters[p].parameter->shape());

  graph g;
  outputs x;
  for (const auto& a : data) x.push_back(input(a));
  const auto y = wide.call(x);
  tensor loss = 0.0;
  for (std::size_t k = 0; k < y.size(); ++k) loss = loss + sum(square(y[k]) * made(y[k].shape(), 90 + k));
  const auto report = check(loss, {.second_order = g.size() < 60});
  CHECK_MESSAGE(report.passed(), report.text());
  CHECK_MESSAGE(report.count(verdict::pass) > 0, report.text());
}

template <class M, class F = decltype(plain)>
auto examine(const std::string& name, M narrow, const std::vector<dims>& shapes, const F& forward = plain) -> void {
  auto wide = narrow;
  nn::to(wide, float64);
  examine(name, subject::of(narrow, forward), subject::of(wide, forward), shapes);
}

}  // namespace

TEST_CASE("layers of products, windows and activations pass the checker, in float32 as in float64") {
  const auto with_two = [](auto& m, const outputs& x) -> tensor { return m(x[0], x[1]); };
  const auto chosen = [](auto& m, const outputs&) -> tensor { return m(array{{2, 0}, {2, 3}}); };
  examine("linear", nn::linear(3, 2), {{2, 3}});
  examine("linear of a vector", nn::linear(3, 2), {{3}});
  examine("linear without a bias", nn::linear(3, 2, {.bias = false}), {{2, 2, 3}});
  examine("bilinear", nn::bilinear(2, 3, 2), {{2, 2}, {2, 3}}, with_two);
  examine("embedding", nn::embedding(4, 2), {}, chosen);
  examine("embedding with padding", nn::embedding(4, 2, {.padding_idx = 3}), {}, chosen);
  examine("conv2d", nn::conv2d(2, 2, 2, {.stride = {1, 2}, .padding = 1, .groups = 2}), {{1, 2, 3, 3}});
  examine("conv1d", nn::conv1d(2, 2, 2, {.dilation = 2}), {{2, 2, 4}});
  examine("conv_transpose2d", nn::conv_transpose2d(2, 2, 2, {.stride = 2, .output_padding = 1}), {{1, 2, 2, 2}});
  examine("conv_transpose1d", nn::conv_transpose1d(2, 1, 2, {.stride = 2}), {{2, 2, 3}});
  examine("max_pool2d", nn::max_pool2d{2}, {{1, 2, 4, 4}});
  examine("avg_pool2d", nn::avg_pool2d{2}, {{1, 2, 4, 4}});
  examine("max_pool1d", nn::max_pool1d{2}, {{1, 2, 4}});
  examine("avg_pool1d", nn::avg_pool1d{2}, {{1, 2, 4}});
  examine("adaptive_avg_pool2d", nn::adaptive_avg_pool2d{2}, {{1, 2, 3, 4}});
  examine("adaptive_avg_pool1d", nn::adaptive_avg_pool1d{2}, {{1, 2, 5}});
  examine("activations of lines", nn::sequential{nn::relu6{}, nn::hardsigmoid{}, nn::hardswish{}, nn::leaky_relu{}}, {{2, 3}});
  examine("hardtanh", nn::hardtanh{-0.2, 0.3}, {{2, 4}});
  examine("activations of curves", nn::sequential{nn::selu{}, nn::celu{0.5}, nn::mish{}, nn::tanhshrink{}}, {{2, 3}});
  examine("softmax", nn::sequential{nn::softmax{0}, nn::log_softmax{}}, {{3, 4}});
  examine("prelu", nn::prelu(3), {{2, 3, 2}});
  examine("flatten", nn::sequential{nn::flatten{}, nn::unflatten{{2, -1}}}, {{2, 3, 2}});
}

TEST_CASE("layers that normalise, remember and attend pass the checker, in float32 as in float64") {
  examine("batch_norm", nn::batch_norm(2), {{3, 2, 2}});
  nn::batch_norm used(2);
  nn::eval(used);
  examine("batch_norm in use", used, {{3, 2}});
  examine("layer_norm", nn::layer_norm({2, 2}), {{2, 2, 2}});
  examine("group_norm", nn::group_norm(2, 4), {{2, 4, 2}});
  examine("rms_norm", nn::rms_norm(3), {{2, 3}});
  const auto all_of = [](auto& m, const outputs& x) -> outputs {
    const auto r = m(x[0]);
    return r.state.c.value().is_null() ? outputs{r.output, r.state.h} : outputs{r.output, r.state.h, r.state.c};
  };
  examine("rnn", nn::rnn(2, 2, {.bidirectional = true}), {{2, 2, 2}}, all_of);
  examine("rnn of relu", nn::rnn(2, 2, {}, true), {{2, 2, 2}}, all_of);
  examine("lstm", nn::lstm(2, 2, {.num_layers = 2, .batch_first = true}), {{2, 2, 2}}, all_of);
  examine("gru", nn::gru(2, 2), {{2, 2, 2}}, all_of);
  const auto causal = [](auto& m, const outputs& x) -> tensor { return m(x[0], nn::attention_mask{.is_causal = true}); };
  examine("attention", nn::multi_head_attention(4, 2), {{3, 1, 4}}, causal);
  examine("encoder layer", nn::transformer_encoder_layer(2, 1, {.dim_feedforward = 3, .dropout = 0, .norm_first = true}),
          {{2, 1, 2}}, causal);
  examine("positional encoding", nn::positional_encoding(4, 3, 0), {{3, 1, 4}});
  examine("residual", nn::residual{nn::sequential{nn::linear(2, 2), nn::tanh{}}}, {{2, 2}});
}

TEST_CASE("dropout keeps a mask that the checker sees as a constant") {
  graph g;
  nn::dropout drop(0.5);
  const auto report = check(sum(square(drop(input(made({4, 5}, 1))))));
  CHECK_MESSAGE(report.passed(), report.text());
}
