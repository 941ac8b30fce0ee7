// Models with nothing wrong, of which nn::diagnose is to say nothing bad and nothing doubtful: each from several first weights, new and after
// some steps of training.

#include "diagnose_support.hpp"

namespace {

template <class A>
struct mlp {
  nn::linear first{8, 32}, second{32, 32}, third{32, 32}, last{32, 4};
  A f{};
  auto operator()(const tensor& x) const -> tensor { return last(f(third(f(second(f(first(x))))))); }
};

auto classes(index_t samples, index_t width, index_t n, dtype type = float32) -> nn::dataset {
  generator r(7);
  const array y = randint(r, {samples}, 0, n);
  const array centres = randn(r, {n, width}, type);
  return {take(centres, y) + 0.5 * randn(r, {samples, width}, type), y};
}

auto images(index_t samples, index_t side, index_t n) -> nn::dataset {
  generator r(8);
  const array y = randint(r, {samples}, 0, n);
  const array x = 0.3 * randn(r, {samples, 1, side, side}, float32) + take(uniform(r, {n, 1, side, side}, 0.0, 1.0, float32), y);
  return {x, y};
}

auto sequences(index_t samples, index_t steps, index_t width) -> nn::dataset {
  generator r(9);
  const array x = randn(r, {samples, steps, width}, float32);
  return {x, (sum(x, {1, 2}) > 0.0).cast(int64)};
}

auto by_class(const nn::dataset& data) {
  return [data](auto& model) { return nn::cross_entropy(model(data.inputs), data.targets); };
}
auto by_square(const nn::dataset& data) {
  return [data](auto& model) { return nn::mse_loss(model(data.inputs), data.targets); };
}

template <class M>
auto plain() {
  return [] { return M{}; };
}

template <class M, class F>
auto begun(F f) {
  return [f] {
    M model;
    for (auto& [name, p] : nn::parameters(model))
      if (p->shape().size() >= 2) f(*p);
      else nn::init::zeros(*p);
    return model;
  };
}

}  // namespace

TEST_CASE("networks of linear layers, with each activation and first weights that fit it") {
  const auto loss = by_class(classes(64, 8, 4));
  using enum nn::init::nonlinearity;
  const auto he = [](nn::parameter& p) { nn::init::kaiming_normal(p, {.nonlinearity = relu}); };
  const auto xavier = [](nn::parameter& p) { nn::init::xavier_normal(p); };
  const auto lecun = [](nn::parameter& p) { nn::init::lecun_normal(p); };
  healthy("relu", plain<mlp<nn::relu>>(), loss);
  healthy("relu, He", begun<mlp<nn::relu>>(he), loss);
  healthy("relu, orthogonal", begun<mlp<nn::relu>>([](nn::parameter& p) { nn::init::orthogonal(p, std::sqrt(2.0)); }), loss);
  healthy("leaky_relu", begun<mlp<nn::leaky_relu>>(he), loss);
  healthy("elu", begun<mlp<nn::elu>>(he), loss);
  healthy("selu", begun<mlp<nn::selu>>(lecun), loss);
  healthy("gelu", begun<mlp<nn::gelu>>(he), loss);
  healthy("silu", begun<mlp<nn::silu>>(he), loss);
  healthy("mish", begun<mlp<nn::mish>>(he), loss);
  healthy("softplus", plain<mlp<nn::softplus>>(), loss);
  healthy("tanh, Xavier", begun<mlp<nn::tanh>>(xavier), loss);
  healthy("tanh", plain<mlp<nn::tanh>>(), loss);
  healthy("tanh, gain 5/3", begun<mlp<nn::tanh>>([](nn::parameter& p) { nn::init::xavier_normal(p, 5.0 / 3); }), loss);
  healthy("softsign", begun<mlp<nn::softsign>>(xavier), loss);
  healthy("sigmoid, Xavier × 4", begun<mlp<nn::sigmoid>>([](nn::parameter& p) { nn::init::xavier_normal(p, 4); }), loss);
  healthy("prelu", plain<mlp<nn::prelu>>(), loss);
  healthy("hardtanh", plain<mlp<nn::hardtanh>>(), loss);
  healthy("hardswish", plain<mlp<nn::hardswish>>(), loss);
}

