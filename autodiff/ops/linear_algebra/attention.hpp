#pragma once
// Self-attention as one operation: for each head softmax(q kᵀ / √width) v, without the matrix of scores.
//
//   tensor qkv = linear(x, w, b);                        // [N, L, 3 E]: queries, keys and values, side by side
//   tensor y = self_attention(qkv, 4);                   // [N, L, E], of four heads
//   tensor z = self_attention(qkv, 4, {.causal = true}); // no position looks at a later one
//
// Scores are made for some rows at a time, in memory that stays in the cache, and made again for the derivative; so memory grows with the
// length of the sequence and not with its square (Rabe and Staats 2021, Self-attention does not need O(n²) memory). The numbers are those of the
// products and softmax it is made of, whose bits do not depend on how the rows are cut.

#include <autodiff/ops/linear_algebra/product.hpp>
#include <autodiff/ops/random/dropout.hpp>
#include <autodiff/ops/reduction/softmax.hpp>
#include <autodiff/ops/shape/arrangement.hpp>
#include <autodiff/ops/shape/slicing.hpp>
#include <cmath>
#include <optional>

namespace seegrad {

namespace detail {
struct attention_parameters {
  index_t heads = 1;
  bool causal = false;
  std::optional<dropout_parameters> drop =
      {};  ///< of what is looked at: [N, heads, L, L]; its position is then the second operand
  friend auto operator==(const attention_parameters&, const attention_parameters&) -> bool = default;
};

/// Throws unless qkv is [N, L, 3 E], with E a multiple of the heads, and what is added to the scores repeats to [N, heads, L, L].
auto check_attention(const attention_parameters& p, const dims& qkv, const dims* added) -> void;
/// True where j > i.
auto later_positions(index_t length) -> array;
auto attention_value(const attention_parameters& p, std::span<const array> x, array& y) -> void;
auto attention_vjp(const attention_parameters& p, std::span<const array> x, const array& g) -> array;

/// What the operation is made of.
template <class T>
class attention_parts {
 public:
  attention_parts(const attention_parameters& p, std::span<const T> x) : p_(p), x_(x) {
    const auto& shape = x[0].shape();
    n_ = shape[0], length_ = shape[1], width_ = shape[2] / 3;
    scale_ = 1 / std::sqrt(static_cast<double>(width_ / p.heads));
    q_ = part(0) * scale_, k_ = part(1), v_ = part(2);
    auto scores = matmul(q_, transpose(k_));
    if (p.causal) scores = where(later_positions(length_), -infinity, scores);
    if (const auto* added = mask()) scores = scores + *added;
    seen_ = softmax(scores);
  }

  auto value() const -> T { return put_together(matmul(dropped(seen_), v_)); }
  auto vjp_of_scores(const T& g) const -> T {
    return softmax_op::vjp<T>(-1, 0, {}, seen_, dropped(matmul(headed(g), transpose(v_))));
  }
  auto vjp(const T& g) const -> T {
    const auto scores = vjp_of_scores(g);
    const std::vector<T> all = {put_together(matmul(scores, k_) * scale_), put_together(matmul(transpose(scores), q_)),
                                put_together(matmul(transpose(dropped(seen_)), headed(g)))};
    return concat(all, -1);
  }

 private:
  auto mask() const -> const T* { return x_.size() == (p_.drop ? 3u : 2u) ? &x_.back() : nullptr; }
  /// [N, L, E] -> [N, heads, L, E / heads], and back.
  auto headed(const T& x) const -> T { return swap_axes(reshape(x, {n_, length_, p_.heads, width_ / p_.heads}), 1, 2); }
  auto put_together(const T& x) const -> T { return reshape(swap_axes(x, 1, 2), {n_, length_, width_}); }
  auto part(index_t i) const -> T { return headed(slice(x_[0], -1, i * width_, (i + 1) * width_)); }
  auto dropped(const T& x) const -> T { return p_.drop ? structured<dropout_op>(*p_.drop, x, x_[1]) : x; }

