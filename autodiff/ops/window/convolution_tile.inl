// Correlations for one instruction set. No #pragma once: convolution_kernel.cpp includes this once for each set, inside a namespace
// that defines vector_bytes and the sizes of tiles, and with the compiler told to use that set's instructions.

#include <autodiff/array/vectors.inl>

// --- tiles ---------------------------------------------------------------------------------------------------------------

// `sizeof...(i) / vectors` output channels times `vectors` vectors, over all taps.
template <class T, int vectors, int... i>
[[gnu::always_inline]] inline auto compute_tile(std::integer_sequence<int, i...>, std::span<const tap> taps, const T* x,
                                                index_t x_step, const T* w, T* y, index_t y_row, index_t y_step) -> void {
  vec<T> sum[sizeof...(i)] = {}, row[vectors];
  for (const auto& t : taps) {
    const T *from = x + t.input, *by = w + t.weight;
    for (int j = 0; j < vectors; ++j) load<T>(row[j], from + j * x_step);
    ((sum[i] += by[i / vectors] * row[i % vectors]), ...);
  }
  (store<T>(y + i / vectors * y_row + i % vectors * y_step, sum[i]), ...);
}
template <class T, int rows, int vectors>
auto tile(std::span<const tap> taps, const T* x, index_t x_step, const T* w, T* y, index_t y_row, index_t y_step) -> void {
  if constexpr (rows * vectors <= tile_sums)
    compute_tile<T, vectors>(std::make_integer_sequence<int, rows * vectors>{}, taps, x, x_step, w, y, y_row, y_step);
}
template <class T>
using tile_function = void (*)(std::span<const tap>, const T*, index_t, const T*, T*, index_t, index_t);
template <class T, int... i>
constexpr auto tile_table(std::integer_sequence<int, i...>) -> std::array<tile_function<T>, sizeof...(i)> {
  return {tile<T, i / tile_vectors + 1, i % tile_vectors + 1>...};
}
template <class T>
inline constexpr auto tiles = tile_table<T>(std::make_integer_sequence<int, tile_rows * tile_vectors>{});

// Some output channels times some taps, summed over the positions of an image; every lane has a sum of its own.
struct position_walk {
  index_t rows, vectors;
  index_t g_channel, g_row, g_step, x_row, x_step;
};
// What there are fewer of, taps or channels, is read first and kept, so that the sums fit into the registers beside it: one of the others follows
// another. Where there are enough registers the kept ones are taps, whose vectors lie across cache lines and cost two reads each.
constexpr bool keeps_taps = outer_taps < outer_channels;
template <class T, int... k>
[[gnu::always_inline]] inline auto add_products(std::integer_sequence<int, k...>, vec<T>* sum, int every, const T* from,
                                                const vec<T>* kept) -> void {
  vec<T> one;
  load<T>(one, from);
#if defined(__x86_64__)
  if constexpr (keeps_taps) asm("" : "+v"(one));  // Read once: g++ would make the read a part of each multiplication.
#endif
  ((sum[k * every] += one * kept[k]), ...);
}
template <class T, int... m, int... q, int... i>
[[gnu::always_inline]] inline auto compute_outer(std::integer_sequence<int, m...> all_channels,
                                                 std::integer_sequence<int, q...> all_taps, std::integer_sequence<int, i...>,
                                                 const position_walk& walk, const T* g, const T* x, const index_t* offset, T* to,
                                                 index_t to_tap) -> void {
  constexpr int taps = sizeof...(q);
  vec<T> sum[sizeof...(i)], kept[keeps_taps ? sizeof...(q) : sizeof...(m)];
  const index_t at[] = {offset[q]...};
  (load<T>(sum[i], to + i % taps * to_tap + i / taps * lanes<T>), ...);
  for (index_t r = 0; r < walk.rows; ++r) {
    const T *g_at = g + r * walk.g_row, *x_at = x + r * walk.x_row;
    for (index_t v = 0; v < walk.vectors; ++v, g_at += walk.g_step, x_at += walk.x_step) {
      if constexpr (keeps_taps) {
        (load<T>(kept[q], x_at + at[q]), ...);
        (add_products<T>(all_taps, sum + m * taps, 1, g_at + m * walk.g_channel, kept), ...);
      } else {
        (load<T>(kept[m], g_at + m * walk.g_channel), ...);
        (add_products<T>(all_channels, sum + q, taps, x_at + at[q], kept), ...);
      }
    }
  }
  (store<T>(to + i % taps * to_tap + i / taps * lanes<T>, sum[i]), ...);
}
template <class T, int channels, int taps>
auto outer(const position_walk& walk, const T* g, const T* x, const index_t* offset, T* to, index_t to_tap) -> void {
  compute_outer<T>(std::make_integer_sequence<int, channels>{}, std::make_integer_sequence<int, taps>{},
                   std::make_integer_sequence<int, channels * taps>{}, walk, g, x, offset, to, to_tap);
}
template <class T>
using outer_function = void (*)(const position_walk&, const T*, const T*, const index_t*, T*, index_t);
template <class T, int... i>
constexpr auto outer_table(std::integer_sequence<int, i...>) -> std::array<outer_function<T>, sizeof...(i)> {
  return {outer<T, i / outer_taps + 1, i % outer_taps + 1>...};
}
template <class T>
inline constexpr auto outers = outer_table<T>(std::make_integer_sequence<int, outer_channels * outer_taps>{});