TEST_CASE("one sample, float64, optimisers, deep ones") {
  healthy("batch of 1, relu", plain<mlp<nn::relu>>(), by_class(classes(1, 8, 4)));
  healthy("batch of 1, tanh", plain<mlp<nn::tanh>>(), by_class(classes(1, 8, 4)));
  healthy("batch of 4, relu", plain<mlp<nn::relu>>(), by_class(classes(4, 8, 4)));
  const auto wide = [] {
    auto m = mlp<nn::relu>{};
    nn::to(m, float64);
    return m;
  };
  healthy("float64", wide, by_class(classes(64, 8, 4, float64)));
  healthy("sgd", plain<mlp<nn::relu>>(), by_class(classes(64, 8, 4)), nn::sgd{{.lr = 0.1, .momentum = 0.9}});
  healthy("adamw", plain<mlp<nn::tanh>>(), by_class(classes(64, 8, 4)), nn::adamw{});
  struct deep {
    std::vector<nn::linear> layers = {};
    nn::linear first{8, 64}, last{64, 4};
    auto operator()(tensor x) const -> tensor {
      x = relu(first(x));
      for (const auto& l : layers) x = relu(l(x));
      return last(x);
    }
  };
  const auto fifteen = [] {
    deep m;
    for (int i = 0; i < 15; ++i) m.layers.emplace_back(64, 64);
    for (auto& l : m.layers) nn::init::kaiming_normal(l.weight, {.nonlinearity = nn::init::nonlinearity::relu});
    return m;
  };
  healthy("16 layers of relu, He", fifteen, by_class(classes(64, 8, 4)), nn::adam{{.lr = 1e-3}});
}

TEST_CASE("dropout and normalisation, residuals, an autoencoder, zeros in the last layer") {
  struct dropped {
    nn::linear first{8, 64}, second{64, 64}, last{64, 4};
    nn::dropout drop{0.5};
    auto operator()(const tensor& x) const -> tensor { return last(drop(relu(second(drop(relu(first(x))))))); }
  };
  const auto data = classes(64, 8, 4);
  healthy("dropout", plain<dropped>(), by_class(data));
  struct batches {
    nn::linear first{8, 32}, second{32, 32}, last{32, 4};
    nn::batch_norm norm1{32}, norm2{32};
    auto operator()(const tensor& x) const -> tensor { return last(relu(norm2(second(relu(norm1(first(x))))))); }
  };
  healthy("batch norm", plain<batches>(), by_class(data));
  struct after_relu {
    nn::linear first{8, 32}, second{32, 32}, last{32, 4};
    nn::batch_norm norm1{32}, norm2{32};
    auto operator()(const tensor& x) const -> tensor { return last(norm2(relu(second(norm1(relu(first(x))))))); }
  };
  healthy("batch norm after relu", plain<after_relu>(), by_class(data));
  struct layers {
    nn::linear first{8, 32}, second{32, 32}, last{32, 4};
    nn::layer_norm norm1{{32}};
    nn::rms_norm norm2{32};
    auto operator()(const tensor& x) const -> tensor { return last(relu(norm2(second(relu(norm1(first(x))))))); }
  };
  healthy("layer and rms norm", plain<layers>(), by_class(data));
  const auto around = [] {
    return nn::sequential{nn::linear{8, 32}, nn::residual{nn::sequential{nn::linear{32, 32}, nn::relu{}, nn::linear{32, 32}}},
                          nn::residual{nn::sequential{nn::linear{32, 32}, nn::relu{}, nn::linear{32, 32}}}, nn::linear{32, 4}};
  };
  healthy("residual", around, by_class(data));
  const auto zero_branch = [=] {
    auto m = around();
    nn::init::zeros(m.get<1>().inner.get<2>().weight), nn::init::zeros(*m.get<1>().inner.get<2>().bias);
    return m;
  };
  healthy("residual that begins as the identity", zero_branch, by_class(data));
  const auto zero_last = [] {
    mlp<nn::relu> m;
    nn::init::zeros(m.last.weight), nn::init::zeros(*m.last.bias);
    return m;
  };
  healthy("zeros in the last layer", zero_last, by_class(data));
  const auto narrow = [] {
    return nn::sequential{nn::linear{8, 32}, nn::relu{}, nn::linear{32, 2}, nn::linear{2, 32}, nn::relu{}, nn::linear{32, 8}};
  };
  healthy("autoencoder", narrow, by_square({data.inputs, data.inputs}));
  const auto bounded = [] { return nn::sequential{nn::linear{8, 32}, nn::relu{}, nn::linear{32, 8}, nn::sigmoid{}}; };
  healthy("autoencoder of numbers in 0 to 1", bounded, by_square({data.inputs, (data.inputs > 0.0).cast(float32)}),
          nn::adam{{.lr = 0.05}});
}

