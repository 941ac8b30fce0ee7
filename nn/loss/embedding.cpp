#include <nn/loss/embedding.hpp>

#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/module/parameter.hpp>

namespace seegrad::nn {
namespace {

auto length(const tensor& x, index_t axis, double at_least) -> tensor { return maximum(norm(x, axis), at_least); }

auto cosine(const tensor& u, const tensor& v, index_t axis, double eps) -> tensor {
  return sum(u * v, axis) / length(u, axis, eps) / length(v, axis, eps);
}

}  // namespace

auto cosine_similarity(const tensor& u, const tensor& v, const cosine_similarity_options& options) -> tensor {
  const function_scope inside("cosine_similarity");
  const auto who = "cosine_similarity";
  const auto shape = broadcast(u.shape(), v.shape(), who);
  const int axis = seegrad::detail::axis_of(options.axis, shape.size(), who);
  if (!(options.eps > 0)) throw error(fmt::format("{}: eps is {}; it must be above 0", who, options.eps));
  const auto whole = [&](const tensor& x) { return x.shape() == shape ? x : expand(x, shape); };
  return cosine(whole(u), whole(v), axis, options.eps);
}

auto cosine_embedding_loss(const tensor& u, const tensor& v, const tensor& target, const cosine_embedding_loss_options& options)
    -> tensor {
  const function_scope inside("cosine_embedding_loss");
  const auto who = "cosine_embedding_loss";
  detail::require_plain(options.reduction, who);
  const bool fits = u.shape() == v.shape() && (u.rank() == 1 || u.rank() == 2);
  if (!fits || target.shape() != u.shape().first(u.rank() - 1))
    throw error(fmt::format("{}: vectors {} and {} and targets {}: [N x D], the same and [N] are wanted, or [D], the same and []",
                            who, to_string(u.shape()), to_string(v.shape()), to_string(target.shape())));
  const auto alike = detail::alike_for(target, target, who);
  const auto c = cosine(u, v, -1, 1e-8);
  return detail::reduced(where(alike, 1.0 - c, seegrad::relu(c - options.margin)), options.reduction);
}

auto hinge_embedding_loss(const tensor& input, const tensor& target, const hinge_embedding_loss_options& options) -> tensor {
  const function_scope inside("hinge_embedding_loss");
  const auto who = "hinge_embedding_loss";
  detail::require_plain(options.reduction, who);
  const auto alike = detail::alike_for(input, target, who);
  return detail::reduced(where(alike, input, seegrad::relu(options.margin - input)), options.reduction);
}

auto triplet_margin_loss(const tensor& anchor, const tensor& positive, const tensor& negative,
                         const triplet_margin_loss_options& options) -> tensor {
  const function_scope inside("triplet_margin_loss");
  const auto who = "triplet_margin_loss";
  detail::require_plain(options.reduction, who);
  if (anchor.rank() == 0 || anchor.shape() != positive.shape() || anchor.shape() != negative.shape())
    throw error(fmt::format("{}: anchor {}, positive {} and negative {} must have one shape, [N x D] or [D]", who,
                            to_string(anchor.shape()), to_string(positive.shape()), to_string(negative.shape())));
  const auto distance = [&](const tensor& a, const tensor& b) { return norm(a - b + options.eps, -1); };
  const auto near = distance(anchor, positive);
  auto far = distance(anchor, negative);
  if (options.swap) far = minimum(far, distance(positive, negative));
  return detail::reduced(seegrad::relu(near - far + options.margin), options.reduction);
}

}  // namespace seegrad::nn
