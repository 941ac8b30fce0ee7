#pragma once
// Layers that shift and scale numbers to mean 0 and variance 1 over some axes, and then by trained weights.
//
//   nn::batch_norm bn{64};                    // over the samples, and over pixels: [N, 64], [N, 64, L] or [N, 64, H, W]
//   nn::layer_norm ln{{128}};                 // over the last axes of each sample
//   nn::group_norm gn{8, 64};                 // over groups of channels of each sample
//   nn::rms_norm rn{128};                     // divided by the root mean square alone
//
// Variances are divided by n, not n - 1, and eps is added under the root, as in PyTorch and in the papers: Ioffe and Szegedy
// 2015; Ba, Kiros and Hinton 2016; Wu and He 2018; Zhang and Sennrich 2019.

#include <nn/layer/layer.hpp>

namespace seegrad::nn {

struct batch_norm_options {
  double eps = 1e-5;                ///< added to variances, under the root
  double momentum = 0.1;            ///< how much a batch moves the running mean and variance
  bool affine = true;               ///< whether there are weights
  bool track_running_stats = true;  ///< false: a batch's own mean and variance in eval mode, too
  dtype type = float32;             ///< of parameters and running numbers
};

/// While training, by the batch's own mean and variance, which move the running ones; in nn::eval mode by the running ones. The
/// running variance is divided by n - 1, as in PyTorch. Throws while training if there is one number to a channel.
class batch_norm {
 public:
  explicit batch_norm(index_t channels, const batch_norm_options& o = {});
  auto operator()(const tensor& x) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("bias", self.bias), see("running_mean", self.running_mean);
    see("running_var", self.running_var), see("num_batches_tracked", self.num_batches_tracked);
    see("options", self.options), see("mode", self.mode), see("label", self.label);
  }

  std::optional<parameter> weight, bias;  ///< [channels] each, 1 and 0 at first; none without affine
  /// [channels] twice, and how many batches were seen; none unless tracked
  mutable std::optional<buffer> running_mean, running_var, num_batches_tracked;
  batch_norm_options options;  ///< as they were given
  index_t channels;            ///< the extent of axis 1
  nn::mode mode;               ///< training: by the batch; else by the running numbers
  nn::label label{"batch_norm"};
};

struct layer_norm_options {
  double eps = 1e-5;                ///< added to variances, under the root
  bool affine = true, bias = true;  ///< whether there is a weight, and with it a bias
  dtype type = float32;             ///< of the parameters
};

/// Over the last axes, which have the shape given.
class layer_norm {
 public:
  explicit layer_norm(const dims& shape, const layer_norm_options& o = {});
  auto operator()(const tensor& x) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("bias", self.bias), see("shape", self.shape), see("label", self.label);
  }

  std::optional<parameter> weight, bias;  ///< in that shape, 1 and 0 at first
  dims shape;                             ///< of the last axes
  double eps;                             ///< added to variances, under the root
  nn::label label{"layer_norm"};
};

/// Over C / groups channels at a time, with all their pixels, of [N, C, ..].
class group_norm {
 public:
  group_norm(index_t groups, index_t channels, const layer_norm_options& o = {});
  auto operator()(const tensor& x) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("bias", self.bias), see("label", self.label);
  }

  std::optional<parameter> weight, bias;  ///< [channels] each, 1 and 0 at first
  index_t groups, channels;               ///< channels is a multiple of groups
  double eps;                             ///< added to variances, under the root
  nn::label label{"group_norm"};
};

/// x / sqrt(mean(x^2) + eps) * weight over the last axis.
class rms_norm {
 public:
  explicit rms_norm(index_t width, double eps = 1e-6, dtype type = float32);
  auto operator()(const tensor& x) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("label", self.label);
  }

  parameter weight;  ///< [width], 1 at first
  double eps;        ///< added to the mean square, under the root
  nn::label label{"rms_norm"};
};

}  // namespace seegrad::nn
