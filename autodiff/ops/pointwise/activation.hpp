#pragma once
// The activation functions of neural networks, careful at both ends: sigmoid(-1000) is 0 and softplus(1000) is 1000, without overflow.

#include <autodiff/ops/pointwise/hyperbolic.hpp>
#include <autodiff/ops/pointwise/normal_distribution.hpp>
#include <autodiff/ops/pointwise/piecewise.hpp>

namespace seegrad {

struct sigmoid_op : paragraph<1> {
  static constexpr std::string_view name = "sigmoid", symbol = "σ", help = "logistic function 1 / (1 + exp(-x))";
  static constexpr bool light = true;
  static auto value(auto x) {
    const auto e = exp(select(x >= 0, -x, x));  // not of -abs(x), whose slope at 0 is not that of the sigmoid
    return select(x >= 0, 1.0, e) / (1 + e);
  }
  // Where y is near 1, the difference from 1 is known better from the other side.
  static auto d0(auto x, auto y) {
    const auto rest = 1 - y;
    return select_seldom(
        rest < 0.05, [=] { return y * (exp(-x) * y); }, y * rest);
  }
};
[[gnu::always_inline]] inline auto sigmoid(numbers auto&& x) { return apply<sigmoid_op>(static_cast<decltype(x)>(x)); }

struct log_sigmoid_op : paragraph<1> {
  static constexpr std::string_view name = "log_sigmoid", help = "log(sigmoid(x))";
  static auto value(auto x) { return select(x < 0, x, 0.0) - log1p(exp(select(x < 0, x, -x))); }
  static auto d0(auto x, auto) { return sigmoid(-x); }
};
[[gnu::always_inline]] inline auto log_sigmoid(numbers auto&& x) { return apply<log_sigmoid_op>(static_cast<decltype(x)>(x)); }

struct softplus_op : paragraph<1> {
  static constexpr std::string_view name = "softplus", help = "log(1 + exp(x))";
  static auto value(auto x) { return select(x > 0, x, 0.0) + log1p(exp(select(x > 0, -x, x))); }
  static auto d0(auto x, auto) { return sigmoid(x); }
};
[[gnu::always_inline]] inline auto softplus(numbers auto&& x) { return apply<softplus_op>(static_cast<decltype(x)>(x)); }

struct softsign_op : paragraph<1> {
  static constexpr std::string_view name = "softsign", help = "x / (1 + |x|)";
  static constexpr bool light = true;
  static auto value(auto x) { return select(abs(x) == infinity, sign(x), x / (1 + abs(x))); }
  static auto d0(auto x, auto) { return 1 / square(1 + abs(x)); }
};
[[gnu::always_inline]] inline auto softsign(numbers auto&& x) { return apply<softsign_op>(static_cast<decltype(x)>(x)); }

struct relu_op : paragraph<1> {
  static constexpr std::string_view name = "relu", help = "x for x > 0, else 0; slope 0 at 0";
  static constexpr bool light = true, whole = true;
  static auto value(auto x) { return select(x > 0, x, select(x <= 0, 0.0, x)); }
  // Of y, so that x, which is often a product nobody else wants, need not be kept.
  static auto d0(auto, auto y) { return select(y > 0, 1.0, 0.0); }
};
[[gnu::always_inline]] inline auto relu(numbers auto&& x) { return apply<relu_op>(static_cast<decltype(x)>(x)); }

struct leaky_relu_op : paragraph<2> {
  static constexpr std::string_view name = "leaky_relu", help = "a for a > 0, else b * a; slope b at 0";
  static constexpr bool light = true;
  static auto value(auto a, auto b) { return select(a > 0, a, b * a); }
  static auto d0(auto a, auto b, auto) { return select(a > 0, 1.0, b); }
  static auto d1(auto a, auto, auto) { return select(a > 0, 0.0, a); }
};
// clang-format off
template <class A, class B> requires numbers<A, B>
auto leaky_relu(A&& a, B&& b) { return apply<leaky_relu_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

struct elu_op : paragraph<2> {
  static constexpr std::string_view name = "elu", help = "a for a > 0, else b * (exp(a) - 1); slope b at 0";
  static auto value(auto a, auto b) { return select(a > 0, a, b * expm1(a)); }
  static auto d0(auto a, auto b, auto) { return select(a > 0, 1.0, b * exp(a)); }
  static auto d1(auto a, auto, auto) { return select(a > 0, 0.0, expm1(a)); }
};
// clang-format off
template <class A, class B> requires numbers<A, B>
auto elu(A&& a, B&& b) { return apply<elu_op>(static_cast<A&&>(a), static_cast<B&&>(b)); }
// clang-format on

namespace detail {
/// inside * exp(x) where exp(x) may be less than any normal number.
[[gnu::always_inline]] inline auto times_exp(const auto& inside, const auto& x) {
  const auto root = exp(0.5 * x);
  return inside * root * root;
}
}  // namespace detail

struct silu_op : paragraph<1> {
  static constexpr std::string_view name = "silu", help = "x * sigmoid(x), also called swish";
  // Far below 0 the exponential alone has no digits left when the product still has some. And not -∞ · 0.
  static auto value(auto x) {
    const auto inside = select(x < -1000, 0.0, x);
    return select_seldom(
        x < -80, [=] { return detail::times_exp(inside, x); }, inside * sigmoid(x));
  }
  static auto d0(auto x, auto y) { return sigmoid(x) + select(x > 1000, 0.0, y) * sigmoid(-x); }
};
[[gnu::always_inline]] inline auto silu(numbers auto&& x) { return apply<silu_op>(static_cast<decltype(x)>(x)); }

struct gelu_op : paragraph<1> {
  static constexpr std::string_view
      name = "gelu",
      help = "x * Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel 2016, the exact form)";
  // Beyond 40 Φ(-x) is 0 in any precision; the product with an infinite x must be, too. What -x / √2 loses by rounding counts x² times: in
  // the tail it is found by a product without rounding, of a number with few digits and the upper digits of x, and put right by the
  // slope of log(erfc), which is about -2z.
  static auto value(auto x) {
    const auto w = select(x < -40, 40.0, -x), z = w / std::numbers::sqrt2;
    const auto rounded = erfc(z);
    const auto tail = select_seldom(
        x < -3,
        [=] {
          const auto upper = 4097 * w - (4097 * w - w);
          const auto lost = (upper * 0.70703125 - z) + (w - upper) * 0.70703125 + w * 7.5531186547524401e-5;
          return rounded - rounded * (2 * lost * z);
        },
        rounded);
    return 0.5 * select(x < -40, 0.0, x) * tail;
  }
  static auto value(detail::in_batch auto x) { return detail::gelu_batch(x); }
  static auto d0(auto x, auto) {
    return 0.5 * erfc(-x / std::numbers::sqrt2) + 0.39894228040143268 * select(abs(x) > 40, 0.0, x) * exp(-0.5 * (x * x));
  }
  static auto d0(detail::in_batch auto x, auto) { return detail::gelu_slope(x); }
};
[[gnu::always_inline]] inline auto gelu(numbers auto&& x) { return apply<gelu_op>(static_cast<decltype(x)>(x)); }

struct mish_op : paragraph<1> {
  static constexpr std::string_view name = "mish", help = "x * tanh(softplus(x))";
  static auto value(auto x) {
    const auto inside = select(x < -1000, 0.0, x);
    return select_seldom(
        x < -80, [=] { return detail::times_exp(inside, x); }, inside * tanh(softplus(x)));
  }
  static auto d0(auto x, auto) {
    const auto inside = select(abs(x) > 1000, 0.0, x);
    return tanh(softplus(x)) + inside * sigmoid(x) / square(cosh(softplus(inside)));
  }
};
[[gnu::always_inline]] inline auto mish(numbers auto&& x) { return apply<mish_op>(static_cast<decltype(x)>(x)); }

namespace detail {
using activation_operations = operation_list<sigmoid_op, log_sigmoid_op, softplus_op, softsign_op, relu_op, leaky_relu_op, elu_op,
                                             silu_op, gelu_op, mish_op>;
}  // namespace detail

}  // namespace seegrad
