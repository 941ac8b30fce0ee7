#pragma once
// Pictures as files have them: whole numbers, the channels of a pixel side by side.

#include <autodiff/array/array.hpp>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace seegrad::nn::detail {

/// Errors of a picture's header, without a "who": for extents that are 0, or more pixels than `most`.
auto check_extents(std::uint64_t height, std::uint64_t width, std::int64_t most) -> void;
/// [channels, height, width] of float32: each number divided by `largest`. There are height * width * channels of them.
auto planes_of(std::span<const std::uint8_t> pixels, index_t channels, index_t height, index_t width, float largest) -> array;
auto planes_of(std::span<const std::uint16_t> pixels, index_t channels, index_t height, index_t width, float largest) -> array;

/// A picture to be written.
struct pixels {
  index_t channels, height, width;
  int bits;                         // 8 or 16
  std::vector<std::uint8_t> bytes;  // of 16 bits the higher byte first, as both formats have them
};
/// Throws, without a "who", for what is no picture.
auto pixels_of(const array& image, int bits) -> pixels;

/// Files of either format; errors have the name of the file, in the name of load_image.
auto read_netpbm(const std::filesystem::path& file, std::int64_t most_pixels) -> array;
auto read_png(const std::filesystem::path& file, std::int64_t most_pixels) -> array;
/// The bytes of a file. Throws without a "who".
auto netpbm_of(const pixels& p) -> std::string;
auto png_of(const pixels& p) -> std::string;

}  // namespace seegrad::nn::detail
