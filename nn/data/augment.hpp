#pragma once
// Small changes that leave a picture what it is, so that a network sees each in many ways. Pictures are [N, C, H, W], of any
// type.
//
//   nn::data_loader loader(train, {.transform = [](nn::dataset batch, generator& random) {
//     batch.inputs = nn::random_horizontal_flip(random, nn::random_crop(random, batch.inputs, 4));
//     return batch;
//   }});

#include <autodiff/array/random.hpp>

namespace seegrad::nn {

/// Each picture by itself, mirrored left to right with probability p. Throws unless x is [N, C, H, W] and 0 <= p <= 1.
auto random_horizontal_flip(generator& g, const array& x, double p = 0.5) -> array;
/// Each picture is framed by `padding` zeros on all sides, and a window [height, width], by default of its own size, is cut out
/// at a random place. Throws unless x is [N, C, H, W] and the window fits.
auto random_crop(generator& g, const array& x, index_t padding, index_t height = 0, index_t width = 0) -> array;
/// Normal numbers added to all elements, of any shape. Throws unless x is floating and the deviation finite and not negative.
auto gaussian_noise(generator& g, const array& x, double deviation) -> array;

}  // namespace seegrad::nn
