#include <autodiff/ops/window/convolution_kernel.hpp>

#include <algorithm>
#include <array>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/array/platform.hpp>
#include <span>
#include <utility>

namespace seegrad::detail::kernel {
namespace {

// Where a tap reads and where its weights begin, in elements.
struct tap {
  index_t input, weight;
};

// What the lanes of a vector are: images of the batch, neighbours in a row, or neighbours in a plane whose rows follow each other with
// their padding (what falls on the padding is computed and left out, which pays where rows are short).
enum class lanes_of { images, row, plane };

// How an input lies after it has been copied for the kernels: [channels][h][columns][images in lanes], or of one image
// [channels][h][planes][columns], where plane f has every planes-th column.
struct packing {
  index_t images, channels, h, w;                      // images in the lanes, or 1
  index_t left = 0, top = 0, columns = 0, planes = 1;  // zeros in front, columns of a plane
  index_t row = 0, channel = 0, total = 0;             // distances
  index_t position = 0;                                // the distance of neighbouring outputs' inputs

  auto column(index_t offset) const -> index_t {
    const auto at = offset + left;
    return images > 1 ? at * images : at % planes * columns + at / planes;
  }
};

auto packing_of(const correlation& c, lanes_of how, index_t lanes, std::size_t size) -> packing {
  const bool by_images = how == lanes_of::images;
  packing p{by_images ? lanes : 1, c.groups * c.in, c.in_h, c.in_w};
  for (const auto& a : c.columns)
    for (auto o : a.offset) p.left = std::max(p.left, -o);
  const auto step = c.columns[0].step;
  p.columns = p.left, p.planes = by_images ? 1 : step;
  for (const auto& a : c.columns)
    for (auto o : a.offset)
      p.columns = std::max(p.columns, by_images ? p.left + (a.count - 1) * step + o + 1 : (o + p.left) / step + a.count);
  auto h = c.in_h;
  if (how == lanes_of::plane) {
    for (auto o : c.rows[0].offset) p.top = std::max(p.top, -o);
    for (auto o : c.rows[0].offset) h = std::max(h, o + c.rows[0].count);
    h += p.top;
  }
  p.row = p.columns * p.planes * p.images;
  p.position = by_images ? step * lanes : 1;
  p.channel = h * p.row;
  if (!by_images) {  // An odd number of cache lines, so that channels do not fall on each other in the cache.
    const auto line = index_t(64 / size);
    p.channel = ((p.channel + line - 1) / line | 1) * line;
  }
  p.total = p.channels * p.channel + lanes;
  return p;
}

// What to compute, one step a tile: where it reads and writes, and its taps. `aside` numbers are copied, `every` apart, if a whole vector
// would reach too far.
struct step {
  index_t x, y, vectors, first_tap, taps, x_step, y_step, aside, every;
};
struct plan {
  pool_vector<tap> taps;
  pool_vector<step> steps;
  index_t y_channel = 0;
};

// Taps t0 .. t1 - 1 of rows, and those of columns that are read by any of the outputs first .. last.
auto add_taps(plan& to, const correlation& c, const packing& p, const axis_taps& a, index_t t0, index_t t1, const axis_taps& b,
              index_t first, index_t last, index_t block) -> void {
  for (index_t i = 0; i < c.in; ++i)
    for (auto t = std::size_t(t0); t < std::size_t(t1); ++t)
      for (std::size_t u = 0; u < b.offset.size(); ++u)
        if (last * b.step + b.offset[u] >= 0 && first * b.step + b.offset[u] < c.in_w)
          to.taps.push_back({i * p.channel + (a.offset[t] + p.top) * p.row + p.column(b.offset[u]),
                             ((i * c.kernel_h + a.weight[t]) * c.kernel_w + b.weight[u]) * block});
}

auto plan_of_plane(const correlation& c, const packing& p, index_t lanes, index_t block, index_t most) -> plan {
  plan to;
  const auto vectors = ((c.out_h - 1) * p.row + c.out_w + lanes - 1) / lanes, pieces = (vectors + most - 1) / most;
  to.y_channel = vectors * lanes;
  add_taps(to, c, p, c.rows[0], 0, index_t(c.rows[0].offset.size()), c.columns[0], 0, c.out_w - 1, block);
  for (index_t k = 0; k < pieces; ++k) {
    const auto begin = vectors * k / pieces, end = vectors * (k + 1) / pieces;
    to.steps.push_back({begin * lanes, begin * lanes, end - begin, 0, index_t(to.taps.size()), lanes, lanes, 0, 1});
  }
  return to;
}

// `most` vectors at once.
auto plan_of(const correlation& c, const packing& p, lanes_of how, index_t lanes, index_t block, index_t most) -> plan {
  if (how == lanes_of::plane) return plan_of_plane(c, p, lanes, block, most);
  plan to;
  const auto wide = p.images > 1 ? 1 : lanes;
  to.y_channel = c.out_h * c.out_w * p.images;
  for (const auto& b : c.columns) {
    const auto vectors = (b.count + wide - 1) / wide, pieces = (vectors + most - 1) / most;
    for (index_t piece = 0; piece < pieces; ++piece) {
      const auto count = vectors * (piece + 1) / pieces - vectors * piece / pieces;
      auto j = vectors * piece / pieces * wide, x_step = p.images > 1 ? p.position : lanes,
           y_step = p.images > 1 ? b.every * lanes : lanes;
      auto here = std::min(b.count - j, count * wide);
      if (here < count * wide && b.every == 1) {  // The last vector may overlap the one before it, which computes the same.
        if (b.count >= count * wide) j = b.count - count * wide, here = count * wide;
        else if (count == 2) x_step = y_step = here - lanes;
      }
      const bool direct = p.images > 1 || (b.every == 1 && (here == count * wide || x_step != lanes));
      for (const auto& a : c.rows) {
        index_t from = -1, until = -1, first_tap = 0;
        for (index_t q = 0; q < a.count; ++q) {
          index_t t0 = 0, t1 = index_t(a.offset.size());
          const auto outside = [&](index_t t) {
            const auto at = q * a.step + a.offset[std::size_t(t)];
            return at < 0 || at >= c.in_h;
          };
          while (t0 < t1 && outside(t0)) ++t0;
          while (t0 < t1 && outside(t1 - 1)) --t1;
          if (t0 != from || t1 != until) {
            first_tap = index_t(to.taps.size()), from = t0, until = t1;
            add_taps(to, c, p, a, t0, t1, b, j, j + here - 1, block);
          }
          to.steps.push_back({q * a.step * p.row + j * p.position,
                              ((a.first + q * a.every) * c.out_w + b.first + j * b.every) * p.images, count, first_tap,
                              index_t(to.taps.size()) - first_tap, x_step, y_step, direct ? 0 : here, b.every});
        }
      }
    }
  }
  return to;
}

template <class T>
struct room {
  explicit room(index_t n)
      : block(pool::take(std::max<std::size_t>(64, static_cast<std::size_t>(n) * sizeof(T)))),
        data(static_cast<T*>(block.data)) {}
  room(const room&) = delete;
  auto operator=(const room&) -> room& = delete;
  ~room() { pool::give(block); }
  pool::block block;
  T* data;
};

// [groups, blocks of output channels, input channels and taps, output channels of a block].
template <class T>
auto pack_weights(const correlation& c, index_t block, const T* w, T* to) -> void {
  const auto taps = c.kernel_h * c.kernel_w;
  const auto by_out = c.swapped ? taps : c.in * taps, by_in = c.swapped ? c.out * taps : taps;
  for (index_t g = 0; g < c.groups; ++g, w += c.in * c.out * taps)
    for (index_t m = 0; m < c.out; m += block)
      for (index_t i = 0; i < c.in; ++i)
        for (index_t t = 0; t < taps; ++t)
          for (index_t r = m; r < m + block; ++r) *to++ = r < c.out ? w[r * by_out + i * by_in + t] : T{};
}

// Columns' taps that are multiplied for one row of outputs if `wide` neighbours lie in one vector and `together` vectors in a tile.
auto column_work(const correlation& c, index_t wide, index_t together) -> index_t {
  index_t work = 0;
  for (const auto& a : c.columns)
    for (index_t j = 0; j < a.count; j += together * wide)
      for (auto o : a.offset) {
        const auto last = std::min(a.count, j + together * wide) - 1;
        if (last * a.step + o >= 0 && j * a.step + o < c.in_w) work += std::min(together, (a.count - j + wide - 1) / wide);
      }
  return work;
}
auto tensor_work(const correlation& c) -> index_t {
  index_t work = 0;
  for (const auto& a : c.rows)
    for (index_t q = 0; q < a.count; ++q)
      for (auto o : a.offset) work += 0 <= q * a.step + o && q * a.step + o < c.in_h;
  return work;
}
// Whether rows can follow each other in a plane, and how many vectors that makes; 0 if not.
auto plane_vectors(const correlation& c, index_t lanes) -> index_t {
  const auto &a = c.rows[0], &b = c.columns[0];
  if (c.rows.size() > 1 || c.columns.size() > 1 || a.step > 1 || b.step > 1) return 0;
  return ((c.out_h - 1) * packing_of(c, lanes_of::plane, lanes, 4).row + c.out_w + lanes - 1) / lanes;
}

// The choice that takes the least time: multiplications of vectors, and the cost of turning or copying what lies differently.
auto best_lanes(const correlation& c, index_t lanes, std::size_t size) -> lanes_of {
  const auto channels = double(c.in * c.out), blocks = double((c.images + lanes - 1) / lanes), images = double(c.images),
             groups = double(c.groups);
  const auto rows = double(tensor_work(c));
  const auto in_row = images * groups * channels * rows * double(column_work(c, lanes, 2));
  const auto turned = 10 * double(c.in * c.in_h * c.in_w + c.out * c.out_h * c.out_w);
  const bool fits = c.in * c.groups * c.in_h * c.in_w * lanes * index_t(size) < (index_t{3} << 18);
  const auto in_images = fits ? blocks * groups * (channels * rows * double(column_work(c, 1, 4)) + turned) : in_row + 1;
  const auto vectors = double(plane_vectors(c, lanes));
  const auto in_plane =
      vectors == 0 ? in_row + 1 : images * groups * vectors * (channels * double(c.kernel_h * c.kernel_w) + 6 * double(c.out));
  return in_images < std::min(in_row, in_plane) ? lanes_of::images : in_plane < in_row ? lanes_of::plane : lanes_of::row;
}
auto best_lanes_for_weights(const correlation& c, index_t lanes) -> lanes_of {
  const auto in_images = (c.images + lanes - 1) / lanes * c.out_h * c.out_w;
  const auto in_row = c.images * c.out_h * ((c.out_w + lanes - 1) / lanes), in_plane = c.images * plane_vectors(c, lanes);
  if (in_images <= std::min(in_row, in_plane == 0 ? in_row : in_plane)) return lanes_of::images;
  return in_plane != 0 && in_plane * 15 < in_row * 16 ? lanes_of::plane : lanes_of::row;
}

#if defined(__x86_64__) && !defined(__AVX512F__)
#define SEEGRAD_CONVOLUTION_CHOICE
#endif

#if defined(__AVX512F__) || defined(SEEGRAD_CONVOLUTION_CHOICE)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl,avx512cd"))), apply_to = function)
#pragma clang attribute push(__attribute__((min_vector_width(512))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl,avx512cd")
#endif
namespace avx512 {
constexpr int vector_bytes = 64, tile_rows = 8, tile_vectors = 6, tile_sums = 28, outer_channels = 8, outer_taps = 3;
#include <autodiff/ops/window/convolution_tile.inl>
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

#if defined(SEEGRAD_CONVOLUTION_CHOICE)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace avx2 {
constexpr int vector_bytes = 32, tile_rows = 4, tile_vectors = 4, tile_sums = 12, outer_channels = 3, outer_taps = 4;
#include <autodiff/ops/window/convolution_tile.inl>
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

#if !defined(__AVX512F__)
namespace plain {
constexpr int vector_bytes = 16, tile_rows = 4, tile_vectors = 3, tile_sums = 9, outer_channels = 2, outer_taps = 4;
#include <autodiff/ops/window/convolution_tile.inl>
}  // namespace plain
#endif

template <class T>
struct functions {
  void (*correlate)(const correlation&, const T*, const T*, T*);
  void (*weights)(const correlation&, const T*, const T*, T*);
};
template <class T>
auto choose() -> functions<T> {
#if defined(__AVX512F__)
  return {avx512::correlate<T>, avx512::correlate_weights<T>};
#else
#if defined(SEEGRAD_CONVOLUTION_CHOICE)
  if (instructions() == instruction_set::avx512) return {avx512::correlate<T>, avx512::correlate_weights<T>};
  if (instructions() == instruction_set::avx2) return {avx2::correlate<T>, avx2::correlate_weights<T>};
#endif
  return {plain::correlate<T>, plain::correlate_weights<T>};
#endif
}
template <class T>
auto any_correlate(const correlation& c, const T* x, const T* w, T* y) -> void {
  if (c.images * c.groups * c.out * c.out_h * c.out_w > 0) choose<T>().correlate(c, x, w, y);
}
// What fills up vectors and borders is zero and is multiplied with numbers that no window pairs it with, which may be infinite. A sum
// that came out as NaN is done again over the pairs alone, and is still one if it should be.
template <class T>
auto sum_pairs_where_nan(const correlation& c, const T* x, const T* g, T* dw) -> void {
  const auto &a = c.rows[0], &b = c.columns[0];
  const auto plane = c.in_h * c.in_w, out_plane = c.out_h * c.out_w;
  const auto pairs = [&](index_t out, index_t channel, index_t down, index_t along) {
    T sum{};
    for (index_t n = 0; n < c.images; ++n)
      for (index_t q = 0; q < c.out_h; ++q) {
        const auto row = q * a.step + down;
        if (row < 0 || row >= c.in_h) continue;
        const auto* const from = x + (n * c.groups * c.in + channel) * plane + row * c.in_w;
        const auto* const by = g + (n * c.groups * c.out + out) * out_plane + q * c.out_w;
        for (index_t r = 0; r < c.out_w; ++r)
          if (const auto column = r * b.step + along; 0 <= column && column < c.in_w) sum += from[column] * by[r];
        if (sum != sum) return sum;
      }
    return sum;
  };
  const auto taps = c.kernel_h * c.kernel_w, each = c.in * taps;
  const auto work = each * c.images * out_plane;
  parallel_for(c.groups * c.out, std::max<index_t>(1, 500000 / std::max<index_t>(1, work)), [&](index_t begin, index_t end) {
    for (auto k = begin * each; k < end * each; ++k)
      if (dw[k] != dw[k]) [[unlikely]] {
        const auto out = k / each, tap = k % taps;
        dw[k] = pairs(out, out / c.out * c.in + k % each / taps, a.offset[std::size_t(tap / c.kernel_w)],
                      b.offset[std::size_t(tap % c.kernel_w)]);
      }
  });
}
template <class T>
auto any_weights(const correlation& c, const T* x, const T* g, T* dw) -> void {
  const auto weights = c.groups * c.out * c.in * c.kernel_h * c.kernel_w;
  if (weights == 0) return;
  choose<T>().weights(c, x, g, dw);
  if (std::any_of(dw, dw + weights, [](T v) { return v != v; })) [[unlikely]]
    sum_pairs_where_nan(c, x, g, dw);
}

}  // namespace

auto correlate(const correlation& c, const float* x, const float* w, float* y) -> void { any_correlate(c, x, w, y); }
auto correlate(const correlation& c, const double* x, const double* w, double* y) -> void { any_correlate(c, x, w, y); }
auto correlate_weights(const correlation& c, const float* x, const float* g, float* dw) -> void { any_weights(c, x, g, dw); }
auto correlate_weights(const correlation& c, const double* x, const double* g, double* dw) -> void { any_weights(c, x, g, dw); }

}  // namespace seegrad::detail::kernel
