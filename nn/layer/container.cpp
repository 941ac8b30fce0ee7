#include <nn/layer/container.hpp>

namespace seegrad::nn {

auto number_name(std::size_t i) -> std::string_view {
  static const auto names = [] {
    std::array<std::string, max_layers> all;
    for (std::size_t k = 0; k < all.size(); ++k) all[k] = std::to_string(k);
    return all;
  }();
  return names[i];
}

auto detail::around(const tensor& x, const tensor& y, const label& who) -> tensor {
  const module_place here(who);
  if (x.shape() != y.shape())
    throw error("residual: " + to_string(x.shape()) + " goes in and " + to_string(y.shape()) +
                " comes out; the shapes must be equal");
  return x + y;
}

}  // namespace seegrad::nn
