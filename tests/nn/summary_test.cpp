// The tree of a model's modules: what is in it, what it counts, and how wide it is.

#include "fit_support.hpp"

#include <autodiff/array/utf8.hpp>
#include <doctest/doctest.h>
#include <nn/train/summary.hpp>

namespace {

auto z(const dims& shape) -> array { return zeros(shape, float32); }

auto row(const nn::model_summary& s, std::string_view name) -> const nn::layer_row& {
  for (const auto& l : s.layers)
    if (l.name == name) return l;
  FAIL("no row ", name);
  return s.layers[0];
}

auto widest_line(const std::string& text) -> std::size_t {
  std::size_t widest = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    widest = std::max(widest, seegrad::detail::characters(std::string_view(text).substr(at, text.find('\n', at) - at)));
  return widest;
}

struct block {
  nn::layer_norm norm{{16}};
  nn::linear up{16, 64}, down{64, 16};
  auto operator()(const tensor& x) const -> tensor { return x + down(gelu(up(norm(x)))); }
};
struct deep {
  nn::linear into{8, 16};
  std::vector<block> blocks = std::vector<block>(6);
  nn::sequential<nn::linear, nn::relu, nn::linear> out{nn::linear{16, 16}, nn::relu{}, nn::linear{16, 3}};
  auto operator()(tensor x) const -> tensor {
    x = into(x);
    for (const auto& b : blocks) x = b(x);
    return out(x);
  }
};

template <class M>
auto adds(M model, const array& x) -> index_t {
  return nn::summary(model, x).multiply_adds;
}

}  // namespace

TEST_CASE("multiply-adds are those of the formulas") {
  CHECK(adds(nn::linear{5, 7}, z({3, 5})) == 3 * 5 * 7);
  CHECK(adds(nn::linear{5, 7, {.bias = false}}, z({2, 3, 5})) == 2 * 3 * 5 * 7);
  // Of each result: input channels of its group × the kernel.
  CHECK(adds(nn::conv2d{4, 6, {3, 2}, {.padding = {1, 0}}}, z({2, 4, 5, 7})) == 2 * 6 * (5 * 6) * (4 * 3 * 2));
  CHECK(adds(nn::conv2d{4, 6, 3, {.stride = 2, .groups = 2}}, z({1, 4, 9, 9})) == 6 * (4 * 4) * (2 * 9));
  CHECK(adds(nn::conv1d{4, 6, 3}, z({2, 4, 10})) == 2 * 6 * 8 * (4 * 3));
  // Of each number that comes in: output channels of its group × the kernel.
  CHECK(adds(nn::conv_transpose2d{4, 6, 3, {.stride = 2}}, z({2, 4, 5, 5})) == 2 * 4 * 25 * (6 * 9));
  CHECK(adds(nn::conv_transpose1d{4, 6, 3, {.groups = 2}}, z({2, 4, 5})) == 2 * 4 * 5 * (3 * 3));
  // N (4 L E² for the projections + 2 L² E for the shares and what they are of).
  const auto attention = [](index_t N, index_t L, index_t E) { return N * (4 * L * E * E + 2 * L * L * E); };
  CHECK(adds(nn::multi_head_attention{16, 4, {.batch_first = true}}, z({2, 5, 16})) == attention(2, 5, 16));
  CHECK(adds(nn::transformer_encoder_layer{16, 4, {.dim_feedforward = 40, .batch_first = true}}, z({2, 5, 16})) ==
        attention(2, 5, 16) + 2 * 5 * 2 * 16 * 40);
  // Each step: gates × hidden × (in + hidden).
  const auto steps = [](index_t gates) { return 5 * 2 * gates * 7 * (3 + 7); };
  CHECK(adds(nn::lstm{3, 7}, z({5, 2, 3})) == steps(4));
  CHECK(adds(nn::gru{3, 7}, z({5, 2, 3})) == steps(3));
  CHECK(adds(nn::rnn{3, 7, {.num_layers = 2}}, z({5, 2, 3})) == steps(1) + 5 * 2 * 7 * 14);
  CHECK(adds(nn::embedding{10, 4}, array{1, 2, 3}) == 0);
}

