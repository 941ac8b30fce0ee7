#pragma once
// Nested loops over several arrays in step, prepared once: axes of 1 are left out, and neighbouring axes that every array walks
// evenly are joined, so that contiguous arrays of any rank are one loop.
//
//   nest<2> n(out.shape(), {out.strides(), x.strides()});
//   n.rows(0, n.row_count(), [&](const std::array<index_t, 2>& at) { … n.length elements from at, by n.step[…] … });

#include <array>
#include <autodiff/array/dims.hpp>

namespace seegrad::detail {

template <int N>
class nest {
 public:
  using offsets = std::array<index_t, N>;

  nest(const dims& shape, const std::array<dims, N>& strides) {
    for (int i = 0; i < shape.size(); ++i) {
      if (shape[i] == 1) continue;
      offsets by;
      for (int a = 0; a < N; ++a) by[at(a)] = strides[at(a)][i];
      if (rank_ > 0 && joins(by, shape[i])) {
        extent_[rank_ - 1] *= shape[i];
        step_[rank_ - 1] = by;
      } else {
        extent_[rank_] = shape[i];
        step_[rank_++] = by;
      }
    }
    if (rank_ > 0) {
      length = extent_[rank_ - 1];
      step = step_[rank_ - 1];
    }
    for (int i = 0; i + 1 < rank_; ++i) row_count_ *= extent_[i];
  }

  /// The innermost loop.
  index_t length = 1;
  offsets step{};

  auto row_count() const -> index_t { return length == 0 ? 0 : row_count_; }
  /// Whether there is one loop around the innermost, and the steps of that.
  auto has_one_outer() const -> bool { return rank_ == 2; }
  auto outer_step() const -> const offsets& { return step_[0]; }

  /// Calls f with the offsets at which each of the rows first .. last - 1 begins.
  template <class F>
  auto rows(index_t first, index_t last, F&& f) const -> void {
    if (first >= last) return;  // Without elements an extent is 0, and nothing could be divided by it.
    const int outer = rank_ - 1;
    if (outer <= 0) return f(offsets{});
    std::array<index_t, max_rank> counter;
    offsets from{};
    auto rest = first;
    for (int i = outer - 1; i >= 0; --i) {
      counter[at(i)] = rest % extent_[i];
      rest /= extent_[i];
      for (int a = 0; a < N; ++a) from[at(a)] += counter[at(i)] * step_[i][at(a)];
    }
    for (auto row = first; row < last; ++row) {
      f(from);
      for (int i = outer - 1; i >= 0; --i) {
        for (int a = 0; a < N; ++a) from[at(a)] += step_[i][at(a)];
        if (++counter[at(i)] < extent_[i]) break;
        for (int a = 0; a < N; ++a) from[at(a)] -= counter[at(i)] * step_[i][at(a)];
        counter[at(i)] = 0;
      }
    }
  }

 private:
  static constexpr auto at(int i) -> std::size_t { return static_cast<std::size_t>(i); }
  auto joins(const offsets& by, index_t n) const -> bool {
    for (int a = 0; a < N; ++a)
      if (step_[rank_ - 1][at(a)] != by[at(a)] * n) return false;
    return true;
  }

  int rank_ = 0;
  index_t extent_[max_rank];
  offsets step_[max_rank];
  index_t row_count_ = 1;
};

/// Whether an array of the shape `part` can be repeated to `whole`, as broadcasting does.
inline auto repeats_to(const dims& part, const dims& whole) -> bool {
  const int shift = whole.size() - part.size();
  bool fits = shift >= 0;
  for (int i = 0; fits && i < part.size(); ++i) fits = part[i] == 1 || part[i] == whole[shift + i];
  return fits;
}

/// The strides that walk an array of that shape and those strides as if it were repeated to `to`.
inline auto repeated(const dims& shape, const dims& strides, const dims& to) -> dims {
  auto out = dims::filled(to.size(), 0);
  const int shift = to.size() - shape.size();
  for (int i = 0; i < shape.size(); ++i)
    if (shape[i] != 1 || to[shift + i] == 1) out[shift + i] = strides[i];
  return out;
}

}  // namespace seegrad::detail
