#include <autodiff/ops/shape/slicing.hpp>

#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/create.hpp>
#include <autodiff/array/pool_vector.hpp>
#include <autodiff/ops/kernels/common_type.hpp>
#include <fmt/format.h>

namespace seegrad {

namespace detail {
auto check_place(const dims& x, const dims& shape, index_t along, index_t start, index_t step) -> void {
  const auto axis = static_cast<int>(along);
  auto expected = x;
  const auto n = axis >= 0 && axis < shape.size() && axis < x.size() ? x[axis] : -1;
  if (n >= 0) expected[axis] = shape[axis];
  const auto is_inside = [&](index_t k) { return k >= 0 && k < shape[axis]; };
  // Of one element no step is taken. Of several none is longer than the axis, so that the last place is a number.
  const bool fits = n == 0 || (n == 1 && is_inside(start)) ||
                    (n > 1 && is_inside(start) && step >= -shape[axis] && step <= shape[axis] && n <= shape[axis] + 1 &&
                     is_inside(start + (n - 1) * step));
  if (expected != shape || n < 0 || !fits)
    throw error(fmt::format("place: {} does not fit into {} along axis {} from {} by {}", to_string(x), to_string(shape), axis,
                            start, step));
}

auto placed(const array& x, const dims& shape, int axis, index_t start, index_t step) -> array {
  check_place(x.shape(), shape, axis, start, step);
  const auto n = x.shape()[axis];
  auto out = zeros(shape, x.type());
  auto strides = out.strides();
  const auto offset = n > 0 ? start * strides[axis] : 0;
  if (n > 1) strides[axis] *= step;
  copy_into(out, x, strides, offset);
  return out;
}
}  // namespace detail

// Of a sequence that is read step by step the steps must not each make zeros of its whole length.
auto slice_op::vjp_into(const parameters& p, int, std::span<const array>, const array&, const array& g, array& adjoint) -> void {
  dims strides;
  index_t offset = 0;
  {
    const auto part = adjoint.slice(p.axis, p.start, p.stop, p.step);
    strides = part.strides();
    offset = (static_cast<const char*>(part.raw()) - static_cast<const char*>(adjoint.raw())) /
             static_cast<index_t>(size_of(adjoint.type()));
  }
  detail::add_to_part(adjoint, g.cast(adjoint.type()), strides, offset);
}

namespace detail {
auto check_padding(const dims& shape, const dims& before, const dims& after) -> void {
  bool fits = before.size() == shape.size() && after.size() == shape.size();
  for (auto n : before) fits = fits && n >= 0;
  for (auto n : after) fits = fits && n >= 0;
  if (!fits)
    throw error(fmt::format("pad: {} by {} before and {} after: one number of 0 or more is wanted for each axis",
                            to_string(shape), to_list(before), to_list(after)));
  auto padded = shape;
  for (int a = 0; a < shape.size(); ++a) {
    elements({before[a]}), elements({after[a]});  // throw for more than there can be
    padded[a] += before[a] + after[a];
  }
  elements(padded);
}
}  // namespace detail

auto border(const dims& shape, const dims& before, const dims& after, double value, dtype type) -> array {
  return where(pad(full(shape, 1, type), before, after) == 0.0, value, array(0.0)).cast(type);  // also of infinity
}

namespace detail {
auto concatenation(std::span<const array> x, index_t axis) -> array {
  if (x.empty()) throw error("concat: there is nothing to put together");
  const int a = axis_of(axis, x[0].rank(), "concat");
  auto shape = x[0].shape();
  shape[a] = 0;
  for (const auto& part : x) {
    auto expected = shape;
    if (part.rank() == x[0].rank()) expected[a] = part.shape()[a];
    if (part.shape() != expected)
      throw error(
          fmt::format("concat: {} and {}: they may differ in axis {} only", to_string(x[0].shape()), to_string(part.shape()), a));
    shape[a] += part.shape()[a];
  }
  pool_vector<const array*> parts;
  for (const auto& part : x) parts.push_back(&part);
  return stand_in(shape, common_type(parts));
}

auto concatenated(std::span<const array> x, index_t axis) -> array {
  const auto result = concatenation(x, axis);
  const auto type = result.type();
  const int a = axis_of(axis, result.rank(), "concat");
  auto out = array::uninitialized(type, result.shape());
  index_t at = 0;
  for (const auto& part : x) {
    copy_into(out, part.cast(type), out.strides(), at * out.strides()[a]);
    at += part.shape()[a];
  }
  return out;
}
}  // namespace detail

auto slice_op::text(const parameters& p) -> std::string {
  return fmt::format("axis {}: {}:{}{}", p.axis, p.start, p.stop, p.step == 1 ? "" : fmt::format(":{}", p.step));
}

auto element_of(const tensor& x, const dims& index) -> scalar {
  x.value().get(index);  // throws for one that is not there
  auto y = x;
  for (int i = 0; i < index.size(); ++i) y = take(y, index[i]);
  return item(y);
}

}  // namespace seegrad