TEST_CASE("each module counts what is in it, and the whole counts all") {
  deep m;
  const auto s = nn::summary(m, z({2, 8}));
  const index_t of_block = 32 + (16 * 64 + 64) + (64 * 16 + 16);
  CHECK(s.type == "deep");
  CHECK(s.output == dims{2, 3});
  CHECK(row(s, "into").parameters == 8 * 16 + 16);
  CHECK(row(s, "into").depth == 1);
  CHECK(row(s, "blocks.3").type == "block");
  CHECK(row(s, "blocks.3").parameters == of_block);
  CHECK(row(s, "blocks.3").multiply_adds == 2 * 2 * 16 * 64);
  CHECK(row(s, "blocks.3").output == dims{2, 16});
  CHECK(row(s, "blocks.3.up").output == dims{2, 64});
  CHECK(row(s, "blocks.3.up").depth == 2);
  // A linear layer with a bias is one operation, of 2 × 64 numbers of 4 bytes; its weights have as many bytes as numbers × 4.
  CHECK(row(s, "blocks.3.up").result_bytes == 2 * 64 * 4);
  CHECK(row(s, "blocks.3.up").bytes == (16 * 64 + 64) * 4);
  CHECK(row(s, "out").type == "sequential");
  CHECK(row(s, "out").parameters == 16 * 16 + 16 + 16 * 3 + 3);
  CHECK(s.parameters == 144 + 6 * of_block + row(s, "out").parameters);
  CHECK(s.bytes == static_cast<std::size_t>(s.parameters) * 4);
  CHECK(s.multiply_adds == 2 * (8 * 16 + 6 * 2 * 16 * 64 + 16 * 16 + 16 * 3));
  CHECK(s.operations_outside == 6 * 2 + 1);  // gelu and + of each block, and relu
  nn::freeze(m);
  CHECK(nn::summary(m, z({2, 8})).multiply_adds == s.multiply_adds);
  CHECK(nn::summary(m, z({2, 8})).trained == 0);
  nn::to(m, float64);
  CHECK(nn::summary(m, zeros({2, 8})).bytes == 2 * s.bytes);
}

TEST_CASE("a layer that is used twice works twice and has its parameters once") {
  struct twice {
    nn::linear l{4, 4};
    auto operator()(const tensor& x) const -> tensor { return l(relu(l(x))); }
  } m;
  const auto s = nn::summary(m, z({3, 4}));
  CHECK(row(s, "l").parameters == 20);
  CHECK(row(s, "l").operations == 2);
  CHECK(s.multiply_adds == 2 * 3 * 16);
}

TEST_CASE("the table is a tree with one row for blocks that are alike") {
  deep m;
  const auto text = nn::summary(m, z({2, 8})).text();
  CHECK(text.starts_with("layer"));
  CHECK(text.find("\ndeep ") != std::string::npos);
  CHECK(text.find("\n├ into linear ") != std::string::npos);
  CHECK(text.find("\n├ blocks.0–5 ×6 block ") != std::string::npos);
  CHECK(text.find("\n│ ├ up linear ") != std::string::npos);
  CHECK(text.find("\n│ └ down linear ") != std::string::npos);
  CHECK(text.find("blocks.1") == std::string::npos);
  CHECK(text.find("\n└ out sequential ") != std::string::npos);
  CHECK(text.find("\n  ├ 0 linear ") != std::string::npos);
  CHECK(text.find("\n  └ 2 linear ") != std::string::npos);
  CHECK(text.find("  25.4k  ") != std::string::npos);
  CHECK(text.find("13 operations outside layers\n") != std::string::npos);

  m.blocks[3].up = nn::linear(16, 64, {.bias = false});  // no longer alike
  const auto apart = nn::summary(m, z({2, 8})).text();
  CHECK(apart.find("\n├ blocks.0–2 ×3 block ") != std::string::npos);
  CHECK(apart.find("\n├ blocks.3 block ") != std::string::npos);
  CHECK(apart.find("\n├ blocks.4–5 ×2 block ") != std::string::npos);
}

TEST_CASE("no table is wider than it may be, as far as its numbers allow") {
  struct a_name_of_more_than_forty_characters_for_a_type {
    nn::transformer_encoder_layer a_name_of_more_than_forty_characters_for_a_member{
        64, 4, {.dim_feedforward = 256, .batch_first = true}};
    auto operator()(const tensor& x) const -> tensor { return a_name_of_more_than_forty_characters_for_a_member(x); }
  } m;
  const auto s = nn::summary(m, z({128, 100, 64}));
  CHECK(widest_line(s.text()) <= 80);
  CHECK(widest_line(s.text(200)) > 80);
  CHECK(s.text().find("…") != std::string::npos);
  CHECK(s.text(200).find("…") == std::string::npos);
  deep d;
  CHECK(widest_line(nn::summary(d, z({2, 8})).text()) <= 80);
}
