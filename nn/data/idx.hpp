#pragma once
// IDX, the format of MNIST and its kind: an element type, a shape, and the elements.
//
//   array images = nn::load_idx("t10k-images-idx3-ubyte.gz");             // [10000x28x28] of 0 .. 255, float32
//   array labels = nn::load_idx("t10k-labels-idx1-ubyte.gz", int64);      // [10000]
//
// Two bytes 0, one for the type, one for the number of axes, the extents and then the elements, all big-endian. The format:
// LeCun, Cortes, Burges, The MNIST database of handwritten digits.

#include <autodiff/array/array.hpp>
#include <filesystem>

namespace seegrad::nn {

/// The array in a file, plain or packed by gzip, converted to `type`; bytes, whole numbers of 8, 16 and 32 bits, float and double
/// are known. Throws if the file cannot be read, ends too early or too late, has more than 8 axes or an unknown type, or holds a
/// number that is none of `type`: NaN or more than 2^63 as int64. It never takes more memory than the file can fill.
auto load_idx(const std::filesystem::path& file, dtype type = float32) -> array;

}  // namespace seegrad::nn