TEST_CASE("convolutions") {
  struct lenet {
    nn::conv2d c1{1, 6, 5, {.padding = 2}}, c2{6, 16, 5};
    nn::linear f1{16 * 4 * 4, 120}, f2{120, 84}, f3{84, 10};
    auto operator()(const tensor& x) const -> tensor {
      const auto h = max_pool2d(relu(c2(max_pool2d(relu(c1(x)), 2))), 2);
      return f3(relu(f2(relu(f1(flatten(h, 1))))));
    }
  };
  struct normed {
    nn::conv2d c1{1, 16, 3, {.padding = 1, .bias = false}}, c2{16, 16, 3, {.stride = 2, .bias = false}};
    nn::batch_norm n1{16};
    nn::group_norm n2{4, 16};
    nn::linear last{16, 10};
    auto operator()(const tensor& x) const -> tensor {
      const auto h = relu(n2(c2(max_pool2d(relu(n1(c1(x))), 3, {.stride = 2, .padding = 1}))));
      return last(flatten(adaptive_avg_pool2d(h, 1), 1));
    }
  };
  healthy("lenet", plain<lenet>(), by_class(images(16, 24, 10)), nn::adam{{.lr = 1e-3}});
  healthy("conv with norms and a padded max pool", plain<normed>(), by_class(images(16, 16, 10)));
  struct lines {
    nn::conv1d c1{3, 16, 3}, c2{16, 16, 3};
    nn::linear last{16, 2};
    auto operator()(const tensor& x) const -> tensor { return last(max(relu(c2(relu(c1(swap_axes(x, 1, 2))))), {2})); }
  };
  healthy("conv1d", plain<lines>(), by_class(sequences(32, 12, 3)));
  struct back {
    nn::conv2d in{1, 8, 3, {.stride = 2, .padding = 1}};
    nn::conv_transpose2d out{8, 1, 4, {.stride = 2, .padding = 1}};
    auto operator()(const tensor& x) const -> tensor { return out(gelu(in(x))); }
  };
  const auto pictures = images(8, 8, 3).inputs;
  healthy("transposed convolution", plain<back>(), by_square({pictures, pictures}));
}

TEST_CASE("recurrent networks, attention with and without masks, embeddings") {
  const auto data = sequences(32, 10, 3);
  const auto last_step = [](const tensor& h) { return take(swap_axes(h, 0, 1), h.extent(1) - 1); };
  const auto net = [&]<class R>(R memory) {
    struct reads {
      R memory;
      nn::linear last{16, 2};
    };
    return [memory] {
      auto m = reads{R{3, 16, {.batch_first = true}}};
      return m;
    };
  };
  const auto loss = [&](auto& m) { return nn::cross_entropy(m.last(last_step(m.memory(data.inputs).output)), data.targets); };
  const nn::recurrent_options first{.batch_first = true};
  healthy("rnn", net(nn::rnn{3, 16, first}), loss);
  healthy("gru", net(nn::gru{3, 16, first}), loss);
  healthy("lstm", net(nn::lstm{3, 16, first}), loss);

  struct attends {
    nn::multi_head_attention attention{16, 4, {.batch_first = true}};
    nn::linear into{3, 16}, last{16, 2};
    nn::attention_mask mask = {};
    auto operator()(const tensor& x) const -> tensor { return last(mean(attention(into(x), mask), {1})); }
  };
  array over = zeros({32, 10}, boolean);
  for (index_t i = 0; i < 32; ++i)
    for (index_t t = 4 + i % 6; t < 10; ++t) over.set(1, i, t);
  const auto with = [](nn::attention_mask mask) {
    return [mask] {
      attends m;
      m.mask = mask;
      return m;
    };
  };
  healthy("attention", with({}), by_class(data));
  healthy("causal attention", with({.is_causal = true}), by_class(data));
  healthy("attention with padding", with({.key_padding_mask = over}), by_class(data));
  healthy("causal attention with padding", with({.key_padding_mask = over, .is_causal = true}), by_class(data));

  struct transformer {
    nn::embedding words{12, 16, {.padding_idx = 0}};
    nn::positional_encoding place{16, 16, 0.1, true};
    std::vector<nn::transformer_encoder_layer> blocks =
        std::vector(2, nn::transformer_encoder_layer(16, 4, {.dim_feedforward = 64, .batch_first = true, .norm_first = true}));
    nn::linear last{16, 12};
    auto operator()(const tensor& x) const -> tensor {
      auto h = place(words(x));
      for (const auto& b : blocks) h = b(h, {.is_causal = true});
      return last(h);
    }
  };
  generator r(3);
  const array text = randint(r, {16, 9}, 1, 12);
  array padded = text.copy();
  for (index_t i = 0; i < 16; ++i)
    for (index_t t = 5 + i % 4; t < 9; ++t) padded.set(0, i, t);
  const auto next = [&](auto& m) {
    return nn::cross_entropy(flatten(m(slice(padded, 1, 0, 8)), 0, 1), reshape(slice(padded, 1, 1, 9), {-1}),
                             {.ignore_index = 0});
  };
  healthy("transformer over padded text", plain<transformer>(), next, nn::adam{{.lr = 1e-3}});
  struct vocabulary {
    nn::embedding words{5000, 16};
    nn::linear last{16, 2};
    auto operator()(const tensor& x) const -> tensor { return last(mean(words(x), {1})); }
  };
  const array rare = randint(r, {16, 6}, 0, 5000);
  healthy("large vocabulary", plain<vocabulary>(), by_class({rare, randint(r, {16}, 0, 2)}));
}

