#include <nn/data/fashion_mnist.hpp>

#include <autodiff/array/view.hpp>
#include <fmt/format.h>
#include <nn/data/idx.hpp>

namespace seegrad::nn {

auto load_labelled_images(const std::filesystem::path& images, const std::filesystem::path& labels, index_t classes) -> dataset {
  auto x = load_idx(images, float32);
  const auto y = load_idx(labels, int64);
  if (x.rank() != 3 || y.rank() != 1 || x.shape()[0] != y.shape()[0])
    throw error(fmt::format("load_labelled_images: '{}' and '{}': {} images and {} labels; [N, H, W] and [N] are wanted",
                            images.string(), labels.string(), to_string(x.shape()), to_string(y.shape())));
  for (const auto label : y.elements<std::int64_t>())
    if (label < 0 || label >= classes)
      throw error(fmt::format("load_labelled_images: '{}': label {} is not one of {} classes", labels.string(), label, classes));
  for (auto& pixel : x.writable<float>()) pixel /= 255.0f;
  return {seegrad::detail::views::reshape(x, {x.shape()[0], 1, x.shape()[1], x.shape()[2]}), y};
}

auto load_fashion_mnist(const std::filesystem::path& folder) -> fashion_mnist {
  const auto part = [&](const char* name) {
    const auto file = [&](const char* what) { return folder / fmt::format("{}-{}-ubyte.gz", name, what); };
    for (const auto& f : {file("images-idx3"), file("labels-idx1")}) {
      std::error_code none;
      if (!std::filesystem::exists(f, none))
        throw error(fmt::format("load_fashion_mnist: there is no '{}'; apt-get install dataset-fashion-mnist", f.string()));
    }
    return load_labelled_images(file("images-idx3"), file("labels-idx1"));
  };
  return {part("train"),
          part("t10k"),
          {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}};
}

}  // namespace seegrad::nn
