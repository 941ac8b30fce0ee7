#pragma once
// A point from where an operation may be sampled.

#include <autodiff/graph/operation.hpp>
#include <random>

inline auto draw(std::mt19937_64& random, seegrad::interval i) -> double {
  return i.low + (i.high - i.low) * static_cast<double>(random() >> 11) * 0x1p-53;
}
