#pragma once
// Numbers that are the same in every run.

#include <autodiff/array/random.hpp>

using namespace seegrad;

/// For a parameter of a model, or a constant.
inline auto fixed(const dims& shape, dtype type = float64) -> array {
  generator random(7);
  return uniform(random, shape, -1, 1, type);
}
