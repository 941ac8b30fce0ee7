#pragma once
// Losses between vectors: near if they belong together, far if not.
//
//   nn::cosine_similarity(u, v);                              // [N x D] twice gives [N]
//   nn::cosine_embedding_loss(u, v, same);                    // same: [N], 1 or -1
//   nn::triplet_margin_loss(anchor, alike, other, {.margin = 0.2});
//
// A vector of length 0 gives finite losses and gradients everywhere.

#include <nn/loss/reduction.hpp>

namespace seegrad::nn {

struct cosine_similarity_options {
  index_t axis = 1;   ///< along which the vectors lie
  double eps = 1e-8;  ///< lengths below it count as it
};
/// u · v / (|u| |v|) along an axis. Shapes are matched as by *, so that [N, 1, D] and [1, M, D] with axis 2 make all pairs; the
/// axis is left out of the result.
auto cosine_similarity(const tensor& u, const tensor& v, const cosine_similarity_options& options = {}) -> tensor;

struct cosine_embedding_loss_options {
  double margin = 0;                              ///< a cosine up to which different vectors cost nothing
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single pairs
};
/// 1 - cos where the target is 1, and max(0, cos - margin) where it is -1, for u and v of [N, D] and targets [N], or [D] and a
/// number.
auto cosine_embedding_loss(const tensor& u, const tensor& v, const tensor& target,
                           const cosine_embedding_loss_options& options = {}) -> tensor;

struct hinge_embedding_loss_options {
  double margin = 1;                              ///< a distance from which on different vectors cost nothing
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single distances
};
/// A distance itself where the target is 1, and max(0, margin - distance) where it is -1 (Hadsell, Chopra and LeCun 2006, without
/// the squares). Input and target have one shape.
auto hinge_embedding_loss(const tensor& input, const tensor& target, const hinge_embedding_loss_options& options = {}) -> tensor;

struct triplet_margin_loss_options {
  double margin = 1;  ///< by how much the negative is to be farther away
  double eps = 1e-6;  ///< added to each difference, so that equal vectors have a slope
  bool swap = false;  ///< the nearer of anchor and positive stands for the anchor where the negative is concerned
  nn::reduction reduction = nn::reduction::mean;  ///< of the losses of single triplets
};
/// max(0, margin + d(anchor, positive) - d(anchor, negative)) with the Euclidean distance over the last axis (Balntas et al.
/// 2016, Learning local feature descriptors with triplets). All three have one shape, [N, D] or [D].
auto triplet_margin_loss(const tensor& anchor, const tensor& positive, const tensor& negative,
                         const triplet_margin_loss_options& options = {}) -> tensor;

}  // namespace seegrad::nn
