#include <nn/data/image/resize.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace seegrad::nn {
namespace {

// A new pixel is (1 - share) of the old one at `low` and share of that at `high`.
struct blend {
  std::size_t low, high;
  double share;
};

auto blends(index_t from, index_t to) -> std::vector<blend> {
  std::vector<blend> out;
  const auto step = static_cast<double>(from) / static_cast<double>(to);
  for (index_t i = 0; i < to; ++i) {
    const auto at = std::max(0.0, (static_cast<double>(i) + 0.5) * step - 0.5);
    const auto low = std::min(static_cast<index_t>(at), from - 1);
    out.push_back(
        {static_cast<std::size_t>(low), static_cast<std::size_t>(std::min(low + 1, from - 1)), at - static_cast<double>(low)});
  }
  return out;
}

}  // namespace

auto resize_bilinear(const array& x, index_t height, index_t width) -> array {
  const auto rank = x.rank();
  const auto wrong = [&](const char* what) {
    throw error(
        fmt::format("resize_bilinear: {} {} to [{}x{}]: {}", name_of(x.type()), to_string(x.shape()), height, width, what));
  };
  if (!x.is_floating()) wrong("floating-point numbers are wanted, as x.cast(float32)");
  if (rank < 2 || x.extent(rank - 1) < 1 || x.extent(rank - 2) < 1)
    wrong("the last two axes are the height and width of pictures");
  if (height < 1 || width < 1) wrong("the new extents are to be positive");
  auto shape = x.shape();
  shape[rank - 2] = height, shape[rank - 1] = width;
  auto out = array::uninitialized(x.type(), shape);
  if (out.size() == 0) return out;
  const auto rows = blends(x.extent(rank - 2), height), columns = blends(x.extent(rank - 1), width);
  const auto old_width = static_cast<std::size_t>(x.extent(rank - 1)),
             old_size = old_width * static_cast<std::size_t>(x.extent(rank - 2));
  const auto c = x.contiguous();
  seegrad::detail::with_floating(x.type(), [&]<class T>(T) {
    const auto from = c.elements<T>();
    auto* to = static_cast<T*>(out.raw());
    for (std::size_t picture = 0; picture < from.size(); picture += old_size)
      for (const auto& r : rows) {
        const auto *above = &from[picture + r.low * old_width], *below = &from[picture + r.high * old_width];
        for (const auto& k : columns) {
          const auto across = [&](const T* row) { return row[k.low] * T(1 - k.share) + row[k.high] * T(k.share); };
          *to++ = across(above) * T(1 - r.share) + across(below) * T(r.share);
        }
      }
  });
  return out;
}

}  // namespace seegrad::nn
