#pragma once
// Layers after one another, and layers around which the input goes as well.
//
//   nn::sequential net{nn::linear{784, 128}, nn::relu{}, nn::linear{128, 10}};
//   tensor logits = net(x);                          // parameters 0.weight, 0.bias, 2.weight, 2.bias
//   net.get<0>().weight;
//   nn::residual block{nn::sequential{nn::linear{64, 64}, nn::gelu{}}};    // x + f(x)
//
// The layers are the members of the list: nothing is allocated, called through a pointer, or shared. A list whose length is known
// only at run time is a std::vector of layers in a struct of your own.

#include <nn/layer/layer.hpp>

namespace seegrad::nn {

/// The longest list of layers.
inline constexpr std::size_t max_layers = 256;
/// "0", "1", …, for i below max_layers.
auto number_name(std::size_t i) -> std::string_view;

/// Layers one after the other: y = last(… second(first(x))). Of up to max_layers, of any types that can be called with a tensor.
template <class... L>
class sequential {
  static_assert(sizeof...(L) <= max_layers);

 public:
  explicit sequential(L... layers) : layers_(std::move(layers)...) {}

  auto operator()(const tensor& x) -> tensor { return through(layers_, x); }
  auto operator()(const tensor& x) const -> tensor
    requires(std::invocable<const L&, const tensor&> && ...)
  {
    return through(layers_, x);
  }

  /// Layer I, counted from 0.
  template <std::size_t I>
  auto get() -> auto& {
    return std::get<I>(layers_);
  }
  template <std::size_t I>
  auto get() const -> const auto& {
    return std::get<I>(layers_);
  }
  /// How many layers.
  static constexpr auto size() -> std::size_t { return sizeof...(L); }

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    std::size_t i = 0;
    std::apply([&](auto&... layer) { (see(number_name(i++), layer), ...); }, self.layers_);
  }

 private:
  static auto through(auto& layers, const tensor& x) -> tensor {
    return std::apply(
        [&](auto&... layer) {
          tensor y = x;
          ((y = layer(y)), ...);
          return y;
        },
        layers);
  }

  std::tuple<L...> layers_;
};

namespace detail {
/// x + y. Throws unless the shapes are equal.
auto around(const tensor& x, const tensor& y, const label& who) -> tensor;
}  // namespace detail

/// x + f(x). Throws unless f keeps the shape.
template <class F>
struct residual {
  explicit residual(F f) : inner(std::move(f)) {}
  auto operator()(const tensor& x) -> tensor { return detail::around(x, inner(x), label); }
  auto operator()(const tensor& x) const -> tensor
    requires std::invocable<const F&, const tensor&>
  {
    return detail::around(x, inner(x), label);
  }

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("inner", self.inner), see("label", self.label);
  }

  F inner;  ///< f
  nn::label label{"residual"};
};

}  // namespace seegrad::nn
