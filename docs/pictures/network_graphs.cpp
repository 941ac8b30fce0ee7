#include <nn/nn.hpp>

#include "graphs.hpp"

namespace pictures {
namespace {

using namespace seegrad;

struct perceptron {
  nn::linear first{20, 64}, second{64, 64}, last{64, 10};
  nn::batch_norm norm1{64}, norm2{64};
  nn::dropout drop1{0.5}, drop2{0.5};
  auto operator()(const tensor& x) -> tensor { return last(drop2(relu(norm2(second(drop1(relu(norm1(first(x))))))))); }
};

struct letters {
  nn::embedding letter{30, 16};
  nn::lstm memory{16, 32, {.batch_first = true}};
  nn::linear next{32, 30};
  auto operator()(const tensor& x) -> tensor { return next(memory(letter(x)).output); }
};

struct transformer {
  nn::embedding letter{30, 64};
  nn::positional_encoding place{64, 32, 0.0, true};
  std::vector<nn::transformer_encoder_layer> blocks;
  nn::linear next{64, 30};
  transformer() {
    for (int k = 0; k < 6; ++k)
      blocks.emplace_back(64, 4, nn::transformer_options{.dim_feedforward = 128, .dropout = 0.1, .batch_first = true});
  }
  auto operator()(const tensor& x) -> tensor {
    tensor h = place(letter(x));
    for (auto& b : blocks) h = b(h, {.is_causal = true});
    return next(h);
  }
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("letter", self.letter), see("place", self.place), see("blocks", self.blocks), see("next", self.next);
  }
};

struct residual_block {
  nn::conv2d c1{16, 16, 3, {.padding = 1}}, c2{16, 16, 3, {.padding = 1}};
  nn::batch_norm b1{16}, b2{16};
  auto operator()(const tensor& x) -> tensor { return relu(x + b2(c2(relu(b1(c1(x)))))); }
};

struct resnet {
  nn::conv2d stem{3, 16, 3, {.padding = 1}};
  std::vector<residual_block> blocks = std::vector<residual_block>(20);
  nn::linear head{16, 10};
  auto operator()(const tensor& x) -> tensor {
    tensor h = relu(stem(x));
    for (auto& b : blocks) h = b(h);
    return head(mean(h, {2, 3}));
  }
};

struct lenet {
  nn::conv2d first{1, 16, 5, {.padding = 2}}, second{16, 32, 5};
  nn::linear hidden{800, 128}, last{128, 10};
  auto operator()(const tensor& x) -> tensor {
    return last(relu(hidden(flatten(max_pool2d(relu(second(max_pool2d(relu(first(x)), 2))), 2), 1))));
  }
};

struct gated {
  nn::gru memory{8, 16, {.batch_first = true}};
  nn::linear last{16, 3};
  auto operator()(const tensor& x) -> tensor { return last(take(memory(x).output, x.extent(1) - 1, 1)); }
};

struct autoencoder {
  nn::linear in{64, 32}, code{32, 8}, out{8, 32}, last{32, 64};
  auto operator()(const tensor& x) -> tensor { return last(relu(out(code(relu(in(x)))))); }
};

template <class Model>
auto classify(const dims& shape, bool words) {
  return [=] {
    nn::manual_seed(1);
    generator draw(1);
    Model model;
    nn::parameters(model);
    const array x = words ? randint(draw, shape, 0, 30) : randn(draw, shape, float32);
    const tensor y = model(tensor(x));
    const auto classes = y.extent(-1);
    if (y.rank() == 3) backward(nn::cross_entropy(flatten(y, 0, 1), randint(draw, {y.extent(0) * y.extent(1)}, 0, classes)));
    else backward(nn::cross_entropy(y, randint(draw, {y.extent(0)}, 0, classes)));
  };
}

auto restore() -> void {
  nn::manual_seed(1);
  generator draw(1);
  autoencoder model;
  nn::parameters(model);
  const array x = randn(draw, {16, 64}, float32);
  backward(nn::mse_loss(model(tensor(x)), x));
}

auto regression() -> void {
  generator draw(1);
  const tensor w = input(randn(draw, {3}), "w"), b = input(array({0.1}), "b");
  const array x = randn(draw, {8, 3}), y = randn(draw, {8});
  backward(mean(square(matmul(x, w) + b - y)));
}

auto attend() -> void {
  generator draw(1);
  const tensor q = input(randn(draw, {6, 4}), "Q"), k = input(randn(draw, {6, 4}), "K"), v = input(randn(draw, {6, 4}), "V");
  backward(sum(matmul(softmax(matmul(q, transpose(k)) / 2, -1), v)));
}

}  // namespace

auto network_subjects() -> std::vector<subject> {
  return {{"perceptron with batch norm and dropout", classify<perceptron>({64, 20}, false)},
          {"LSTM, 20 steps", classify<letters>({8, 20}, true)},
          {"transformer, 6 layers", classify<transformer>({4, 32}, true)},
          {"ResNet, 20 blocks", classify<resnet>({4, 3, 16, 16}, false)},
          {"LeNet", classify<lenet>({8, 1, 28, 28}, false)},
          {"GRU, 10 steps", classify<gated>({8, 10, 8}, false)},
          {"autoencoder", restore},
          {"linear regression", regression},
          {"attention, 6 by 4", attend}};
}

}  // namespace pictures
