// What does not fit is said in one sentence that names the layer and the shapes, and leaves the graph as it was.

#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <functional>
#include <nn/layer/layers.hpp>

using namespace seegrad;

namespace {

/// `start` is how the sentence begins: the layer and what it was given.
template <class M, class... X>
auto fails(const std::string& start, M model, const X&... x) -> void {
  CAPTURE(start);
  graph g;
  nn::parameter early(array{1.0});
  const auto before = early().ref();
  const auto size = g.size();
  std::string said;
  try {
    const auto y = model(x...);
  } catch (const error& e) {
    said = e.what();
  }
  CHECK_MESSAGE(said.starts_with(start), said);
  CHECK_MESSAGE(said.find('\n') == std::string::npos, said);
  CHECK(g.size() == size);
  CHECK(early().ref() == before);
  const auto next = input(1.0);
  CHECK(g.scope_of(g.id(next.ref(), "test")) == 0);
}

auto fails_to_be_made(const std::string& start, const std::function<void()>& make) -> void {
  const auto before = nn::default_generator().save();
  std::string said;
  try {
    make();
  } catch (const error& e) {
    said = e.what();
  }
  CHECK_MESSAGE(said.starts_with(start), "wanted: ", start, " got: ", said);
  CHECK_MESSAGE(nn::default_generator().save() == before, start);
}

auto z(const dims& shape) -> array { return zeros(shape, float32); }

}  // namespace

TEST_CASE("inputs that do not fit") {
  fails("linear: [2x4] through weights [2x3]: rows of x want 3 numbers", nn::linear(3, 2), z({2, 4}));
  fails("linear: [2x4] through weights [2x3]: rows of x want 3 numbers", nn::linear(3, 2, {.bias = false}), z({2, 4}));
  fails("linear: [] through weights [2x3]", nn::linear(3, 2), z({}));
  fails("linear: [5x2] through weights [2x3]: rows of x want 3 numbers; weights are [out, in]", nn::linear(3, 2), z({5, 2}));
  fails("bilinear: [2x3] and [3x2]", nn::bilinear(3, 2, 4), z({2, 3}), z({3, 2}));
  fails("bilinear: [2x3] and [2x3]", nn::bilinear(3, 2, 4), z({2, 3}), z({2, 3}));
  fails("bilinear: [] and []", nn::bilinear(3, 2, 4), z({}), z({}));
  fails("embedding: [2] is of float32; indices are int64", nn::embedding(3, 2), z({2}));
  fails("embedding: [2] has the index 3, and there are rows 0 to 2", nn::embedding(3, 2), array{0, 3});
  fails("embedding: [2] has the index -1, and there are rows 0 to 2", nn::embedding(3, 2, {.padding_idx = 0}), array{0, -1});
  fails("conv2d: [2x3x3]", nn::conv2d(2, 3, 2), z({2, 3, 3}));
  fails("conv2d: [1x3x3x3]", nn::conv2d(2, 3, 2), z({1, 3, 3, 3}));
  fails("conv2d: a kernel that reaches over 4 (kernel 4, dilation 1) does not fit into the height 3 + 2 * 0 of [1x2x3x3]",
        nn::conv2d(2, 3, 4), z({1, 2, 3, 3}));
  fails("conv1d: [1x2x3x3]", nn::conv1d(2, 3, 2), z({1, 2, 3, 3}));
  fails("conv1d: [1x3x3]", nn::conv1d(2, 3, 2, {.bias = false}), z({1, 3, 3}));
  fails("conv_transpose2d: [1x3x3x3]", nn::conv_transpose2d(2, 3, 2), z({1, 3, 3, 3}));
  fails("conv_transpose2d: output_padding 1", nn::conv_transpose2d(2, 3, 2, {.output_padding = 1}), z({1, 2, 3, 3}));
  fails("conv_transpose1d: [1x3x3]", nn::conv_transpose1d(2, 3, 2), z({1, 3, 3}));
  fails("max_pool: [2x3x3]", nn::max_pool2d{2}, z({2, 3, 3}));
  fails("max_pool: a kernel that reaches over 4", nn::max_pool2d{4}, z({1, 1, 3, 3}));
  fails("avg_pool: [2x3x3]", nn::avg_pool2d{2}, z({2, 3, 3}));
  fails("max_pool1d: [2x3]", nn::max_pool1d{2}, z({2, 3}));
  fails("avg_pool1d: [2x3]", nn::avg_pool1d{2}, z({2, 3}));
  fails("adaptive_avg_pool1d: [2x3]", nn::adaptive_avg_pool1d{2}, z({2, 3}));
  fails("hardtanh: min_val 1 is not less than max_val -1", nn::hardtanh{1, -1}, z({2}));
  fails("softmax: ", nn::softmax{1}, z({3}));
  fails("prelu: [2x4] has no axis 1 of 3 channels", nn::prelu(3), z({2, 4}));
  fails("prelu: [3] has no axis 1 of 3 channels", nn::prelu(3), z({3}));
  fails("flatten: ", nn::flatten{2}, z({2, 3}));
  fails("unflatten: the samples of [2x6] cannot have the shape [4x2]", nn::unflatten{{4, 2}}, z({2, 6}));
  fails("unflatten: the samples of [2x6] cannot have the shape [-1x4]", nn::unflatten{{-1, 4}}, z({2, 6}));
  fails("unflatten: the samples of [] cannot", nn::unflatten{{1}}, z({}));
  fails("dropout2d: [2x3] has no channels", nn::dropout2d(), z({2, 3}));
}

