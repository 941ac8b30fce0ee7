#pragma once
// A dense matrix of numbers, row by row: what derivatives of several results by several variables come in.

#include <autodiff/array/array.hpp>
#include <cstddef>
#include <vector>

namespace seegrad {

struct matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> data;

  matrix(std::size_t r, std::size_t c) : rows(r), columns(c), data(r * c) {}
  /// The same numbers, for solve, eigh, save_npy and all else that takes arrays.
  operator array() const { return array(std::span(data), {static_cast<index_t>(rows), static_cast<index_t>(columns)}); }
  auto operator()(std::size_t i, std::size_t j) -> double& { return data[i * columns + j]; }
  auto operator()(std::size_t i, std::size_t j) const -> double { return data[i * columns + j]; }
};

}  // namespace seegrad
