#pragma once
// Layers that are products with a matrix of weights.
//
//   nn::linear hidden{784, 128};                    // weight [128, 784] and bias [128], as in PyTorch
//   tensor h = relu(hidden(x));                     // [m, 784] -> [m, 128]
//   nn::linear plain{128, 10, {.bias = false}};
//
// Samples are rows: x [m, in] gives x @ transpose(weight) + bias. Course notes often have samples as columns and write W x + b
// with the same W.

#include <nn/layer/layer.hpp>

namespace seegrad::nn {

struct linear_options {
  bool bias = true;      ///< whether there is one
  dtype type = float32;  ///< of the parameters
};

/// x [.., in] -> [.., out]. First weights and biases are uniform within 1 / sqrt(in) of 0, as in PyTorch, where that is He's
/// initialisation with a = sqrt(5).
class linear {
 public:
  linear(index_t in, index_t out, const linear_options& o = {});
  auto operator()(const tensor& x) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("bias", self.bias), see("label", self.label);
  }

  parameter weight;               ///< [out, in]
  std::optional<parameter> bias;  ///< [out], unless there is none
  nn::label label{"linear"};
};

/// y[.., k] = x1 transpose(A[k]) x2 + bias[k], with weight A [out, in1, in2].
class bilinear {
 public:
  bilinear(index_t in1, index_t in2, index_t out, const linear_options& o = {});
  auto operator()(const tensor& x1, const tensor& x2) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("bias", self.bias), see("label", self.label);
  }

  parameter weight;               ///< [out, in1, in2]
  std::optional<parameter> bias;  ///< [out], unless there is none
  nn::label label{"bilinear"};
};

struct embedding_options {
  index_t padding_idx = -1;  ///< this row is 0 at first and gets no gradient; -1: none
  dtype type = float32;      ///< of the parameters
};

/// Rows of weight [count, width], chosen by whole numbers: [..] -> [.., width]. First weights are normal with deviation 1. Throws
/// for an index that is not in 0 .. count - 1.
class embedding {
 public:
  embedding(index_t count, index_t width, const embedding_options& o = {});
  auto operator()(const tensor& index) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("label", self.label);
  }

  parameter weight;     ///< [count, width]
  index_t padding_idx;  ///< as the options say
  nn::label label{"embedding"};
};

}  // namespace seegrad::nn
