#include <autodiff/ops/shape/indexing.hpp>

#include <autodiff/array/copy.hpp>
#include <autodiff/array/create.hpp>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/array/wrap.hpp>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace seegrad {
namespace {

// An array as outer x extent x inner around one axis.
struct around {
  index_t outer, extent, inner;
  around(const dims& shape, int axis)
      : outer(elements(shape.first(axis))), extent(shape[axis]), inner(elements(shape.from(axis + 1))) {}
};

}  // namespace

namespace detail {
auto require_fit(const dims& x, int axis, const dims& index, std::string_view who) -> void {
  bool fits = x.size() == index.size() && axis >= 0 && axis < x.size();
  for (int i = 0; fits && i < x.size(); ++i) fits = i == axis || index[i] <= x[i];
  if (!fits)
    throw error(fmt::format("{}: the index {} does not go with {}: it wants {} axes, none longer but axis {}", who,
                            to_string(index), to_string(x), x.size(), axis));
}

auto take_shape(const dims& x, const dims& index, index_t along) -> dims {
  const int axis = axis_of(along, x.size(), "take");
  return x.first(axis) + index + x.from(axis + 1);
}

auto put_shape(const dims& g, const dims& index, index_t along, index_t extent) -> dims {
  const auto axis = static_cast<int>(along);
  if (g.size() - axis < index.size() || g.from(axis).first(index.size()) != index)
    throw error(fmt::format("put: the slices {} do not have the axes of the index {} from axis {} on", to_string(g),
                            to_string(index), axis));
  return g.first(axis) + dims{extent} + g.from(axis + index.size());
}
}  // namespace detail

namespace {

// Calls f(position in the indexed array, position in the array that goes with the index) for every index, in order.
template <class F>
auto each_index(const dims& x_strides, int axis, const array& index, F f) -> void {
  auto outside = x_strides;
  outside[axis] = 0;
  const auto step = x_strides[axis];
  const auto* at = index.data<std::int64_t>();
  const detail::nest<2> n(index.shape(), {index.strides(), outside});
  index_t k = 0;
  n.rows(0, n.row_count(), [&](const auto& from) {
    for (index_t i = 0; i < n.length; ++i) f(from[1] + i * n.step[1] + at[from[0] + i * n.step[0]] * step, k++);
  });
}

}  // namespace

namespace detail {
auto check_index_type(const array& index, std::string_view who) -> void {
  if (index.is_floating() && index.size() > 0)
    throw error(fmt::format("{}: the index is {}; whole numbers are wanted: index.cast(int64)", who, name_of(index.type())));
}

auto checked_indices(const array& index, index_t extent, std::string_view who) -> array {
  check_index_type(index, who);
  auto out = index.cast(int64).copy();
  for (auto& k : out.writable<std::int64_t>()) {
    if (k < -extent || k >= extent) throw error(fmt::format("{}: index {} is out of range for an axis of {}", who, k, extent));
    if (k < 0) k += extent;
  }
  return out;
}

auto taken(const array& x, const array& index, int axis) -> array {
  const auto from = x.contiguous();
  const around a(from.shape(), axis);
  auto out = array::uninitialized(x.type(), take_shape(from.shape(), index.shape(), axis));
  const auto* at = index.data<std::int64_t>();
  const auto bytes = a.inner * static_cast<index_t>(size_of(x.type()));
  auto* to = static_cast<std::byte*>(out.raw());
  const auto* source = static_cast<const std::byte*>(from.raw());
  if (bytes > 0)
    for (index_t o = 0; o < a.outer; ++o)
      for (index_t k = 0; k < index.size(); ++k, to += bytes)
        std::memcpy(to, source + (o * a.extent + at[k]) * bytes, static_cast<std::size_t>(bytes));
  return out;
}

auto taken_back(const array& g, const array& index, int axis, index_t extent) -> array {
  const auto from = g.contiguous();
  const auto whole = checked_indices(index, extent, "put");
  auto out = zeros(put_shape(from.shape(), whole.shape(), axis, extent), g.type());
  const around a(out.shape(), axis);
  const auto* at = whole.data<std::int64_t>();
  with_type(g.type(), [&]<class T>(T) {
    auto* to = static_cast<T*>(out.raw());
    const auto* source = static_cast<const T*>(from.raw());
    vectorised([=, count = whole.size()] {
      const T* row_from = source;
      for (index_t o = 0; o < a.outer; ++o)
        for (index_t k = 0; k < count; ++k, row_from += a.inner) {
          auto* row = to + (o * a.extent + at[k]) * a.inner;
          for (index_t i = 0; i < a.inner; ++i) row[i] = detail::wrapped_sum(row[i], row_from[i]);
        }
    });
  });
  return out;
}

auto gathered(const array& x, int axis, const array& index) -> array {
  require_fit(x.shape(), axis, index.shape(), "gather");
  const auto checked = checked_indices(index, x.shape()[axis], "gather");
  auto out = array::uninitialized(x.type(), checked.shape());
  with_type(x.type(), [&]<class T>(T) {
    auto* to = static_cast<T*>(out.raw());
    const auto* from = static_cast<const T*>(x.raw());
    each_index(x.strides(), axis, checked, [&](index_t at, index_t k) { to[k] = from[at]; });
  });
  return out;
}

auto check_scatter(int axis, const array& x, const array& source, const array& index, std::string_view who) -> void {
  check_index_type(index, who);
  require_fit(x.shape(), axis, index.shape(), who);
  if (source.shape() != index.shape())
    throw error(fmt::format("{}: the index {} and the source {} differ in shape", who, to_string(index.shape()),
                            to_string(source.shape())));
}

auto scattered(const array& x, int axis, const array& index, const array& source, scatter_mode mode) -> array {
  const auto who = mode == scatter_mode::add ? "scatter_add" : "scatter";
  check_scatter(axis, x, source, index, who);
  const auto checked = checked_indices(index, x.shape()[axis], who);
  auto out = x.copy();
  const auto from = source.cast(x.type()).contiguous();
  with_type(x.type(), [&]<class T>(T) {
    auto* to = static_cast<T*>(out.raw());
    const auto* s = static_cast<const T*>(from.raw());
    each_index(out.strides(), axis, checked, [&](index_t at, index_t k) {
      if (mode == scatter_mode::add) to[at] = detail::wrapped_sum(to[at], s[k]);
      else to[at] = s[k];
    });
  });
  return out;
}
}  // namespace detail

auto one_hot(const array& index, index_t classes, dtype type) -> array {
  if (classes < 0) throw error(fmt::format("one_hot: {} classes; there can be none, or more", classes));
  const auto checked = detail::checked_indices(index, classes, "one_hot");
  auto out = zeros(index.shape() + dims{classes}, type);
  const auto* at = checked.data<std::int64_t>();
  detail::with_type(type, [&]<class T>(T) {
    auto* to = static_cast<T*>(out.raw());
    for (index_t k = 0; k < checked.size(); ++k) to[k * classes + at[k]] = T(1);
  });
  return out;
}

}  // namespace seegrad