TEST_CASE("inputs that do not fit layers that normalise") {
  fails("batch_norm: [4]: axis 1 must have the 3 channels", nn::batch_norm(3), z({4}));
  fails("batch_norm: [2x4]: axis 1 must have the 3 channels", nn::batch_norm(3), z({2, 4}));
  fails("batch_norm: [1x3] has one number to a channel", nn::batch_norm(3), z({1, 3}));
  fails("layer_norm: the last axes of [2x3] must be [4]", nn::layer_norm({4}), z({2, 3}));
  fails("layer_norm: the last axes of [4] must be [2x4]", nn::layer_norm({2, 4}), z({4}));
  fails("group_norm: [2x3]: axis 1 must have the 4 channels", nn::group_norm(2, 4), z({2, 3}));
  fails("rms_norm: the last axis of [2x3] must be 4", nn::rms_norm(4), z({2, 3}));
  nn::batch_norm kept(3);
  CHECK_THROWS_AS((void)kept(z({1, 3})), error);
  CHECK(kept.num_batches_tracked->value.item() == 0);
  CHECK(identical(kept.running_mean->value, z({3})));
}

TEST_CASE("inputs that do not fit layers of sequences") {
  fails("lstm: [4x2]: a batch of sequences [L, N, in] of width 2 is wanted", nn::lstm(2, 3), z({4, 2}));
  fails("gru: [4x1x3]: a batch of sequences [N, L, in] of width 2", nn::gru(2, 3, {.batch_first = true}), z({4, 1, 3}));
  fails("rnn: [0x1x2]: the sequence is empty", nn::rnn(2, 3), z({0, 1, 2}));
  const auto from = [](auto net) { return [net](const array& x, nn::recurrent_state s) mutable { return net(x, s); }; };
  fails("lstm: [4x1x2] with a state [1x2x3] and [1x1x3]: [1x1x3] is wanted", from(nn::lstm(2, 3)), z({4, 1, 2}),
        nn::recurrent_state{z({1, 2, 3}), z({1, 1, 3})});
  fails("lstm: [4x1x2] with a state [1x1x3] and [0]: [1x1x3] is wanted", from(nn::lstm(2, 3)), z({4, 1, 2}),
        nn::recurrent_state{z({1, 1, 3}), {}});
  fails("gru: [4x1x2] with a state [1x1x3]: [2x1x3] is wanted", from(nn::gru(2, 3, {.bidirectional = true})), z({4, 1, 2}),
        nn::recurrent_state{z({1, 1, 3}), {}});
  using mask = nn::attention_mask;
  const nn::multi_head_attention attend(4, 2);
  fails("multi_head_attention: [3x4]: a batch of sequences [L, N, E] of width 4", attend, z({3, 4}));
  fails("multi_head_attention: query [3x2x4], key [5x1x4] and value [5x1x4]", attend, z({3, 2, 4}), z({5, 1, 4}), z({5, 1, 4}));
  fails("multi_head_attention: query [3x2x4], key [5x2x4] and value [4x2x4]", attend, z({3, 2, 4}), z({5, 2, 4}), z({4, 2, 4}));
  fails("multi_head_attention: attn_mask is [3x2], and must be [3x3]", attend, z({3, 2, 4}), mask{.attn_mask = z({3, 2})});
  fails("multi_head_attention: attn_mask is of int64", attend, z({3, 2, 4}), mask{.attn_mask = zeros({3, 3}, int64)});
  fails("multi_head_attention: key_padding_mask is [3x2], and must be [2x3]", attend, z({3, 2, 4}),
        mask{.key_padding_mask = z({3, 2})});
  for (const bool norm_first : {false, true}) {
    const nn::transformer_encoder_layer block(4, 2, {.dim_feedforward = 3, .norm_first = norm_first});
    fails("transformer_encoder_layer: [3x2x5]: a batch of sequences [L, N, E] of width 4", block, z({3, 2, 5}));
    fails("transformer_encoder_layer: attn_mask is [2x2], and must be [3x3]", block, z({3, 2, 4}), mask{.attn_mask = z({2, 2})});
  }
  fails("positional_encoding: [9x1x4]: sequences [L, N, E] of width 4 and at most 8 steps", nn::positional_encoding(4, 8),
        z({9, 1, 4}));
  fails("positional_encoding: [2x1x3]", nn::positional_encoding(4, 8), z({2, 1, 3}));
}

