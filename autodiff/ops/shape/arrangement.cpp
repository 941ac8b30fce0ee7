#include <autodiff/ops/shape/arrangement.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/create.hpp>
#include <fmt/format.h>

namespace seegrad {

namespace detail {
auto rolled(const array& x, index_t shift, int axis) -> array {
  const auto n = x.shape()[axis];
  if (n == 0) return x;
  const auto by = (shift % n + n) % n;
  const array parts[] = {x.slice(axis, n - by, n, 1), x.slice(axis, 0, n - by, 1)};
  return concatenated(parts, axis);
}

auto check_triangle(const dims& x, bool lower) -> void {
  if (x.size() < 2) throw error(fmt::format("{}: {} has fewer than two axes", lower ? "tril" : "triu", to_string(x)));
}

auto triangle(const array& x, index_t offset, bool lower) -> array {
  check_triangle(x.shape(), lower);
  auto out = x.copy();
  const auto rows = x.shape()[x.rank() - 2], columns = x.shape().back();
  offset = std::clamp(offset, -rows - 1, columns);  // further diagonals leave all, or nothing, as these do
  with_type(out.type(), [&]<class T>(T) {
    auto* at = static_cast<T*>(out.raw());
    for (index_t left = out.size(); left > 0; left -= rows * columns)
      for (index_t i = 0; i < rows; ++i, at += columns) {
        const auto middle = std::clamp<index_t>(i + offset + (lower ? 1 : 0), 0, columns);
        if (lower) std::fill(at + middle, at + columns, T{});
        else std::fill(at, at + middle, T{});
      }
  });
  return out;
}

auto check_diagonal(const dims& x, const dims& shape, index_t offset, index_t axis1, index_t axis2) -> void {
  const auto where = stand_in(shape, float64).diagonal(offset, axis1, axis2).shape();
  if (where != x)
    throw error(fmt::format("place_diagonal: {} is not the diagonal of {}, which is {}", to_string(x), to_string(shape),
                            to_string(where)));
}

auto placed_diagonal(const array& x, const dims& shape, index_t offset, index_t axis1, index_t axis2) -> array {
  check_diagonal(x.shape(), shape, offset, axis1, axis2);
  auto out = zeros(shape, x.type());
  const auto where = out.diagonal(offset, axis1, axis2);
  const auto bytes = static_cast<const std::byte*>(where.raw()) - static_cast<const std::byte*>(out.raw());
  copy_into(out, x, where.strides(), bytes / static_cast<index_t>(size_of(x.type())));
  return out;
}
}  // namespace detail

auto roll_op::text(const parameters& p) -> std::string { return fmt::format("{} along axis {}", p.shift, p.axis); }

}  // namespace seegrad
