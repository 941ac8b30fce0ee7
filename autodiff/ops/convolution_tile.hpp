// Correlations for one instruction set. No #pragma once: convolution_kernel.cpp includes this once for each set, inside a namespace
// that defines vector_bytes and the sizes of tiles, and with the compiler told to use that set's instructions.

template <class T>
struct vector_of {
  typedef T type __attribute__((vector_size(vector_bytes)));
  typedef T anywhere __attribute__((vector_size(vector_bytes), aligned(alignof(T)), may_alias));
};
template <class T>
using vec = typename vector_of<T>::type;
template <class T>
inline constexpr index_t lanes = vector_bytes / index_t(sizeof(T));

template <class T>
[[gnu::always_inline]] inline auto load(vec<T>& to, const T* from) -> void {
  to = *reinterpret_cast<const typename vector_of<T>::anywhere*>(from);
}
template <class T>
[[gnu::always_inline]] inline auto store(T* to, const vec<T>& from) -> void {
  *reinterpret_cast<typename vector_of<T>::anywhere*>(to) = from;
}

// --- tiles ---------------------------------------------------------------------------------------------------------------

// `sizeof...(i) / vectors` output channels times `vectors` vectors, over all taps.
template <class T, int vectors, int... i>
[[gnu::always_inline]] inline auto compute_tile(std::integer_sequence<int, i...>, std::span<const tap> taps, const T* x, index_t x_step,
                                                const T* w, T* y, index_t y_row, index_t y_step) -> void {
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
// Tap after tap, so that the sums and the channels' vectors fit into the registers.
template <class T, int taps, int q, int... m>
[[gnu::always_inline]] inline auto add_tap(std::integer_sequence<int, m...>, vec<T>* sum, const vec<T>* left, const T* from) -> void {
  vec<T> right;
  load<T>(right, from);
  ((sum[m * taps + q] += left[m] * right), ...);
}
template <class T, int... m, int... q, int... i>
[[gnu::always_inline]] inline auto compute_outer(std::integer_sequence<int, m...> channels, std::integer_sequence<int, q...>,
                                                 std::integer_sequence<int, i...>, const position_walk& walk, const T* g, const T* x, const index_t* offset, T* to,
                                                 index_t to_tap) -> void {
  constexpr int taps = sizeof...(q);
  vec<T> sum[sizeof...(i)], left[sizeof...(m)];
  const index_t at[] = {offset[q]...};
  (load<T>(sum[i], to + i % taps * to_tap + i / taps * lanes<T>), ...);
  for (index_t r = 0; r < walk.rows; ++r) {
    const T *g_at = g + r * walk.g_row, *x_at = x + r * walk.x_row;
    for (index_t v = 0; v < walk.vectors; ++v, g_at += walk.g_step, x_at += walk.x_step) {
      (load<T>(left[m], g_at + m * walk.g_channel), ...);
      (add_tap<T, taps, q>(channels, sum, left, x_at + at[q]), ...);
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

template <class T, int... i>
[[gnu::always_inline]] inline auto transpose(vec<T>* square, std::integer_sequence<int, i...>) -> void {
  constexpr int count = lanes<T>, half = count / 2;
  for (int step = 1; step < count; step *= 2) {
    vec<T> next[count];
    for (int at = 0; at < half; ++at) {
      next[2 * at] = __builtin_shufflevector(square[at], square[at + half], (i / 2 + i % 2 * count)...);
      next[2 * at + 1] = __builtin_shufflevector(square[at], square[at + half], (half + i / 2 + i % 2 * count)...);
    }
    for (int at = 0; at < count; ++at) square[at] = next[at];
  }
}

// `count` numbers of each of `images` images, `pitch` apart, to `count` vectors. Beyond `safe` numbers nothing may be read.
template <class T>
auto into_lanes(const T* from, index_t pitch, index_t images, index_t count, index_t safe, T* to) -> void {
  for (index_t p = 0; p < count; p += lanes<T>) {
    vec<T> square[lanes<T>] = {};
    for (index_t n = 0; n < images; ++n) {
      if (p + lanes<T> <= safe - n * pitch) load<T>(square[n], from + n * pitch + p);
      else __builtin_memcpy(&square[n], from + n * pitch + p, std::size_t(std::min(lanes<T>, count - p)) * sizeof(T));
    }
    transpose<T>(square, std::make_integer_sequence<int, lanes<T>>{});
    for (index_t q = 0; q < std::min(lanes<T>, count - p); ++q) store<T>(to + (p + q) * lanes<T>, square[q]);
  }
}
template <class T>
auto out_of_lanes(const T* from, index_t count, T* to, index_t pitch, index_t images) -> void {
  for (index_t p = 0; p < count; p += lanes<T>) {
    const auto here = std::min(lanes<T>, count - p);
    vec<T> square[lanes<T>] = {};
    for (index_t q = 0; q < here; ++q) load<T>(square[q], from + (p + q) * lanes<T>);
    transpose<T>(square, std::make_integer_sequence<int, lanes<T>>{});
    for (index_t n = 0; n < std::min(images, lanes<T>); ++n) {
      if (here == lanes<T>) store<T>(to + n * pitch + p, square[n]);
      else __builtin_memcpy(to + n * pitch + p, &square[n], std::size_t(here) * sizeof(T));
    }
  }
}

// Rows of some images, widened by zeros: [channels][h][columns][images in lanes], or of one image [channels][h][planes][columns], where
// plane f has every planes-th column.
template <class T>
auto pack(const packing& p, const T* x, index_t first, index_t images, index_t all_images, T* to) -> void {
  const auto image = p.channels * p.h * p.w, here = std::min(p.images, images - first), last = (all_images - first) * image;
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

// --- the loops around them --------------------------------------------------------------------------------------------------------

// The tiles of one group of one image, or of one vector of images.
template <class T>
auto run(const correlation& c, const plan& todo, index_t block, const T* x, const T* w, T* y) -> void {
  const auto weights = c.in * c.kernel_h * c.kernel_w * block;
  alignas(64) T aside[tile_sums * lanes<T>];
  for (const auto& s : todo.steps)
    for (index_t m = 0; m < c.out; m += block) {
      const auto rows = std::min(block, c.out - m);
      const auto compute = tiles<T>[std::size_t((rows - 1) * tile_vectors + s.vectors - 1)];
      const std::span taps(todo.taps.data() + s.first_tap, std::size_t(s.taps));
      const auto* const by = w + m / block * weights;
      auto* const out = y + m * todo.y_channel + s.y;
      if (s.aside == 0) {
        compute(taps, x + s.x, s.x_step, by, out, todo.y_channel, s.y_step);
        continue;
      }
      compute(taps, x + s.x, s.x_step, by, aside, s.vectors * lanes<T>, lanes<T>);
      for (index_t r = 0; r < rows; ++r)
        for (index_t k = 0; k < s.aside; ++k) out[r * todo.y_channel + k * s.every] = aside[r * s.vectors * lanes<T> + k];
    }
}

template <class T>
auto correlate(const correlation& c, const T* x, const T* w, T* y) -> void {
  const auto how = best_lanes(c, lanes<T>, sizeof(T));
  const auto p = packing_of(c, how, lanes<T>, sizeof(T));
  const auto blocks = (c.out + tile_rows - 1) / tile_rows, block = (c.out + blocks - 1) / blocks;
  const auto filled = (c.out + block - 1) / block * block, taps = c.in * c.kernel_h * c.kernel_w;
  const auto todo = plan_of(c, p, how, lanes<T>, block, std::min<index_t>(tile_vectors, tile_sums / block));
  const room<T> packed_weights(c.groups * filled * taps);
  pack_weights(c, block, w, packed_weights.data);
  const auto plane = c.out_h * c.out_w, image_out = c.groups * c.out * plane;
  const auto pieces = (c.images + p.images - 1) / p.images;
  const auto work = p.images * image_out * taps;
  parallel_for(pieces, std::max<index_t>(1, 500000 / std::max<index_t>(1, work)), [&](index_t begin, index_t end) {
    const room<T> packed(p.total), aside(how == lanes_of::row ? 0 : c.out * todo.y_channel);
    for (auto k = begin; k < end; ++k) {
      const auto first = k * p.images;
      pack(p, x, first, p.images, c.images, packed.data);
      for (index_t g = 0; g < c.groups; ++g) {
        auto* const to = y + first * image_out + g * c.out * plane;
        run(c, todo, block, packed.data + g * c.in * p.channel, packed_weights.data + g * filled * taps, how == lanes_of::row ? to : aside.data);
        if (how == lanes_of::images) out_of_lanes<T>(aside.data, c.out * plane, to, image_out, std::min(lanes<T>, c.images - first));
        if (how == lanes_of::plane)
          for (index_t m = 0; m < c.out; ++m)
            for (index_t q = 0; q < c.out_h; ++q) std::copy_n(aside.data + m * todo.y_channel + q * p.row, c.out_w, to + m * plane + q * c.out_w);
      }
    }
  });
}

template <class T>
auto sum_of_lanes(const T* from) -> T {
  T all[lanes<T>];
  std::copy_n(from, lanes<T>, all);
  for (index_t half = lanes<T> / 2; half > 0; half /= 2)
    for (index_t q = 0; q < half; ++q) all[q] += all[q + half];
  return all[0];
}

template <class T>
auto correlate_weights(const correlation& c, const T* x, const T* g, T* dw) -> void {
  const auto how = best_lanes_for_weights(c, lanes<T>);
  const bool by_images = how == lanes_of::images, flat = how == lanes_of::plane;
  const auto p = packing_of(c, how, lanes<T>, sizeof(T));
  packing s{p.images, c.groups * c.out, c.out_h, c.out_w};
  s.columns = by_images ? c.out_w : flat ? p.row : (c.out_w + lanes<T> - 1) / lanes<T> * lanes<T>;
  s.row = s.columns * s.images, s.channel = s.h * s.row;
  if (flat) s.channel = (s.channel + lanes<T> - 1) / lanes<T> * lanes<T>;
  s.total = s.channels * s.channel;
  const auto &a = c.rows[0], &b = c.columns[0];
  const auto pieces = (c.images + p.images - 1) / p.images;
  const room<T> packed_x(pieces * p.total), packed_g(pieces * s.total);
  parallel_for(pieces, std::max<index_t>(1, 100000 / (p.total + s.total + 1)), [&](index_t begin, index_t end) {
    for (auto k = begin; k < end; ++k) {
      pack(p, x, k * p.images, p.images, c.images, packed_x.data + k * p.total);
      pack(s, g, k * p.images, p.images, c.images, packed_g.data + k * s.total);
    }
  });

  // Taps that read the same rows are one run: all of a plane's, or those of one row of the kernel.
  const auto runs = flat ? 1 : c.kernel_h, pairs = c.in * c.kernel_w * (flat ? c.kernel_h : 1), taps = c.in * c.kernel_h * c.kernel_w;
  std::vector<index_t> offset;
  for (index_t t = 0; t < (flat ? c.kernel_h : 1); ++t)
    for (index_t i = 0; i < c.in; ++i)
      for (auto o : b.offset) offset.push_back(i * p.channel + p.column(o) + (flat ? (a.offset[std::size_t(t)] + p.top) * p.row : 0));
  // Channels that are worked on together: their sums should stay in an L2 cache, and there should be work for two.
  const auto fit = (index_t{1} << 19) / (taps * vector_bytes) / outer_channels * outer_channels;
  const auto half = (c.out / 2 + outer_channels - 1) / outer_channels * outer_channels;
  const auto together = std::min(c.out, std::max<index_t>(outer_channels, std::min(fit, half)));
  const auto strips = (c.out + together - 1) / together;
  const auto channel_pieces = (together + outer_channels - 1) / outer_channels;
  const auto tap_pieces = (pairs + outer_taps - 1) / outer_taps;
  const auto vectors = flat ? 1 : s.row / lanes<T>, rows = flat ? s.channel / lanes<T> : a.count;
  const auto g_row = flat ? lanes<T> : s.row, x_row = flat ? lanes<T> : p.row;
  const auto row_block = std::max<index_t>(1, 64 / std::max<index_t>(1, vectors));
  parallel_for(c.groups * strips, 1, [&](index_t strip, index_t) {
    const auto group = strip / strips, first = strip % strips * together, channels = std::min(together, c.out - first);
    const room<T> sums(taps * channels * lanes<T>);
    std::fill_n(sums.data, taps * channels * lanes<T>, T{});
    for (index_t k = 0; k < pieces; ++k) {
      const auto* const gs = packed_g.data + k * s.total + (group * c.out + first) * s.channel;
      const auto* const xs = packed_x.data + k * p.total + group * c.in * p.channel;
      for (index_t r = 0; r < rows; r += row_block)
        for (index_t t = 0; t < runs; ++t) {
          auto begin = r, end = std::min(rows, r + row_block);
          const auto o = flat ? 0 : a.offset[std::size_t(t)];
          while (!flat && begin < end && begin * a.step + o < 0) ++begin;
          while (!flat && begin < end && (end - 1) * a.step + o >= c.in_h) --end;
          if (begin == end) continue;
          const position_walk walk{end - begin, vectors, s.channel, g_row, lanes<T>, a.step * x_row, by_images ? p.position : lanes<T>};
          const auto* const x_at = xs + (begin * a.step + o) * x_row;
          for (index_t u = 0; u < tap_pieces; ++u) {
            const auto q = pairs * u / tap_pieces, q_count = pairs * (u + 1) / tap_pieces - q;
            for (index_t v = 0; v < channel_pieces; ++v) {
              const auto m = channels * v / channel_pieces, m_count = channels * (v + 1) / channel_pieces - m;
              if (m_count == 0) continue;
              const auto compute = outers<T>[std::size_t((m_count - 1) * outer_taps + q_count - 1)];
              compute(walk, gs + m * s.channel + begin * g_row, x_at, offset.data() + q, sums.data + ((t * pairs + q) * channels + m) * lanes<T>,
                      channels * lanes<T>);
            }
          }
        }
    }
    for (index_t m = 0; m < channels; ++m)
      for (index_t i = 0; i < c.in; ++i)
        for (index_t t = 0; t < c.kernel_h; ++t)
          for (index_t u = 0; u < c.kernel_w; ++u)
            dw[(((group * c.out + first + m) * c.in + i) * c.kernel_h + t) * c.kernel_w + u] =
                sum_of_lanes<T>(sums.data + (((t * c.in + i) * c.kernel_w + u) * channels + m) * lanes<T>);
  });
}
