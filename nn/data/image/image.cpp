#include <nn/data/image/image.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/file.hpp>
#include <fmt/format.h>
#include <fstream>
#include <nn/data/byte_file.hpp>
#include <nn/data/image/pixels.hpp>

namespace seegrad::nn {
namespace {

// [channels, height, width] with as many channels as are wanted.
auto with_channels(const array& x, index_t wanted) -> array {
  const auto has = x.extent(0);
  if (wanted == 0 || wanted == has) return x;
  const auto n = static_cast<std::size_t>(x.extent(1) * x.extent(2));
  auto out = array::uninitialized(float32, {wanted, x.extent(1), x.extent(2)});
  const auto from = x.elements<float>();
  const auto to = out.writable<float>();
  const auto plane = [&](const auto& all, index_t c) { return all.subspan(static_cast<std::size_t>(c) * n, n); };
  const bool is_grey = has <= 2, to_grey = wanted <= 2, has_alpha = has % 2 == 0;
  for (index_t c = 0; c < (to_grey ? 1 : 3); ++c) {
    const auto target = plane(to, c);
    if (!is_grey && to_grey) {
      const auto r = plane(from, 0), g = plane(from, 1), b = plane(from, 2);
      for (std::size_t i = 0; i < n; ++i) target[i] = 0.299f * r[i] + 0.587f * g[i] + 0.114f * b[i];
    } else {
      std::ranges::copy(plane(from, is_grey ? 0 : c), target.begin());
    }
  }
  if (wanted % 2 == 0) {
    const auto target = plane(to, wanted - 1);
    if (has_alpha) std::ranges::copy(plane(from, has - 1), target.begin());
    else std::ranges::fill(target, 1.0f);
  }
  return out;
}

}  // namespace

auto load_image(const std::filesystem::path& path, const image_options& how) -> array {
  if (how.channels < 0 || how.channels > 4)
    throw error(fmt::format("load_image: .channels is {}; 1 to 4, or 0 for those of the file", how.channels));
  const auto most = std::min(how.most_pixels, std::int64_t{1} << 40);
  detail::byte_file file(path, "load_image");
  const auto first = file.read(8);
  const auto begins_with = [&](std::string_view mark) {
    return first.size() >= mark.size() && std::equal(mark.begin(), mark.end(), first.begin(),
                                                     [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; });
  };
  if (begins_with("\x89PNG")) return with_channels(detail::read_png(path, most), how.channels);
  if (begins_with("P")) return with_channels(detail::read_netpbm(path, most), how.channels);
  const auto* hint = begins_with("\xff\xd8\xff")
                         ? "it is JPEG, and PNG and PBM, PGM and PPM are read; ImageMagick's `mogrify -format png` converts"
                         : "it is no picture in PNG, PBM, PGM or PPM";
  file.fail(hint);
}

auto save_image(const std::filesystem::path& file, const array& image, int bits) -> void {
  const auto suffix = file.extension().string();
  const auto bytes = [&] {
    try {
      const auto p = detail::pixels_of(image, bits);
      if (suffix == ".png") return detail::png_of(p);
      if (suffix != ".pgm" && suffix != ".ppm" && suffix != ".pnm") throw error("its suffix is not .png, .pgm, .ppm or .pnm");
      if (p.channels != 1 && suffix == ".pgm") throw error(fmt::format(".pgm has one channel, and the picture {}", p.channels));
      if (p.channels != 3 && suffix == ".ppm")
        throw error(fmt::format(".ppm has three channels, and the picture {}", p.channels));
      if (p.channels % 2 == 0) throw error(fmt::format(".pnm has one channel or three, and the picture {}", p.channels));
      return detail::netpbm_of(p);
    } catch (const error& e) {
      throw error(fmt::format("save_image: '{}': {}", file.string(), e.what()));
    }
  }();
  seegrad::detail::replace_file(file, "save_image", [&](std::ostream& out) {
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out) throw error(fmt::format("save_image: '{}' takes no more bytes", file.string()));
  });
}

}  // namespace seegrad::nn
