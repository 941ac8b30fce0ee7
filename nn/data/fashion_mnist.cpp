#include <nn/data/fashion_mnist.hpp>

namespace seegrad::nn {

auto load_fashion_mnist(const std::filesystem::path& folder) -> fashion_mnist {
  auto [train, test] = detail::load_mnist(folder, "load_fashion_mnist", "; apt-get install dataset-fashion-mnist");
  return {std::move(train),
          std::move(test),
          {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}};
}

}  // namespace seegrad::nn
