#pragma once
// Pictures in another size.

#include <autodiff/array/array.hpp>

namespace seegrad::nn {

/// The last two axes of x become [height, width]: each new pixel is the bilinear mean of the four around the place where its middle lies
/// in the old picture, as by PyTorch's interpolate with mode "bilinear" and align_corners false. A picture that becomes much smaller is
/// sampled and not averaged, as there without antialias. Throws unless x is floating and has two axes or more, and all extents are
/// positive.
auto resize_bilinear(const array& x, index_t height, index_t width) -> array;

}  // namespace seegrad::nn
