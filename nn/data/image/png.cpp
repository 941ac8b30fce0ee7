#include <nn/data/image/image.hpp>
#include <nn/data/image/pixels.hpp>

#include <autodiff/array/error.hpp>
#include <fmt/format.h>

#ifndef SEEGRAD_PNG

namespace seegrad::nn {

auto has_png() -> bool { return false; }

namespace detail {

constexpr auto lacks =
    "PNG needs libpng, which this seegrad was built without; Meson's option png or CMake's SEEGRAD_PNG asks for it";

auto read_png(const std::filesystem::path& file, std::int64_t) -> array {
  throw error(fmt::format("load_image: '{}': {}", file.string(), lacks));
}
auto png_of(const pixels&) -> std::string { throw error(lacks); }

}  // namespace detail

}  // namespace seegrad::nn

#else

#include <csetjmp>
#include <cstring>
#include <limits>
#include <nn/data/byte_file.hpp>
#include <png.h>

namespace seegrad::nn {

auto has_png() -> bool { return true; }

namespace detail {
namespace {

// libpng says that it failed by a longjmp, which must pass over nothing that has a destructor: each function that calls setjmp below has
// plain pointers and numbers alone, and everything that owns memory lives in the functions that call them.

struct progress {
  const std::uint8_t* from = nullptr;
  std::size_t left = 0;
  std::string* to = nullptr;
  char what[200] = "it is damaged";
};

[[noreturn]] auto failed(png_structp png, png_const_charp what) -> void {
  auto* p = static_cast<progress*>(png_get_error_ptr(png));
  std::strncpy(p->what, what, sizeof p->what - 1);
  png_longjmp(png, 1);
}
auto ignore(png_structp, png_const_charp) -> void {}

auto read_bytes(png_structp png, png_bytep to, std::size_t n) -> void {
  auto* p = static_cast<progress*>(png_get_io_ptr(png));
  if (n > p->left) png_error(png, "it is cut off");
  std::memcpy(to, p->from, n);
  p->from += n, p->left -= n;
}
auto append(std::string& to, const void* from, std::size_t n) noexcept -> bool {
  try {
    to.append(static_cast<const char*>(from), n);
    return true;
  } catch (...) {
    return false;
  }
}
auto write_bytes(png_structp png, png_bytep from, std::size_t n) -> void {
  if (!append(*static_cast<progress*>(png_get_io_ptr(png))->to, from, n)) png_error(png, "memory is full");
}
auto flush(png_structp) -> void {}

struct reader {
  explicit reader(progress& p) : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, &p, failed, ignore)) {
    if (png) info = png_create_info_struct(png);
    if (!info) throw std::bad_alloc{};
  }
  ~reader() { png_destroy_read_struct(&png, &info, nullptr); }
  png_structp png = nullptr;
  png_infop info = nullptr;
};
struct writer {
  explicit writer(progress& p) : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, &p, failed, ignore)) {
    if (png) info = png_create_info_struct(png);
    if (!info) throw std::bad_alloc{};
  }
  ~writer() { png_destroy_write_struct(&png, &info); }
  png_structp png = nullptr;
  png_infop info = nullptr;
};

// False if it failed, as all of these.
auto read_head(png_structp png, png_infop info, progress* p) -> bool {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_read_fn(png, p, read_bytes);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);  // how many pixels there may be is asked by check_extents
  png_read_info(png, info);
  return true;
}

// Palettes become colours, a colour that is transparent alpha, and fewer bits than 8 are spread over 0 … 255.
auto set_up(png_structp png, png_infop info) -> bool {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_expand(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  return true;
}

auto read_rows(png_structp png, png_infop info, png_bytep* rows) -> bool {
  if (setjmp(png_jmpbuf(png))) return false;
  png_read_image(png, rows);
  png_read_end(png, info);
  return true;
}

auto write_all(png_structp png, png_infop info, progress* p, png_uint_32 width, png_uint_32 height, int bits, int color,
               png_bytep* rows) -> bool {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_write_fn(png, p, write_bytes, flush);
  png_set_IHDR(png, info, width, height, bits, color, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  png_write_image(png, rows);
  png_write_end(png, info);
  return true;
}

auto row_pointers(std::uint8_t* first, std::size_t row, std::size_t height) -> std::vector<png_bytep> {
  std::vector<png_bytep> rows;
  for (std::size_t y = 0; y < height; ++y) rows.push_back(first + y * row);
  return rows;
}

// Throws without a "who".
auto decode(std::span<const std::uint8_t> bytes, std::int64_t most_pixels) -> array {
  progress at{bytes.data(), bytes.size()};
  reader in(at);
  const auto must = [&](bool good) {
    if (!good) throw error(at.what);
  };
  must(read_head(in.png, in.info, &at));
  const auto width = png_get_image_width(in.png, in.info), height = png_get_image_height(in.png, in.info);
  check_extents(height, width, most_pixels);
  // Deflate makes at most 1032 bytes of one.
  const auto unpacked = static_cast<std::uint64_t>(png_get_rowbytes(in.png, in.info)) * height;
  if (unpacked / 1032 > bytes.size())
    throw error(fmt::format("a picture of {} by {} pixels does not fit in a file of {} bytes", width, height, bytes.size()));
  must(set_up(in.png, in.info));
  const auto row = png_get_rowbytes(in.png, in.info);
  const index_t channels = png_get_channels(in.png, in.info);
  const bool is_wide = png_get_bit_depth(in.png, in.info) == 16;
  std::vector<std::uint8_t> raw(row * height);
  auto rows = row_pointers(raw.data(), row, height);
  must(read_rows(in.png, in.info, rows.data()));
  if (at.left > 0) throw error("more bytes follow the picture");
  if (!is_wide) return planes_of(raw, channels, height, width, 255);
  std::vector<std::uint16_t> levels(raw.size() / 2);
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i] = static_cast<std::uint16_t>(256 * raw[2 * i] + raw[2 * i + 1]);
  return planes_of(levels, channels, height, width, 65535);
}

}  // namespace

auto read_png(const std::filesystem::path& path, std::int64_t most_pixels) -> array {
  byte_file file(path, "load_image");
  const auto bytes = file.read(std::numeric_limits<std::size_t>::max());
  try {
    return decode(bytes, most_pixels);
  } catch (const error& e) {
    file.fail(e.what());
  }
}

auto png_of(const pixels& p) -> std::string {
  std::string out;
  progress at{nullptr, 0, &out};
  writer to(at);
  constexpr int colors[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  auto bytes = p.bytes;  // libpng does not promise to leave them as they are
  const auto height = static_cast<std::size_t>(p.height);
  auto rows = row_pointers(bytes.data(), bytes.size() / height, height);
  if (!write_all(to.png, to.info, &at, static_cast<png_uint_32>(p.width), static_cast<png_uint_32>(p.height), p.bits,
                 colors[p.channels - 1], rows.data()))
    throw error(at.what);
  return out;
}

}  // namespace detail

}  // namespace seegrad::nn

#endif