TEST_CASE("layers that cannot be") {
  fails_to_be_made("linear: the width of the input must be at least 0, and is -1", [] { nn::linear(-1, 2); });
  fails_to_be_made("linear: the width of the output must be at least 0, and is -1", [] { nn::linear(2, -1); });
  fails_to_be_made("bilinear: the second width", [] { nn::bilinear(2, -1, 3); });
  fails_to_be_made("embedding: the number of rows", [] { nn::embedding(-1, 2); });
  fails_to_be_made("conv2d: the number of groups must be at least 1, and is 0", [] { nn::conv2d(2, 2, 3, {.groups = 0}); });
  fails_to_be_made("conv2d: 2 channels cannot be shared out to 3 groups", [] { nn::conv2d(2, 3, 3, {.groups = 3}); });
  fails_to_be_made("conv2d: 2 channels cannot be shared out to 3 groups", [] { nn::conv2d(3, 2, 3, {.groups = 3}); });
  fails_to_be_made("conv2d: a kernel of 0", [] { nn::conv2d(1, 2, {3, 0}); });
  fails_to_be_made("conv1d: stride 0", [] { nn::conv1d(1, 2, 3, {.stride = 0}); });
  fails_to_be_made("conv1d: the number of channels must be at least 1, and is -1", [] { nn::conv1d(-1, 2, 3); });
  fails_to_be_made("conv_transpose2d: the number of groups", [] { nn::conv_transpose2d(1, 2, 3, {.groups = -1}); });
  fails_to_be_made("conv_transpose1d: dilation 0", [] { nn::conv_transpose1d(1, 2, 3, {.dilation = 0}); });
  fails_to_be_made("batch_norm: the number of channels", [] { nn::batch_norm(-1); });
  fails_to_be_made("layer_norm: an axis must be at least 1", [] { nn::layer_norm({3, -1}); });
  fails_to_be_made("layer_norm: the number of axes", [] { nn::layer_norm(dims{}); });
  fails_to_be_made("group_norm: 4 channels cannot be shared out to 3 groups", [] { nn::group_norm(3, 4); });
  fails_to_be_made("group_norm: the number of groups", [] { nn::group_norm(0, 4); });
  fails_to_be_made("rms_norm: the width", [] { nn::rms_norm(0); });
  fails_to_be_made("prelu: the number of channels", [] { nn::prelu(0); });
  fails_to_be_made("lstm: the width of the input", [] { nn::lstm(0, 3); });
  fails_to_be_made("gru: the number of layers", [] { nn::gru(2, 3, {.num_layers = 0}); });
  fails_to_be_made("multi_head_attention: a width of 5 cannot be shared out to 2 heads", [] { nn::multi_head_attention(5, 2); });
  fails_to_be_made("multi_head_attention: the number of heads", [] { nn::multi_head_attention(4, 0); });
  fails_to_be_made("multi_head_attention: the width", [] { nn::multi_head_attention(0, 1); });
  fails_to_be_made("positional_encoding: the width", [] { nn::positional_encoding(0); });
  for (const double p : {1.5, -0.1, std::numeric_limits<double>::quiet_NaN()})
    fails_to_be_made("dropout: the probability", [=] { nn::dropout drop(p); });
  fails_to_be_made("embedding: padding_idx 3 is none of the 3 rows", [] { nn::embedding(3, 2, {.padding_idx = 3}); });
  fails_to_be_made("embedding: padding_idx -2 is none of the 3 rows", [] { nn::embedding(3, 2, {.padding_idx = -2}); });
}

TEST_CASE("what f of a residual gives must have the shape of what it gets") {
  nn::residual block{nn::linear(3, 1)};
  CHECK_THROWS_WITH_AS((void)block(z({2, 3})), "residual: [2x3] goes in and [2x1] comes out; the shapes must be equal", error);
}