  const attention_parameters& p_;
  std::span<const T> x_;
  index_t n_, length_, width_;
  double scale_;
  T q_, k_, v_, seen_;
};

}  // namespace detail

struct attention_op : structural<detail::any_number, detail::attention_parameters> {
  static constexpr std::string_view name = "self_attention",
                                    help = "softmax(q kᵀ / √width) v of heads of x [N, L, 3 E], without the matrix of scores";
  static auto value(const parameters& p, std::span<const array> x) -> array {
    const auto like = result(p, x);
    auto y = array::uninitialized(like.type(), like.shape());
    return value_into(p, x, y), y;
  }
  static auto value_into(const parameters& p, std::span<const array> x, array& y) -> void { detail::attention_value(p, x, y); }
  static auto result(const parameters& p, std::span<const array> x) -> array {
    const bool is_masked = x.size() == (p.drop ? 3u : 2u);
    detail::check_attention(p, x[0].shape(), is_masked ? &x.back().shape() : nullptr);
    auto shape = x[0].shape();
    shape[2] /= 3;
    return stand_in(shape, is_masked ? narrowest(x[0], x.back()) : floating(x[0].type()));
  }
  template <class T>
  static auto vjp(const parameters& p, int i, std::span<const T> x, const T&, const T& g) -> T {
    if (i == 1 && p.drop) return no_slope(x[1]);
    if constexpr (std::same_as<T, array>)
      if (i == 0) return detail::attention_vjp(p, x, g);
    const detail::attention_parts<T> of(p, x);
    return i == 0 ? of.vjp(g) : detail::summed_to(of.vjp_of_scores(g), x[static_cast<std::size_t>(i)].shape());
  }
  static auto draws(const parameters& p) -> std::optional<drawn_numbers> {
    return p.drop ? dropout_op::draws(*p.drop) : std::nullopt;
  }
  static auto follows(const parameters&, int i, std::span<const array> x) -> dims {
    return i == 0 ? dims{0, -1, -1} : dims::filled(x[static_cast<std::size_t>(i)].rank(), -1);
  }
  static auto text(const parameters& p) -> std::string;
  static auto samples() -> samples_t {
    const detail::dropout_parameters drop{1, 0, 0.25, {2, 2, 3, 3}};
    return {{{1}, {{1, 2, 6}}},
            {{2}, {{2, 3, 12}}},
            {{2, true}, {{2, 3, 12}}},
            {{2}, {{2, 3, 12}, {3, 3}}},
            {{3, true}, {{1, 4, 18}, {1, 1, 1, 4}}},
            {{2, false, drop}, {{2, 3, 12}, {}}, with_index<1, 4>},
            {{2, true, drop}, {{2, 3, 12}, {}, {2, 1, 1, 3}}, with_index<1, 7>},
            {{1}, {{0, 3, 6}}},
            {{1}, {{2, 0, 6}}}};
  }
  static auto wrong() -> samples_t {
    return {{{1}, {{2, 6}}}, {{2}, {{2, 3, 9}}}, {{1}, {{2, 3, 7}}}, {{0}, {{2, 3, 6}}}, {{2}, {{2, 3, 12}, {3, 4}}}};
  }
};

/// What self-attention is told besides.
struct attention_choices {
  bool causal = false;  ///< no position looks at a later one
  array added = {};     ///< to the scores, and repeated to [N, heads, L, L]; null for none
  double dropout = 0;   ///< the probability with which what is looked at is left out
};
/// qkv [N, L, 3 E] gives [N, L, E]. With dropout, `random` moves on. Throws for shapes that do not fit, and for dropout without a generator.
template <array_like X>
auto self_attention(const X& qkv, index_t heads, const attention_choices& c = {}, generator* random = nullptr) -> X {
  detail::attention_parameters p{heads, c.causal};
  detail::check_attention(p, qkv.shape(), c.added.is_null() ? nullptr : &c.added.shape());
  std::vector<X> x = {qkv};
  if (c.dropout != 0) {
    if (!random) throw error("self_attention: dropout draws numbers, and there is no generator");
    const dims mask{qkv.shape()[0], heads, qkv.shape()[1], qkv.shape()[1]};
    const auto at = random->take(detail::dropout_blocks(mask));
    p.drop = detail::dropout_parameters{at.seed, at.stream, c.dropout, mask};
    x.push_back(X(array(static_cast<std::int64_t>(at.position))));
  }
  if (!c.added.is_null()) x.push_back(X(c.added));
  return structured_list<attention_op, X>(p, x);
}

namespace detail {
using attention_operations = operation_list<attention_op>;
}  // namespace detail

}  // namespace seegrad