// --- images into lanes and back ------------------------------------------------------------------------------------------------

// `count` numbers of each of `images` images, `pitch` apart, to `count` vectors. Beyond `safe` numbers nothing may be read.
template <class T>
auto into_lanes(const T* from, index_t pitch, index_t images, index_t count, index_t safe, T* to) -> void {
  for (index_t p = 0; p < count; p += lanes<T>) {
    vec<T> square[lanes<T>];
    if (images == lanes<T> && p + lanes<T> <= safe - (images - 1) * pitch) {
      load_transposed<T>(square, from + p, pitch);
    } else {
      for (auto& row : square) row = vec<T>{};
      for (index_t n = 0; n < images; ++n) {
        if (p + lanes<T> <= safe - n * pitch) load<T>(square[n], from + n * pitch + p);
        else __builtin_memcpy(&square[n], from + n * pitch + p, std::size_t(std::min(lanes<T>, count - p)) * sizeof(T));
      }
      transpose<T>(square);
    }
    for (index_t q = 0; q < std::min(lanes<T>, count - p); ++q) store<T>(to + (p + q) * lanes<T>, square[q]);
  }
}
template <class T>
auto out_of_lanes(const T* from, index_t count, T* to, index_t pitch, index_t images) -> void {
  for (index_t p = 0; p < count; p += lanes<T>) {
    const auto here = std::min(lanes<T>, count - p);
    vec<T> square[lanes<T>];
    if (here == lanes<T>) {
      load_transposed<T>(square, from + p * lanes<T>, lanes<T>);
    } else {
      for (auto& row : square) row = vec<T>{};
      for (index_t q = 0; q < here; ++q) load<T>(square[q], from + (p + q) * lanes<T>);
      transpose<T>(square);
    }
    for (index_t n = 0; n < std::min(images, lanes<T>); ++n) {
      if (here == lanes<T>) store<T>(to + n * pitch + p, square[n]);
      else __builtin_memcpy(to + n * pitch + p, &square[n], std::size_t(here) * sizeof(T));
    }
  }
}

// Rows of some images, widened by zeros: [channels][h][columns][images in lanes], or of one image [channels][h][planes][columns], where
// plane f has every planes-th column.
template <class T>
auto pack(const packing& p, const T* x, index_t first, index_t images, T* to) -> void {
  const auto image = p.channels * p.h * p.w, here = std::min(p.images, images - first), last = (images - first) * image;
  const auto from = x + first * image;
  if (p.images == 1) std::fill(to + p.channels * p.channel, to + p.total, T{});
  for (index_t c = 0; c < p.channels; ++c) {
    // What vectors read beyond the last row is multiplied by zeros, and must be numbers.
    if (p.images == 1) {
      std::fill_n(to + c * p.channel, p.top * p.row, T{});
      std::fill(to + c * p.channel + (p.top + p.h) * p.row, to + (c + 1) * p.channel, T{});
    }
    for (index_t h = 0; h < p.h; ++h) {
      const auto at = (c * p.h + h) * p.w;
      auto* const row = to + c * p.channel + (p.top + h) * p.row;
      if (p.images > 1) {
        std::fill_n(row, p.left * lanes<T>, T{});
        const auto kept = std::min(p.w, p.columns - p.left);
        into_lanes<T>(from + at, image, here, kept, last - at, row + p.left * lanes<T>);
        std::fill(row + (p.left + kept) * lanes<T>, row + p.columns * lanes<T>, T{});
        continue;
      }
      for (index_t f = 0; f < p.planes; ++f) {
        auto* const plane = row + f * p.columns;
        if (p.planes == 1) {
          const auto kept = std::min(p.w, p.columns - p.left);
          std::fill_n(plane, p.left, T{});
          std::copy_n(from + at, kept, plane + p.left);
          std::fill(plane + p.left + kept, plane + p.columns, T{});
        } else {
          for (index_t j = 0; j < p.columns; ++j) {
            const auto column = j * p.planes + f - p.left;
            plane[j] = 0 <= column && column < p.w ? from[at + column] : T{};
          }
        }
      }
    }
  }
}

#include <autodiff/ops/window/convolution_loops.inl>
