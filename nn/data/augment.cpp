#include <nn/data/augment.hpp>

#include <algorithm>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>

namespace seegrad::nn {
namespace {

auto require_pictures(const array& x, const char* who) -> void {
  if (x.rank() != 4) throw error(fmt::format("{}: {}; pictures are [N, C, H, W]", who, to_string(x.shape())));
}

}  // namespace

auto random_horizontal_flip(generator& g, const array& x, double p) -> array {
  require_pictures(x, "random_horizontal_flip");
  const auto flips = bernoulli(g, {x.shape()[0]}, p);
  auto out = x.copy();
  if (x.size() == 0) return out;
  const auto width = x.shape()[3], rows = x.shape()[1] * x.shape()[2];
  seegrad::detail::with_type(x.type(), [&]<class T>(T) {
    auto* at = out.writable<T>().data();
    for (const bool flip : flips.elements<bool>())
      for (index_t r = 0; r < rows; ++r, at += width)
        if (flip) std::reverse(at, at + width);
  });
  return out;
}

auto random_crop(generator& g, const array& x, index_t padding, index_t height, index_t width) -> array {
  require_pictures(x, "random_crop");
  const auto n = x.shape()[0], channels = x.shape()[1], h = x.shape()[2], w = x.shape()[3];
  if (height == 0) height = h;
  if (width == 0) width = w;
  if (padding < 0 || padding > (index_t{1} << 30) || height < 0 || width < 0 || height > h + 2 * padding ||
      width > w + 2 * padding)
    throw error(fmt::format("random_crop: a window of {} by {} does not fit in {} with a padding of {}", height, width,
                            to_string(x.shape()), padding));
  const auto top = randint(g, {n}, 0, h + 2 * padding - height + 1), left = randint(g, {n}, 0, w + 2 * padding - width + 1);
  const auto from = x.contiguous();
  auto out = zeros({n, channels, height, width}, x.type());
  seegrad::detail::with_type(x.type(), [&]<class T>(T) {
    auto* to = out.writable<T>().data();
    const auto* source = from.data<T>();
    for (index_t i = 0; i < n; ++i) {
      // The window in the coordinates of the picture, of which it may see nothing.
      const auto y0 = top.data<std::int64_t>()[i] - padding, x0 = left.data<std::int64_t>()[i] - padding;
      const auto begin = std::clamp<index_t>(-x0, 0, width), end = std::clamp<index_t>(w - x0, begin, width);
      if (begin == end) continue;
      for (index_t c = 0; c < channels; ++c)
        for (auto y = std::max<index_t>(0, y0); y < std::min(h, y0 + height); ++y)
          std::copy_n(source + ((i * channels + c) * h + y) * w + x0 + begin, end - begin,
                      to + ((i * channels + c) * height + y - y0) * width + begin);
    }
  });
  return out;
}

auto gaussian_noise(generator& g, const array& x, double deviation) -> array {
  if (!x.is_floating())
    throw error(fmt::format("gaussian_noise: {} numbers; cast() them to a floating-point type first", name_of(x.type())));
  return x + normal(g, x.shape(), 0, deviation, x.type());
}

}  // namespace seegrad::nn
