#pragma once
// Pictures in files, as arrays [channels, height, width] of float32 between 0 and 1.
//
//   array x = nn::load_image("cat.png");                       // [3x480x640]; .png .ppm .pgm .pbm .pnm, which the first bytes tell
//   array grey = nn::load_image("cat.png", {.channels = 1});   // [1x480x640]
//   nn::save_image("filter.png", nn::resize_bilinear(w, 100, 100));
//
// Channels are grey, grey and alpha, red green blue, or these and alpha. The numbers are those of the file, divided by the largest that it
// can have: no gamma or colour profile is applied, and alpha is a channel like the others (0 transparent, 1 opaque).
//
// PNG (ISO/IEC 15948) is read and written by libpng, where seegrad was built with it (Meson's option png, CMake's SEEGRAD_PNG): 1 to 16
// bits a channel, with a palette, interlaced. Netpbm's PBM, PGM and PPM, as text or bytes (P1 to P6, https://netpbm.sourceforge.net/doc),
// need no other library.

#include <autodiff/array/array.hpp>
#include <filesystem>

namespace seegrad::nn {

struct image_options {
  /// 1, 2, 3 or 4; 0: as in the file. Grey is repeated to red, green and blue, which become grey by 0.299 r + 0.587 g + 0.114 b (ITU-R
  /// BT.601); alpha that is too much is left out, and alpha that lacks is 1.
  index_t channels = 0;
  /// A picture that has more is an error before memory is taken for it: a small file may claim to be one of many gigabytes.
  std::int64_t most_pixels = std::int64_t{1} << 26;
};

/// Throws for a file that cannot be read, is damaged, cut off or has bytes behind the picture, or is of another format.
auto load_image(const std::filesystem::path& file, const image_options& how = {}) -> array;

/// Writes [channels, height, width] or [height, width], floating: .png takes 1 to 4 channels, .pgm one, .ppm three, .pnm one or three.
/// Numbers outside of 0 … 1 count as the nearer of both; `bits` is 8 or 16 a channel. A number is rounded to the nearest that the file can
/// have. Throws for another shape, type or suffix, and for NaN; there is never half a file.
auto save_image(const std::filesystem::path& file, const array& image, int bits = 8) -> void;

/// Whether seegrad was built with libpng.
auto has_png() -> bool;

}  // namespace seegrad::nn
