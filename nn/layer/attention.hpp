#pragma once
// Attention, and what transformers are made of (Vaswani and others, 2017); names, arguments and first weights are PyTorch's.
//
//   nn::multi_head_attention attend{128, 4, {.batch_first = true}};
//   tensor y = attend(x);                                         // each of x [N, L, 128] looks at all
//   tensor z = attend(query, key, value, {.is_causal = true});
//   nn::transformer_encoder_layer block{128, 4, {.dim_feedforward = 512, .batch_first = true, .norm_first = true}};
//
// Sequences are [L, N, E], or [N, L, E] with batch_first.

#include <nn/layer/dropout.hpp>
#include <nn/layer/linear.hpp>
#include <nn/layer/normalisation.hpp>

namespace seegrad::nn {

struct attention_options {
  double dropout = 0;  ///< of the attention weights
  /// Whether the projections have biases; whether sequences are [N, L, E] and not [L, N, E].
  bool bias = true, batch_first = false;
  dtype type = float32;  ///< of the parameters
};
/// Which positions may not be looked at.
struct attention_mask {
  array attn_mask = {};         ///< [L, S]: boolean, true where looking is forbidden, or numbers that are added to the scores
  array key_padding_mask = {};  ///< [N, S], boolean: true where a sequence is already over
  bool is_causal = false;       ///< no position looks at a later one
};

/// Each position of a query looks at all of the keys, by several heads: query [L, N, E], key and value [S, N, E] -> [L, N, E], or with N
/// first.
class multi_head_attention {
 public:
  /// Throws unless embed_dim is a multiple of num_heads.
  multi_head_attention(index_t embed_dim, index_t num_heads, const attention_options& o = {});
  /// softmax(q k^T / sqrt(width of a head)) v for each head, put together and through out_proj. Where a sequence of 64 or more looks at itself,
  /// it is the operation self_attention, whose memory does not grow with the square of the length. Throws for shapes that do not fit.
  auto operator()(const tensor& query, const tensor& key, const tensor& value, const attention_mask& mask = {}) const -> tensor;
  auto operator()(const tensor& x, const attention_mask& mask = {}) const -> tensor { return (*this)(x, x, x, mask); }
  /// Throws, in the name of `who`, unless the shapes fit.
  auto check(const dims& query, const dims& key, const dims& value, const attention_mask& mask, std::string_view who) const
      -> void;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("in_proj_weight", self.in_proj_weight), see("in_proj_bias", self.in_proj_bias), see("out_proj", self.out_proj);
    see("drop", self.drop), see("label", self.label);
  }

  parameter in_proj_weight;               ///< [3 E, E], of query, key and value
  std::optional<parameter> in_proj_bias;  ///< [3 E], unless there are none
  linear out_proj;                        ///< what the heads' results go through together
  index_t embed_dim, num_heads;           ///< E, and into how many heads it is divided
  bool batch_first;                       ///< sequences are [N, L, E]
  nn::dropout drop;                       ///< of the attention weights
  nn::label label{"multi_head_attention"};

 private:
  auto through(const tensor& x, index_t first, index_t count) const -> tensor;
  auto projected(const tensor& query, const tensor& key, const tensor& value) const -> std::array<tensor, 3>;
  auto heads(const tensor& x) const -> tensor;
  auto attend(const tensor& q, const tensor& k, const tensor& v, const array& added) const -> tensor;
};

struct transformer_options {
  index_t dim_feedforward = 2048;                ///< numbers between the two linear layers
  double dropout = 0.1;                          ///< of the attention weights, between the linear layers, and before each sum
  bool gelu = false;                             ///< between the two linear layers, instead of relu
  double layer_norm_eps = 1e-5;                  ///< what the norms add to variances
  bool batch_first = false, norm_first = false;  ///< sequences are [N, L, E]; norms stand before what they are for
  dtype type = float32;                          ///< of the parameters
};

/// x + attention and then x + two linear layers, with layer norms after each sum, or before each with norm_first.
class transformer_encoder_layer {
 public:
  transformer_encoder_layer(index_t d_model, index_t nhead, const transformer_options& o = {});
  auto operator()(const tensor& x, const attention_mask& mask = {}) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("self_attn", self.self_attn), see("linear1", self.linear1), see("linear2", self.linear2), see("norm1", self.norm1);
    see("norm2", self.norm2), see("dropout", self.inner_dropout), see("dropout1", self.dropout1), see("dropout2", self.dropout2);
    see("label", self.label);
  }

  multi_head_attention self_attn;                 ///< each position looks at all
  linear linear1, linear2;                        ///< [.., E] -> [.., dim_feedforward] -> [.., E]
  layer_norm norm1, norm2;                        ///< of the attention and of the linear layers
  nn::dropout inner_dropout, dropout1, dropout2;  ///< between the linear layers, and before the first and the second sum
  bool gelu, norm_first;                          ///< as the options say
  nn::label label{"transformer_encoder_layer"};

 private:
  auto forward(const tensor& x) const -> tensor;
};

/// x [N, L, E] or [L, N, E] plus sines and cosines of its positions, pe[p, 2i] = sin(p / 10000^(2i / E)) and pe[p, 2i + 1] its
/// cosine, and dropout.
class positional_encoding {
 public:
  explicit positional_encoding(index_t d_model, index_t max_len = 5000, double dropout = 0.1, bool batch_first = false,
                               dtype type = float32);
  auto operator()(const tensor& x) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("pe", self.pe), see("dropout", self.drop), see("label", self.label);
  }

  buffer pe;         ///< [max_len, E]
  nn::dropout drop;  ///< of the sum
  bool batch_first;  ///< x is [N, L, E]
  nn::label label{"positional_encoding"};
};

}  // namespace seegrad::nn
