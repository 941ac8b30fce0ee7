#include <nn/data/image/pixels.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::nn::detail {
namespace {

template <class U>
auto planes(std::span<const U> pixels, index_t channels, index_t height, index_t width, float largest) -> array {
  auto out = array::uninitialized(float32, {channels, height, width});
  auto* to = static_cast<float*>(out.raw());
  const auto step = static_cast<std::size_t>(channels), n = static_cast<std::size_t>(height * width);
  for (std::size_t c = 0; c < step; ++c)
    for (std::size_t i = 0; i < n; ++i) *to++ = static_cast<float>(pixels[i * step + c]) / largest;
  return out;
}

}  // namespace

auto check_extents(std::uint64_t height, std::uint64_t width, std::int64_t most) -> void {
  if (height == 0 || width == 0) throw error(fmt::format("a picture of {} by {} pixels has none", width, height));
  if (most < 0 || height > static_cast<std::uint64_t>(most) / width)
    throw error(fmt::format("a picture of {} by {} pixels has more than {}; .most_pixels allows more", width, height, most));
}

auto planes_of(std::span<const std::uint8_t> pixels, index_t channels, index_t height, index_t width, float largest) -> array {
  return planes(pixels, channels, height, width, largest);
}
auto planes_of(std::span<const std::uint16_t> pixels, index_t channels, index_t height, index_t width, float largest) -> array {
  return planes(pixels, channels, height, width, largest);
}

auto pixels_of(const array& image, int bits) -> pixels {
  const auto& shape = image.shape();
  if (shape.size() != 2 && shape.size() != 3)
    throw error(
        fmt::format("the shape {} is no picture; [channels, height, width] or [height, width] is wanted", to_string(shape)));
  pixels out{shape.size() == 2 ? 1 : shape[0], shape[shape.size() - 2], shape[shape.size() - 1], bits, {}};
  if (out.channels < 1 || out.channels > 4 || out.height < 1 || out.width < 1)
    throw error(fmt::format("the shape {} is no picture: it has 1 to 4 channels, and pixels", to_string(shape)));
  if (!image.is_floating())
    throw error(fmt::format("a picture of {}; floating-point numbers of 0 to 1 are wanted, as x.cast(float32) / 255",
                            name_of(image.type())));
  if (bits != 8 && bits != 16) throw error(fmt::format("{} bits a channel; 8 or 16 are wanted", bits));
  const auto numbers = image.to_vector<double>();
  const auto n = static_cast<std::size_t>(out.height * out.width), channels = static_cast<std::size_t>(out.channels);
  const double largest = bits == 8 ? 255 : 65535;
  out.bytes.reserve(numbers.size() * static_cast<std::size_t>(bits / 8));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < channels; ++c) {
      const auto x = numbers[c * n + i];
      if (std::isnan(x)) throw error("a picture with NaN in it");
      const auto level = static_cast<unsigned>(std::lround(std::clamp(x, 0.0, 1.0) * largest));
      if (bits == 16) out.bytes.push_back(static_cast<std::uint8_t>(level >> 8));
      out.bytes.push_back(static_cast<std::uint8_t>(level & 255));
    }
  return out;
}

}  // namespace seegrad::nn::detail
