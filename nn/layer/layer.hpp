#pragma once
// What the layers share.

#include <autodiff/array/create.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <nn/module/walk.hpp>

namespace seegrad::nn::detail {

/// First weights as PyTorch's layers have them: uniform within 1 / sqrt(fan_in) of 0, from the default generator.
auto first_weights(const dims& shape, index_t fan_in, dtype type) -> parameter;
/// A size that must be at least `least`, and no more than memory could hold; throws in the name of `who`.
auto at_least(index_t least, index_t n, std::string_view what, std::string_view who) -> index_t;

}  // namespace seegrad::nn::detail
