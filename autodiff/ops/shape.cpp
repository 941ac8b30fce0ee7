#include <autodiff/ops/shape.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/ops/structural_list.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

auto zeros_of(dtype type, const dims& shape) -> array {
  auto out = array::uninitialized(type, shape);
  fill_elements(out, 0);
  return out;
}

// Copies `from` over the elements of `to` that the shape and strides of `from`, begun at `offset` and stepped as said, walk.
auto copy_into(array& to, const array& from, const dims& strides, index_t offset) -> void {
  with_type(to.type(), [&]<class T>(T) {
    const nest<2> n(from.shape(), {strides, from.strides()});
    auto* out = static_cast<T*>(to.raw()) + offset;
    const auto* in = from.data<T>();
    n.rows(0, n.row_count(), [&](const auto& at) {
      auto* o = out + at[0];
      const auto* x = in + at[1];
      if (n.step[0] == 1 && n.step[1] == 1) std::copy_n(x, n.length, o);
      else
        for (index_t i = 0; i < n.length; ++i) o[i * n.step[0]] = x[i * n.step[1]];
    });
  });
}

}  // namespace

auto inverse_order(const dims& order) -> dims {
  auto inverse = order;
  for (int i = 0; i < order.size(); ++i) inverse[static_cast<int>(order[i])] = i;
  return inverse;
}

auto sum_to_op::value(const dims& shape, std::span<const array> x) -> array {
  if (shape.size() > x[0].rank() || broadcast(shape, x[0].shape(), name) != x[0].shape())
    throw error(fmt::format("sum_to: an array of {} cannot be repeated to {}", to_string(shape), to_string(x[0].shape())));
  return sum_to(x[0], shape);
}

auto placed(const array& x, const dims& shape, int axis, index_t start, index_t step) -> array {
  auto expected = x.shape();
  const auto n = axis < shape.size() && axis < x.rank() ? x.shape()[axis] : -1;
  if (n >= 0) expected[axis] = shape[axis];
  const auto last = start + (n - 1) * step;
  if (expected != shape || n < 0 || (n > 0 && (std::min(start, last) < 0 || std::max(start, last) >= shape[axis])))
    throw error(fmt::format("place: {} does not fit into {} along axis {} from {} by {}", to_string(x.shape()), to_string(shape),
                            axis, start, step));
  auto out = zeros_of(x.type(), shape);
  auto strides = out.strides();
  const auto offset = n > 0 ? start * strides[axis] : 0;
  strides[axis] *= step;
  copy_into(out, x, strides, offset);
  return out;
}

auto placed_diagonal(const array& x, const dims& shape, index_t offset, index_t axis1, index_t axis2) -> array {
  auto out = zeros_of(x.type(), shape);
  const auto where = views::diagonal(out, offset, axis1, axis2);
  if (where.shape() != x.shape())
    throw error(fmt::format("place_diagonal: {} is not the diagonal of {}, which is {}", to_string(x.shape()), to_string(shape),
                            to_string(where.shape())));
  const auto bytes = static_cast<const std::byte*>(where.raw()) - static_cast<const std::byte*>(out.raw());
  copy_into(out, x, where.strides(), bytes / static_cast<index_t>(size_of(x.type())));
  return out;
}

auto triangle(const array& x, index_t offset, bool lower) -> array {
  const auto who = lower ? "tril" : "triu";
  if (x.rank() < 2) throw error(fmt::format("{}: {} has fewer than two axes", who, to_string(x.shape())));
  auto out = x.copy();
  const auto rows = x.shape()[x.rank() - 2], columns = x.shape().back();
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

auto check_padding(const dims& shape, const dims& before, const dims& after) -> void {
  bool fits = before.size() == shape.size() && after.size() == shape.size();
  for (auto n : before) fits = fits && n >= 0;
  for (auto n : after) fits = fits && n >= 0;
  if (!fits)
    throw error(fmt::format("pad: {} by {} before and {} after: one number of 0 or more is wanted for each axis",
                            to_string(shape), to_list(before), to_list(after)));
}

auto border(const dims& shape, const dims& before, const dims& after, double value, dtype type) -> array {
  auto inside = array::uninitialized(type, shape);
  fill_elements(inside, -value);
  return pad(inside, before, after) + value;
}

auto rolled(const array& x, index_t shift, int axis) -> array {
  const auto n = x.shape()[axis];
  if (n == 0) return x;
  const auto by = (shift % n + n) % n;
  const array parts[] = {views::slice(x, axis, n - by, n, 1), views::slice(x, axis, 0, n - by, 1)};
  return concatenated(parts, axis);
}

auto concatenated(std::span<const array> x, index_t axis) -> array {
  if (x.empty()) throw error("concat: there is nothing to put together");
  const int a = axis_of(axis, x[0].rank(), "concat");
  auto shape = x[0].shape();
  auto type = x[0].type();
  shape[a] = 0;
  for (const auto& part : x) {
    auto expected = shape;
    if (part.rank() == x[0].rank()) expected[a] = part.shape()[a];
    if (part.shape() != expected)
      throw error(
          fmt::format("concat: {} and {}: they may differ in axis {} only", to_string(x[0].shape()), to_string(part.shape()), a));
    shape[a] += part.shape()[a];
    type = std::max(type, part.type());
  }
  auto out = array::uninitialized(type, shape);
  index_t at = 0;
  for (const auto& part : x) {
    copy_into(out, part.cast(type), out.strides(), at * out.strides()[a]);
    at += part.shape()[a];
  }
  return out;
}

auto slice_op::text(const parameters& p) -> std::string {
  return fmt::format("axis {}: {}:{}{}", p.axis, p.start, p.stop, p.step == 1 ? "" : fmt::format(":{}", p.step));
}

auto roll_op::text(const parameters& p) -> std::string { return fmt::format("{} along axis {}", p.shift, p.axis); }

auto item(const tensor& x) -> scalar {
  const auto y = structured<item_op>({}, x);
  return {y.value().item(), y.ref()};
}

auto element_of(const tensor& x, const dims& index) -> scalar {
  x.value().get(index);  // throws for one that is not there
  auto y = x;
  for (int i = 0; i < index.size(); ++i) y = take(y, index[i]);
  return item(y);
}

}  // namespace seegrad