TEST_CASE("regression, small and large; predictions that are right; infinities that are data") {
  generator r(5);
  const array x = randn(r, {64, 8}, float32), y = matmul(x, randn(r, {8, 1}, float32));
  const auto net = [] { return nn::sequential{nn::linear{8, 32}, nn::tanh{}, nn::linear{32, 1}}; };
  healthy("regression", net, by_square({x, y}));
  healthy("small numbers", net, by_square({x * 1e-2, y * 1e-2}));
  healthy("small targets", net, by_square({x, y * 1e-4}));
  healthy("large numbers", net, by_square({x * 3.0, y * 10.0}));
  healthy(
      "linear regression",
      [] {
        return nn::linear{8, 1};
      },
      by_square({x, y}), nn::sgd{{.lr = 0.1}});
  healthy("absolute error", net, [&](auto& m) { return nn::l1_loss(m(x), y); });

  const array yes = (y > 0.0).cast(float32);
  const auto steep = nn::adam{{.lr = 0.1}};
  const auto sure = [] { return nn::sequential{nn::linear{8, 32}, nn::relu{}, nn::linear{32, 1}, nn::sigmoid{}}; };
  for (const int steps : {100, 300}) {
    nn::manual_seed(1);
    CHECK(accusations(said_after(
              steps, sure, [&](auto& m) { return nn::mse_loss(m(x), yes); }, steep)) == "");
    nn::manual_seed(1);
    CHECK(accusations(said_after(
              steps, sure, [&](auto& m) { return nn::binary_cross_entropy(m(x), yes); }, steep)) == "");
    nn::manual_seed(1);
    const auto logits = [] { return nn::sequential{nn::linear{8, 32}, nn::relu{}, nn::linear{32, 1}}; };
    CHECK(accusations(said_after(
              steps, logits, [&](auto& m) { return nn::hinge_loss(m(x), 2.0 * yes - 1.0); }, steep)) == "");
  }
  // log(0) of a constant that `where` leaves out, and a power whose other side is infinite.
  healthy("log of 0 left out", net, [&](auto& m) {
    const auto p = softmax(concat(std::vector{m(x), tensor(zeros({64, 1}, float32))}, 1));
    const array t = concat(std::vector{yes, 1.0 - yes}, 1);
    return mean(where(t == 0.0, 0.0, t * log(t)) - t * log(p)) * 2.0;
  });
  healthy("the side of where that is not taken", net, [&](auto& m) {
    const auto z = m(x);
    return mean(where(yes, square(z - y), 0.0 / (1.0 - yes) + square(z)));
  });
  // An infinite slope times 0 is 0 here.
  healthy("a root of 0 that is cut off", net, [&](auto& m) { return mean(sqrt(relu(m(x) - y))) + mean(square(m(x))); });
  healthy("largest of -inf and predictions", net, [&](auto& m) {
    const auto z = concat(std::vector{m(x), tensor(full({64, 1}, -INFINITY, float32))}, 1);
    return nn::mse_loss(max(z, {1}), reshape(y, {64}));
  });
  struct gated {
    nn::linear open{8, 32}, value{8, 32}, last{32, 1};
    auto operator()(const tensor& h) const -> tensor { return last(sigmoid(3.0 * open(h)) * value(h)); }
  };
  healthy(
      "a gate", [] { return gated{}; }, by_square({x, y}));
  struct variational {
    nn::linear in{8, 32}, middle{32, 4}, spread{32, 4}, back{4, 32}, out{32, 8};
  };
  const array noise = randn(r, {64, 4}, float32);
  healthy(
      "a variational autoencoder", [] { return variational{}; },
      [&](auto& m) {
        const auto h = relu(m.in(x)), mu = m.middle(h), s = m.spread(h);
        const auto seen = m.out(relu(m.back(mu + exp(0.5 * s) * noise)));
        return (sum(square(seen - x)) + 0.5 * sum(square(mu) + exp(s) - 1.0 - s)) * (1.0 / 64);
      });
  healthy(
      "triplets",
      [] {
        return nn::sequential{nn::linear{8, 16}, nn::relu{}, nn::linear{16, 4}};
      },
      [&](auto& m) { return nn::triplet_margin_loss(m(x), m(x + 0.1), m(flip(x, {0}))); });
  healthy("weight decay in the loss", net,
          [&](auto& m) { return nn::mse_loss(m(x), y) + 1e-3 * sum(square(m.template get<0>().weight())); });
}
