#include <nn/layer/attention.hpp>

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace seegrad::nn {
namespace {

// From so many scores a head on, self-attention is one operation, which does not keep them; a picture of fewer shows what it is made of.
constexpr index_t long_enough = 64 * 64;

constexpr double forbidden = -std::numeric_limits<double>::infinity();

/// What is added to the scores: 0, or minus infinity where looking is forbidden.
auto additive(const array& mask, dtype type) -> array {
  if (mask.type() != boolean) return mask.cast(type);
  return select(mask, array(forbidden), array(0.0)).cast(type);
}

auto check_mask(const array& mask, const dims& shape, std::string_view what, std::string_view who) -> void {
  if (mask.is_null()) return;
  if (mask.shape() != shape)
    throw error(fmt::format("{}: {} is {}, and must be {}", who, what, to_string(mask.shape()), to_string(shape)));
  if (mask.type() == int64)
    throw error(fmt::format("{}: {} is of int64; truth values forbid, and fractions are added to the scores", who, what));
}

/// Throws before anything is drawn or made.
auto checked_width(index_t width, index_t heads) -> index_t {
  detail::at_least(1, width, "the width", "multi_head_attention");
  detail::at_least(1, heads, "the number of heads", "multi_head_attention");
  if (width % heads != 0)
    throw error(fmt::format("multi_head_attention: a width of {} cannot be shared out to {} heads", width, heads));
  return width;
}

/// One node, or the same constant. Views of one array may begin at the same number and still differ.
auto same(const tensor& a, const tensor& b) -> bool {
  if (a.ref() != 0 || b.ref() != 0) return a.ref() == b.ref();
  return a.value().raw() == b.value().raw() && a.type() == b.type() && a.shape() == b.shape() &&
         a.value().strides() == b.value().strides();
}

}  // namespace

multi_head_attention::multi_head_attention(index_t embed_dim, index_t num_heads, const attention_options& o)
    : out_proj(checked_width(embed_dim, num_heads), embed_dim, {.bias = o.bias, .type = o.type}),
      embed_dim(embed_dim),
      num_heads(num_heads),
      batch_first(o.batch_first),
      drop(o.dropout) {
  // Xavier's initialisation of the three matrices as one, and biases of 0.
  const auto bound = std::sqrt(6.0 / static_cast<double>(4 * embed_dim));
  in_proj_weight = parameter(uniform(default_generator(), {3 * embed_dim, embed_dim}, -bound, bound, o.type));
  if (!o.bias) return;
  in_proj_bias = parameter(zeros({3 * embed_dim}, o.type));
  out_proj.bias = zeros({embed_dim}, o.type);
}

auto multi_head_attention::through(const tensor& x, index_t first, index_t count) const -> tensor {
  const auto w = in_proj_weight("in_proj_weight");
  const auto from = first * embed_dim, to = (first + count) * embed_dim;
  const auto rows = count == 3 ? w : slice(w, 0, from, to);
  if (!in_proj_bias) return seegrad::linear(x, rows);
  const auto b = (*in_proj_bias)("in_proj_bias");
  return seegrad::linear(x, rows, count == 3 ? b : slice(b, 0, from, to));
}

auto multi_head_attention::projected(const tensor& query, const tensor& key, const tensor& value) const -> std::array<tensor, 3> {
  if (!same(query, key) || !same(key, value)) {
    auto q = through(query, 0, 1), k = through(key, 1, 1), v = through(value, 2, 1);
    return {q, k, v};
  }
  const auto all = through(query, 0, 3);
  auto q = slice(all, -1, 0, embed_dim), k = slice(all, -1, embed_dim, 2 * embed_dim),
       v = slice(all, -1, 2 * embed_dim, 3 * embed_dim);
  return {q, k, v};
}

/// [N, L, E] -> [N, heads, L, E / heads]
auto multi_head_attention::heads(const tensor& x) const -> tensor {
  return swap_axes(reshape(x, {x.extent(0), x.extent(1), num_heads, embed_dim / num_heads}), 1, 2);
}

/// softmax(q kᵀ / √width + added) v, head by head.
auto multi_head_attention::attend(const tensor& q, const tensor& k, const tensor& v, const array& added) const -> tensor {
  const function_scope in_one("attention");
  const auto scale = 1 / std::sqrt(static_cast<double>(embed_dim / num_heads));
  const auto of_query = heads(q) * scale, of_key = transpose(heads(k)), of_value = heads(v);
  auto scores = matmul(of_query, of_key);
  if (!added.is_null()) scores = scores + added.cast(scores.type());
  const auto seen = matmul(drop(seegrad::softmax(scores)), of_value);
  return reshape(swap_axes(seen, 1, 2), {q.extent(0), q.extent(1), embed_dim});
}

auto multi_head_attention::check(const dims& query, const dims& key, const dims& value, const attention_mask& mask,
                                 std::string_view who) const -> void {
  for (const auto* x : {&query, &key, &value})
    if (x->size() != 3 || x->back() != embed_dim)
      throw error(fmt::format("{}: {}: a batch of sequences {} of width {} is wanted", who, to_string(*x),
                              batch_first ? "[N, L, E]" : "[L, N, E]", embed_dim));
  const int samples = batch_first ? 0 : 1, steps = 1 - samples;
  if (key[samples] != query[samples] || key != value)
    throw error(fmt::format("{}: query {}, key {} and value {}: the batches or lengths differ", who, to_string(query),
                            to_string(key), to_string(value)));
  check_mask(mask.attn_mask, {query[steps], key[steps]}, "attn_mask", who);
  check_mask(mask.key_padding_mask, {query[samples], key[steps]}, "key_padding_mask", who);
}

auto multi_head_attention::operator()(const tensor& query, const tensor& key, const tensor& value,
                                      const attention_mask& mask) const -> tensor {
  const module_place here(label);
  check(query.shape(), key.shape(), value.shape(), mask, "multi_head_attention");
  const int samples = batch_first ? 0 : 1, steps = 1 - samples;
  const auto N = query.extent(samples), L = query.extent(steps), S = key.extent(steps);

  const module_scope inside(label);
  array added;
  const auto also = [&](const array& a) { added = added.is_null() ? a : added + a; };
  if (!mask.attn_mask.is_null()) also(additive(mask.attn_mask, float64));
  if (!mask.key_padding_mask.is_null()) also(additive(mask.key_padding_mask, float64).reshape({N, 1, 1, S}));
  if (L * S >= long_enough && same(query, key) && same(key, value)) {
    const auto all = through(query, 0, 3);
    if (!added.is_null()) added = added.cast(all.type());
    const auto y = out_proj(seegrad::self_attention(batch_first ? all : swap_axes(all, 0, 1), num_heads,
                                                    {mask.is_causal, added, drop.mode.training ? drop.p : 0}, &drop.random));
    return batch_first ? y : swap_axes(y, 0, 1);
  }
  if (mask.is_causal) also(additive(triu(ones({L, S}, float32), 1) > 0.0, float64));
  auto [q, k, v] = projected(query, key, value);
  if (!batch_first) q = swap_axes(q, 0, 1), k = swap_axes(k, 0, 1), v = swap_axes(v, 0, 1);
  const auto y = out_proj(attend(q, k, v, added));
  return batch_first ? y : swap_axes(y, 0, 1);
}

transformer_encoder_layer::transformer_encoder_layer(index_t d_model, index_t nhead, const transformer_options& o)
    : self_attn(d_model, nhead, {.dropout = o.dropout, .batch_first = o.batch_first, .type = o.type}),
      linear1(d_model, o.dim_feedforward, {.type = o.type}),
      linear2(o.dim_feedforward, d_model, {.type = o.type}),
      norm1({d_model}, {.eps = o.layer_norm_eps, .type = o.type}),
      norm2({d_model}, {.eps = o.layer_norm_eps, .type = o.type}),
      inner_dropout(o.dropout),
      dropout1(o.dropout),
      dropout2(o.dropout),
      gelu(o.gelu),
      norm_first(o.norm_first) {}

auto transformer_encoder_layer::forward(const tensor& x) const -> tensor {
  const auto h = linear1(x);
  return dropout2(linear2(inner_dropout(gelu ? seegrad::gelu(h) : seegrad::relu(h))));
}

auto transformer_encoder_layer::operator()(const tensor& x, const attention_mask& mask) const -> tensor {
  const module_place here(label);
  self_attn.check(x.shape(), x.shape(), x.shape(), mask, "transformer_encoder_layer");
  if (norm_first) {
    const auto y = x + dropout1(self_attn(norm1(x), mask));
    return y + forward(norm2(y));
  }
  const auto y = norm1(x + dropout1(self_attn(x, mask)));
  return norm2(y + forward(y));
}

namespace {

auto waves(index_t width, index_t steps) -> array {
  detail::at_least(1, width, "the width", "positional_encoding");
  detail::at_least(1, steps, "the number of steps", "positional_encoding");
  auto table = zeros({steps, width});
  const auto at = table.writable<double>();
  for (index_t p = 0; p < steps; ++p)
    for (index_t j = 0; j < width; ++j) {
      const auto angle =
          static_cast<double>(p) * std::exp(-std::log(1e4) * static_cast<double>(j / 2 * 2) / static_cast<double>(width));
      at[static_cast<std::size_t>(p * width + j)] = j % 2 == 0 ? std::sin(angle) : std::cos(angle);
    }
  return table;
}

}  // namespace

positional_encoding::positional_encoding(index_t d_model, index_t max_len, double dropout, bool batch_first, dtype type)
    : pe{waves(d_model, max_len).cast(type)}, drop(dropout), batch_first(batch_first) {}

auto positional_encoding::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  if (x.rank() != 3 || x.extent(2) != pe.value.extent(1) || x.extent(batch_first ? 1 : 0) > pe.value.extent(0))
    throw error(fmt::format("positional_encoding: {}: sequences {} of width {} and at most {} steps are wanted",
                            to_string(x.shape()), batch_first ? "[N, L, E]" : "[L, N, E]", pe.value.extent(1),
                            pe.value.extent(0)));
  const auto first = pe.value.slice(0, 0, x.extent(batch_first ? 1 : 0), 1);
  return drop(x + (batch_first ? first : first.reshape({first.extent(0), 1, first.extent(1)})));
}

}  // namespace seegrad::nn
