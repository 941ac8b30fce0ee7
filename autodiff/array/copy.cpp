#include <autodiff/array/copy.hpp>

#include <algorithm>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/nest.hpp>
#include <cstring>

namespace seegrad::detail {
namespace {

using detail::converted;

// A transposed matrix read row by row touches a new cache line for each element; read in tiles, each line is used up while it is there.
template <class To, class From>
auto copy_transposed(To* to, const From* from, index_t rows, index_t columns, index_t to_row, index_t from_row,
                     index_t from_column) -> void {
  constexpr index_t tile = 16;
  for (index_t r = 0; r < rows; r += tile)
    for (index_t c = 0; c < columns; c += tile) {
      const auto r_end = std::min(rows, r + tile), c_end = std::min(columns, c + tile);
      for (auto i = r; i < r_end; ++i)
        for (auto j = c; j < c_end; ++j) to[i * to_row + j] = converted<To>(from[i * from_row + j * from_column]);
    }
}

template <class To, class From>
auto copy_row(To* to, const From* from, index_t n, index_t step) -> void {
  if constexpr (std::same_as<To, From>)
    if (step == 1) {
      std::memcpy(to, from, static_cast<std::size_t>(n) * sizeof(To));
      return;
    }
  if (step == 0) std::fill_n(to, n, converted<To>(*from));
  else
    for (index_t i = 0; i < n; ++i) to[i] = converted<To>(from[i * step]);
}

// f(to, from, length, steps) for each row that the shape of `from` and the strides walk in both.
template <class T, class F>
auto each_part(array& to, const array& from, const dims& strides, index_t offset, F f) -> void {
  const nest<2> n(from.shape(), {strides, from.strides()});
  auto* out = static_cast<T*>(to.raw()) + offset;
  const auto* in = from.data<T>();
  vectorised([=, &n] {
    n.rows(0, n.row_count(), [=, &n](const auto& at) { f(out + at[0], in + at[1], n.length, n.step[0], n.step[1]); });
  });
}

}  // namespace

auto is_row_major(const dims& shape, const dims& strides) -> bool {
  index_t step = 1;
  for (int i = shape.size() - 1; i >= 0; --i) {
    if (shape[i] == 0) return true;
    if (shape[i] != 1 && strides[i] != step) return false;
    step *= shape[i];
  }
  return true;
}

auto copy_elements(array& to, const array& from) -> void {
  if (to.size() == 0) return;
  const auto steps = repeated(from.shape(), from.strides(), to.shape());
  with_type(to.type(), [&]<class To>(To) {
    with_type(from.type(), [&]<class From>(From) {
      auto* out = static_cast<To*>(to.raw());
      const auto* in = static_cast<const From*>(from.raw());
      const auto& shape = to.shape();
      const int r = shape.size();
      if (r >= 2 && steps[r - 2] == 1 && steps[r - 1] > 1 && shape[r - 1] > 1 && shape[r - 2] > 1) {
        const auto outer = shape.first(r - 2);
        const nest<2> n(outer, {to.strides().first(r - 2), steps.first(r - 2)});
        const auto rows = shape[r - 2], columns = shape[r - 1], step = steps[r - 1];
        vectorised([=, &n] {
          n.rows(0, n.row_count(), [=, &n](const auto& at) {
            for (index_t i = 0; i < n.length; ++i)
              copy_transposed(out + at[0] + i * n.step[0], in + at[1] + i * n.step[1], rows, columns, columns, index_t{1}, step);
          });
        });
        return;
      }
      const nest<2> n(shape, {to.strides(), steps});
      vectorised([=, &n] {
        n.rows(0, n.row_count(), [=, &n](const auto& at) { copy_row(out + at[0], in + at[1], n.length, n.step[1]); });
      });
    });
  });
}

auto fill_elements(array& to, const literal& x) -> void {
  with_type(to.type(), [&]<class T>(T) { std::fill_n(static_cast<T*>(to.raw()), to.size(), x.as<T>()); });
}

auto copy_into(array& to, const array& from, const dims& strides, index_t offset) -> void {
  with_type(to.type(), [&]<class T>(T) {
    each_part<T>(to, from, strides, offset, [](T* o, const T* x, index_t n, index_t o_step, index_t x_step) {
      if (o_step == 1 && x_step == 1) std::copy_n(x, n, o);
      else
        for (index_t i = 0; i < n; ++i) o[i * o_step] = x[i * x_step];
    });
  });
}

auto add_to_part(array& to, const array& from, const dims& strides, index_t offset) -> void {
  with_floating(to.type(), [&]<class T>(T) {
    each_part<T>(to, from, strides, offset, [](T* o, const T* x, index_t n, index_t o_step, index_t x_step) {
      if (o_step == 1 && x_step == 1)
        for (index_t i = 0; i < n; ++i) o[i] += x[i];
      else
        for (index_t i = 0; i < n; ++i) o[i * o_step] += x[i * x_step];
    });
  });
}

}  // namespace seegrad::detail
