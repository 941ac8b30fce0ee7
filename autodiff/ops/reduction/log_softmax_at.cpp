#include <algorithm>
#include <autodiff/array/copy.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <autodiff/ops/reduction/log_softmax_at.hpp>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace seegrad {
namespace {

constexpr auto who = log_softmax_at_op::name;

// The axis last, all of it contiguous, and every index a place.
struct rows {
  array x, index;
  index_t classes, places, count;

  rows(const array& given, const array& at, int axis, dtype type)
      : x(last(given, axis).cast(type).contiguous()),
        index(last(detail::checked_indices(at, given.shape()[axis], who), axis).contiguous()),
        classes(x.shape().back()),
        places(index.shape().back()),
        count(elements(x.shape().first(x.rank() - 1))) {}

  static auto last(const array& a, int axis) -> array { return axis == a.rank() - 1 ? a : swap_axes(a, axis, -1); }
  auto at(index_t row) const -> const std::int64_t* { return index.data<std::int64_t>() + row * places; }

  // f(first row, behind the last one), by several threads if there is much to do.
  template <class F>
  auto share(F f) const -> void {
    if (classes > 0) detail::parallel_rows(count, classes, f);
  }
  // The logarithms of all classes of a row with infinite numbers.
  template <class T>
  auto logarithms(index_t row) const -> std::vector<T> {
    std::vector<T> logs(static_cast<std::size_t>(classes));
    detail::with_instructions([&]<instruction_set S>(detail::chosen<S>) {
      detail::softmax_loops<S, T>::value(x.data<T>() + row * classes, logs.data(), classes, 1, true);
    });
    return logs;
  }
};

// For each row f(row, its numbers, the largest of them, the logarithm of the sum).
template <class T, class F>
auto each_row(const rows& r, F f) -> void {
  constexpr index_t together = 64;
  r.share([&](index_t begin, index_t end) {
    T highs[together], sums[together];
    for (auto first = begin; first < end; first += together) {
      const auto here = std::min(together, end - first);
      const auto* const from = r.x.data<T>() + first * r.classes;
      detail::with_instructions([&]<instruction_set S>(detail::chosen<S>) {
        detail::softmax_loops<S, T>::log_sums(from, highs, sums, r.classes, here);
      });
      for (index_t i = 0; i < here; ++i) f(first + i, from + i * r.classes, highs[i], sums[i]);
    }
  });
}

}  // namespace

auto detail::check_log_softmax_at(const array& x, const array& index, index_t along) -> void {
  const int axis = detail::axis_of(along, x.rank(), who);
  detail::check_index_type(index, who);
  bool fits = index.rank() == x.rank();
  for (int i = 0; fits && i < x.rank(); ++i) fits = i == axis || index.shape()[i] == x.shape()[i];
  if (!fits)
    throw error(fmt::format("{}: the index {} does not go with {}: it wants the same axes, of any extent along axis {} alone",
                            who, to_string(index.shape()), to_string(x.shape()), axis));
}

auto detail::log_softmax_at_into(const array& x, const array& index, index_t along, array& y) -> void {
  check_log_softmax_at(x, index, along);
  const int axis = detail::axis_of(along, x.rank(), who);
  const rows r(x, index, axis, y.type());
  const auto out = array::uninitialized(y.type(), r.index.shape());
  detail::with_floating(y.type(), [&]<class T>(T) {
    auto* const to = static_cast<T*>(out.raw());
    each_row<T>(r, [&](index_t row, const T* numbers, T high, T by) {
      const bool is_special = std::isinf(high);
      const auto logs = is_special ? r.logarithms<T>(row) : std::vector<T>();
      for (index_t k = 0; k < r.places; ++k) {
        const auto at = r.at(row)[k];
        to[row * r.places + k] = is_special ? logs[static_cast<std::size_t>(at)] : (numbers[at] - high) - by;
      }
    });
  });
  detail::copy_elements(y, rows::last(out, axis));
}

auto detail::log_softmax_at_vjp(const array& x, const array& index, index_t along, const array& g) -> array {
  const int axis = detail::axis_of(along, x.rank(), who);
  const rows r(x, index, axis, g.type());
  const auto cotangents = rows::last(g, axis).contiguous();
  auto out = array::uninitialized(g.type(), r.x.shape());
  detail::with_floating(g.type(), [&]<class T>(T) {
    auto* const to = static_cast<T*>(out.raw());
    const auto* const weights = static_cast<const T*>(cotangents.raw());
    each_row<T>(r, [&](index_t row, const T* numbers, T high, T by) {
      auto* const slopes = to + row * r.classes;
      const auto* const w = weights + row * r.places;
      T all = 0;
      for (index_t k = 0; k < r.places; ++k) all += w[k];
      detail::with_instructions([&]<instruction_set S>(detail::chosen<S>) {
        if (std::isinf(high))
          detail::softmax_loops<S, T>::slope_of_sum(r.logarithms<T>(row).data(), T(0), T(0), all, slopes, r.classes);
        else detail::softmax_loops<S, T>::slope_of_sum(numbers, high, by, all, slopes, r.classes);
      });
      for (index_t k = 0; k < r.places; ++k) slopes[r.at(row)[k]] += w[k];
    });
  });
  return rows::last(out, axis).contiguous();
}

}  // namespace seegrad
