// The loops around the tiles of convolution_tile.inl, for one instruction set. No #pragma once: that file includes this at its
// end, once for each set.

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
      pack(p, x, first, c.images, packed.data);
      for (index_t g = 0; g < c.groups; ++g) {
        auto* const to = y + first * image_out + g * c.out * plane;
        run(c, todo, block, packed.data + g * c.in * p.channel, packed_weights.data + g * filled * taps,
            how == lanes_of::row ? to : aside.data);
        if (how == lanes_of::images)
          out_of_lanes<T>(aside.data, c.out * plane, to, image_out, std::min(lanes<T>, c.images - first));
        if (how == lanes_of::plane)
          for (index_t m = 0; m < c.out; ++m)
            for (index_t q = 0; q < c.out_h; ++q)
              std::copy_n(aside.data + m * todo.y_channel + q * p.row, c.out_w, to + m * plane + q * c.out_w);
      }
    }
  });
}

// Sums of the lanes of `count` vectors; there is room for as many as fill whole vectors on both sides.
template <class T>
auto sum_lanes(const T* from, index_t count, T* to) -> void {
  for (index_t i = 0; i < count; i += lanes<T>) {
    vec<T> square[lanes<T>];
    for (index_t q = 0; q < lanes<T>; ++q) load<T>(square[q], from + (i + q) * lanes<T>);
    transpose<T>(square);
    for (index_t half = lanes<T> / 2; half > 0; half /= 2)
      for (index_t q = 0; q < half; ++q) square[q] += square[q + half];
    store<T>(to + i, square[0]);
  }
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
      pack(p, x, k * p.images, c.images, packed_x.data + k * p.total);
      pack(s, g, k * p.images, c.images, packed_g.data + k * s.total);
    }
  });

  // Taps that read the same rows are one run: all of a plane's, or those of one row of the kernel.
  const auto runs = flat ? 1 : c.kernel_h, pairs = c.in * c.kernel_w * (flat ? c.kernel_h : 1),
             taps = c.in * c.kernel_h * c.kernel_w;
  pool_vector<index_t> offset;
  for (index_t t = 0; t < (flat ? c.kernel_h : 1); ++t)
    for (index_t i = 0; i < c.in; ++i)
      for (auto o : b.offset)
        offset.push_back(i * p.channel + p.column(o) + (flat ? (a.offset[std::size_t(t)] + p.top) * p.row : 0));
  // Channels that are worked on together: their sums should stay in an L2 cache, and there should be work for two.
  const auto fit = (index_t{1} << 19) / (taps * vector_bytes) / outer_channels * outer_channels;
  const auto half = (c.out / 2 + outer_channels - 1) / outer_channels * outer_channels;
  const auto together = std::min(c.out, std::max<index_t>(outer_channels, std::min(fit, half)));
  const auto strips = (c.out + together - 1) / together;
  const auto tap_pieces = (pairs + outer_taps - 1) / outer_taps;
  // A tile walks some 64 positions: rows of an image, or of a plane some vectors, and then of several images if these are few.
  const auto vectors = s.row / lanes<T>, rows = flat ? s.channel / lanes<T> : a.count;
  const auto plane_pieces = std::max<index_t>(1, (rows + 32) / 64);
  const auto row_block = flat ? (rows + plane_pieces - 1) / plane_pieces : std::max<index_t>(1, 64 / std::max<index_t>(1, vectors));
  const auto images = flat ? std::max<index_t>(1, 64 / std::max<index_t>(1, rows)) : 1;
  parallel_for(c.groups * strips, 1, [&](index_t strip, index_t) {
    const auto group = strip / strips, first = strip % strips * together, channels = std::min(together, c.out - first);
    const auto filled = (taps * channels + lanes<T> - 1) / lanes<T> * lanes<T>,
               channel_pieces = (channels + outer_channels - 1) / outer_channels;
    const room<T> sums(filled * lanes<T>), totals(filled);
    std::fill_n(sums.data, filled * lanes<T>, T{});
    for (index_t k = 0; k < pieces; k += images) {
      const auto* const gs = packed_g.data + k * s.total + (group * c.out + first) * s.channel;
      const auto* const xs = packed_x.data + k * p.total + group * c.in * p.channel;
      for (index_t r = 0; r < rows; r += row_block)
        for (index_t t = 0; t < runs; ++t) {
          auto begin = r, end = std::min(rows, r + row_block);
          const auto o = flat ? 0 : a.offset[std::size_t(t)];
          while (!flat && begin < end && begin * a.step + o < 0) ++begin;
          while (!flat && begin < end && (end - 1) * a.step + o >= c.in_h) --end;
          if (begin == end) continue;
          const auto walk =
              flat ? position_walk{std::min(images, pieces - k), end - begin, s.channel, s.total, lanes<T>, p.total, lanes<T>}
                   : position_walk{
                         end - begin, vectors, s.channel, s.row, lanes<T>, a.step * p.row, by_images ? p.position : lanes<T>};
          const auto* const x_at = xs + (flat ? begin * lanes<T> : (begin * a.step + o) * p.row);
          const auto* const g_at = gs + begin * (flat ? lanes<T> : s.row);
          // One piece of channels at a time, whose cotangents stay in the L1 cache.
          for (index_t v = 0; v < channel_pieces; ++v) {
            const auto m = channels * v / channel_pieces, m_count = channels * (v + 1) / channel_pieces - m;
            for (index_t u = 0; u < tap_pieces; ++u) {
              const auto q = pairs * u / tap_pieces, q_count = pairs * (u + 1) / tap_pieces - q;
              const auto compute = outers<T>[std::size_t((m_count - 1) * outer_taps + q_count - 1)];
              compute(walk, g_at + m * s.channel, x_at, offset.data() + q,
                      sums.data + ((t * pairs + q) * channels + m) * lanes<T>, channels * lanes<T>);
            }
          }
        }
    }
    sum_lanes<T>(sums.data, taps * channels, totals.data);
    auto* to = dw + (group * c.out + first) * taps;
    for (index_t m = 0; m < channels; ++m)
      for (index_t i = 0; i < c.in; ++i)
        for (index_t t = 0; t < c.kernel_h; ++t)
          for (index_t u = 0; u < c.kernel_w; ++u) *to++ = totals.data[((t * c.in + i) * c.kernel_w + u) * channels + m];
  });
}
