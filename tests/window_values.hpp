#pragma once
// What tests of windows compare with PyTorch's values.

#include <autodiff/array/create.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <vector>

namespace seegrad {

// Small whole numbers, the same as in the program that made the values below with PyTorch 1.13.
inline auto whole_numbers(const dims& shape, int a, int m) -> array {
  auto x = zeros(shape);
  const auto to = x.writable<double>();
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<double>((static_cast<int>(i) * a) % m - m / 2);
  return x;
}
inline auto close_to(const array& x, const dims& shape, const std::vector<double>& expected) -> bool {
  return x.shape() == shape && all_close(x, array(expected, shape), 1e-12, 1e-12);
}
template <class F>
auto gradient_of(const array& x, F&& f) -> array {
  graph g;
  const auto in = input(x);
  const auto y = f(in);
  return gradient(sum(y * whole_numbers(y.shape(), 3, 7)), wrt(in))[0];
}

}  // namespace seegrad
