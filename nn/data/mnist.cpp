#include <nn/data/mnist.hpp>

#include <fmt/format.h>
#include <nn/data/idx.hpp>
#include <nn/data/scale.hpp>

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
  x = detail::divided(std::move(x), 255);
  return {x.reshape({x.shape()[0], 1, x.shape()[1], x.shape()[2]}), y};
}

auto detail::load_mnist(const std::filesystem::path& folder, const std::string& who, const std::string& hint) -> mnist {
  const auto file = [&](const std::string& part, const std::string& what) {
    for (const auto* separator : {"-", "."})
      for (const auto* suffix : {"", ".gz"}) {
        const auto f = folder / fmt::format("{}{}{}-ubyte{}", part, separator, what, suffix);
        std::error_code none;
        if (std::filesystem::exists(f, none)) return f;
      }
    throw error(fmt::format("{}: there is no '{}', with .gz or without{}", who,
                            (folder / fmt::format("{}-{}-ubyte", part, what)).string(), hint));
  };
  const auto part = [&](const std::string& name) {
    return load_labelled_images(file(name + "-images", "idx3"), file(name + "-labels", "idx1"));
  };
  return {part("train"), part("t10k")};
}

auto load_mnist(const std::filesystem::path& folder) -> mnist { return detail::load_mnist(folder, "load_mnist", ""); }

}  // namespace seegrad::nn
