// The product of matrices for one instruction set. No #pragma once: gemm.cpp includes this once for each set, inside a namespace
// that defines vector_bytes, tile_rows and tile_vectors, and with the compiler told to use that set's instructions.

#include <autodiff/array/gemm_copies.inl>

// A strip of B of this depth takes some of an L1 cache, and leaves the rest to A and C; with A's block it fits into an L2 cache.
template <class T>
inline constexpr index depth = vector_bytes == 64 ? 192 : 1024 / index(sizeof(T));

// A block of A is read once for every strip of B, and should stay in an L2 cache meanwhile.
inline constexpr index block_rows = 512;

// B is read where it lies for products of so few rows, or if it has so few elements; A where C has so few columns.
inline constexpr index direct_rows = 64;
template <class T>
inline constexpr index direct_size = 32768 / index(sizeof(T));
// If B is so large that it comes from far away, few of its rows at a time, so that the processor sees streams and fetches ahead.
template <class T>
inline constexpr index far_size = (index(1) << 20) / index(sizeof(T));
inline constexpr index far_depth = 32;
template <class T>
inline constexpr index direct_columns = 720 / index(sizeof(T));

// A tile of C, held in registers over all of k. Numbers of A enter one by one, each times a row of the strip of B. Without `add`
// the tile starts from a row of zeros: one way through the function is what keeps GCC from spilling the tile.
template <class T, int vectors, int... i>
[[gnu::always_inline]] inline auto compute_tile(std::integer_sequence<int, i...>, index k, const T* a, index a_row,
                                                index a_column, const T* b, index b_row, T* c, index c_row, bool add) -> void {
  static constexpr T zeros[vectors * lanes<T>] = {};
  const T* const start = add ? c : zeros;
  const index start_row = add ? c_row : 0;
  vec<T> sum[sizeof...(i)], row[vectors];
  (load<T>(sum[i], start + i / vectors * start_row + i % vectors * lanes<T>), ...);
  for (; k > 0; --k, a += a_column, b += b_row) {
    for (int j = 0; j < vectors; ++j) load<T>(row[j], b + j * lanes<T>);
    ((sum[i] += a[i / vectors * a_row] * row[i % vectors]), ...);
  }
  (store<T>(c + i / vectors * c_row + i % vectors * lanes<T>, sum[i]), ...);
}

template <class T, int rows, int vectors>
auto tile(index k, const T* a, index a_row, index a_column, const T* b, index b_row, T* c, index c_row, bool add) -> void {
  compute_tile<T, vectors>(std::make_integer_sequence<int, rows * vectors>{}, k, a, a_row, a_column, b, b_row, c, c_row, add);
}

template <class T>
using tile_function = void (*)(index, const T*, index, index, const T*, index, T*, index, bool);

template <class T, int... i>
constexpr auto tile_table(std::integer_sequence<int, i...>) -> std::array<tile_function<T>, sizeof...(i)> {
  return {tile<T, i / tile_vectors + 1, i % tile_vectors + 1>...};
}
template <class T>
inline constexpr auto tiles = tile_table<T>(std::make_integer_sequence<int, tile_rows * tile_vectors>{});

// A tile that reaches beyond the last column is computed aside.
template <class T>
auto partial_tile(tile_function<T> compute, index rows, index columns, index width, index k, const T* a, index a_row,
                  index a_column, const T* b, index b_row, T* c, index ldc, bool add) -> void {
  alignas(64) T aside[tile_rows * tile_vectors * lanes<T>];
  if (add) {
    std::fill_n(aside, rows * width, T{});
    copy_columns<T, lanes<T>>(rows, columns, c, ldc, aside, width);
  }
  compute(k, a, a_row, a_column, b, b_row, aside, width, add);
  copy_columns<T, lanes<T>>(rows, columns, aside, width, c, ldc);
}

// Rows of A: where they lie, or copied in panels of the rows of a tile, which hold one column of them after the other.
template <class T>
struct rows_of_a {
  const T* data;
  index row_stride, column_stride;
  bool panels;
};

// One strip of C, `vectors` wide, of which `columns` exist.
template <class T>
auto strip(index m, index columns, index vectors, index k, rows_of_a<T> a, const T* b, index b_row, T* c, index ldc, bool add)
    -> void {
  const auto width = vectors * lanes<T>;
  for (index i = 0; i < m; i += tile_rows, c += tile_rows * ldc) {
    const auto rows = std::min<index>(m - i, tile_rows);
    const auto compute = tiles<T>[std::size_t((rows - 1) * tile_vectors + vectors - 1)];
    const auto* const from = a.data + i * (a.panels ? k : a.row_stride);
    if (columns == width) compute(k, from, a.row_stride, a.column_stride, b, b_row, c, ldc, add);
    else partial_tile<T>(compute, rows, columns, width, k, from, a.row_stride, a.column_stride, b, b_row, c, ldc, add);
  }
}

// How long pieces of `all` are if none is longer than `most` and all but the last are equal. A division takes a while.
inline auto piece(index all, index most) -> index {
  if (all <= most) return all;
  const auto count = (all + most - 1) / most;
  return (all + count - 1) / count;
}

// How many vectors wide the next strip is where so many are left: two strips of middling width are faster than a wide and a narrow one.
inline auto strip_vectors(index left) -> index {
  return left >= 2 * tile_vectors ? tile_vectors : left > tile_vectors ? (left + 1) / 2 : left;
}

// Some rows of B: strip by strip where they lie, or copied when a strip is wanted, so that the copy is still near when it is used; or packed beforehand.
template <class T>
struct rows_of_b {
  matrix_view<T> view;
  bool direct;
  T* panel;
  const T* packed = nullptr;  // by strips, each of them all_rows deep
  index all_rows = 0, first = 0;

  struct numbers {
    const T* data;
    index row_stride;
  };
  auto strip(index k, index column, index columns, index width) const -> numbers {
    if (packed) return {packed + column * all_rows + first * width, width};
    const auto* const from = view.data + column * view.column_stride;
    if (direct && columns == width) return {from, view.row_stride};
    pack_strip<T>(k, columns, width, from, view.row_stride, view.column_stride, panel);
    return {panel, width};
  }
};

// Some rows of C from a block of A and B.
template <class T>
auto block(index m, index n, index k, rows_of_a<T> a, const rows_of_b<T>& b, T* c, index ldc, bool add) -> void {
  index column = 0;
  for (auto vectors = (n + lanes<T> - 1) / lanes<T>; vectors > 0;) {
    const auto wide = strip_vectors(vectors), width = wide * lanes<T>, columns = std::min(n - column, width);
    const auto from = b.strip(k, column, columns, width);
    strip<T>(m, columns, wide, k, a, from.data, from.row_stride, c + column, ldc, add);
    vectors -= wide, column += columns;
  }
}

template <class T>
auto blocked(index m, index n, index k, matrix_view<T> a, matrix_view<T> b, const T* packed, T* c, index ldc, bool add) -> void {
  // B pays for its copy if many rows of A use it, and if it would not stay near by itself.
  const bool b_direct = !packed && b.column_stride == 1 && (m <= direct_rows || n * k <= direct_size<T>);
  // So does A if many strips of B pass by, or if neither its rows nor its columns are contiguous.
  const bool a_direct = n <= (a.row_stride == 1 || a.column_stride == 1 ? direct_columns<T> : tile_vectors * lanes<T>);
  const auto deep = piece(k, b_direct && n * k > far_size<T> ? far_depth : depth<T>), high = piece(m, block_rows);
  auto* const b_panel = scratch<T>(deep * (tile_vectors * lanes<T> + (a_direct ? 0 : high + tile_rows)));
  auto* const a_panels = b_panel + deep * tile_vectors * lanes<T>;
  for (index p = 0; p < k; p += deep) {
    const auto depth_here = std::min(deep, k - p);
    const rows_of_b<T> b_slab{
        {b.data + p * b.row_stride, b.row_stride, b.column_stride}, b_direct, b_panel, packed, k, p};
    for (index i = 0; i < m; i += high) {
      const auto rows = std::min(high, m - i);
      rows_of_a<T> a_block{a.data + i * a.row_stride + p * a.column_stride, a.row_stride, a.column_stride, false};
      if (!a_direct) {
        for (index r = 0; r < rows; r += tile_rows)
          pack_rows<T>(depth_here, std::min<index>(tile_rows, rows - r), a_block.data + r * a.row_stride, a.row_stride,
                       a.column_stride, a_panels + r * depth_here);
        a_block = {a_panels, 1, tile_rows, true};
      }
      block<T>(rows, n, depth_here, a_block, b_slab, c + i * ldc, ldc, add || p > 0);
    }
  }
}

// C as the transpose of Bᵀ Aᵀ, which copies A in the place of B, and C once or twice.
template <class T>
auto swapped(index m, index n, index k, matrix_view<T> a, matrix_view<T> b, T* c, index ldc, bool add) -> void {
  auto* const turned = scratch<T, 1>(m * n);
  if (add) copy_transposed<T>(m, n, c, ldc, turned, m);
  blocked<T>(n, m, k, {b.data, b.column_stride, b.row_stride}, {a.data, a.column_stride, a.row_stride}, nullptr, turned, m, add);
  copy_transposed<T>(n, m, turned, m, c, ldc);
}
// It is faster where B would have to be transposed to be copied, and A and C are much smaller, so that C turned stays near. Rows of A fill vectors
// then, so that they should be half a vector at least.
template <class T>
auto is_faster_swapped(index m, index n, index k, matrix_view<T> a, matrix_view<T> b) -> bool {
  const bool is_turned = b.row_stride == 1 && b.column_stride != 1 && a.column_stride == 1;
  return is_turned && 2 * m >= lanes<T> && 4 * m <= n && 4 * m <= k && m <= direct_rows && m * n <= far_size<T>;
}

// All strips of B, one behind the other.
template <class T>
auto pack(index n, index k, matrix_view<T> b, T* to) -> void {
  index column = 0;
  for (auto vectors = (n + lanes<T> - 1) / lanes<T>; vectors > 0;) {
    const auto wide = strip_vectors(vectors), width = wide * lanes<T>, columns = std::min(n - column, width);
    pack_strip<T>(k, columns, width, b.data + column * b.column_stride, b.row_stride, b.column_stride, to + column * k);
    vectors -= wide, column += columns;
  }
}
template <class T>
auto packed_product(index m, index n, index k, matrix_view<T> a, const T* b, T* c, index ldc, bool add) -> void {
  blocked<T>(m, n, k, a, {nullptr, 0, 0}, b, c, ldc, add);
}

// A row times a matrix whose rows are contiguous, at the speed of memory: some of its rows stream by together. The order of
// additions is that of the tiles.
template <class T>
auto row_times_matrix(index n, index k, const T* a, index a_stride, const T* b, index b_row, T* c, bool add) -> void {
  constexpr index together = 8, near = 2048;
  if (!add) std::fill_n(c, n, T{});
  for (index j0 = 0; j0 < n; j0 += near) {
    const auto columns = std::min(n - j0, near), whole = columns / lanes<T> * lanes<T>;
    const auto* from = b + j0;
    auto* const to = c + j0;
    index p = 0;
    for (; p + together <= k; p += together, from += together * b_row) {
      T by[together];
      for (index q = 0; q < together; ++q) by[q] = a[(p + q) * a_stride];
      for (index j = 0; j < whole; j += lanes<T>) {
        vec<T> sum, row;
        load<T>(sum, to + j);
        for (index q = 0; q < together; ++q) load<T>(row, from + q * b_row + j), sum += by[q] * row;
        store<T>(to + j, sum);
      }
      for (index j = whole; j < columns; ++j)
        for (index q = 0; q < together; ++q) to[j] += by[q] * from[q * b_row + j];
    }
    for (; p < k; ++p, from += b_row)
      for (index j = 0; j < columns; ++j) to[j] += a[p * a_stride] * from[j];
  }
}

// The sum of a vector's numbers, halves added to each other.
template <class T, int count = lanes<T>>
[[gnu::always_inline]] inline auto sum_of(const T* all) -> T {
  T half[count / 2];
  for (int q = 0; q < count / 2; ++q) half[q] = all[q] + all[q + count / 2];
  if constexpr (count == 2) return half[0];
  else return sum_of<T, count / 2>(half);
}

template <class T, int rows>
auto dots(index k, const T* a, index a_row, const T* x, T* c, index c_row, bool add) -> void {
  constexpr index chains = 4, stride = chains * lanes<T>;
  T total[rows] = {};
  index p = 0;
  if (k >= lanes<T>) {
    vec<T> sum[rows][chains] = {}, left, right;
    for (; p + stride <= k; p += stride)
      for (index q = 0; q < chains; ++q) {
        load<T>(right, x + p + q * lanes<T>);
        for (index i = 0; i < rows; ++i) load<T>(left, a + i * a_row + p + q * lanes<T>), sum[i][q] += left * right;
      }
    for (; p + lanes<T> <= k; p += lanes<T>) {
      load<T>(right, x + p);
      for (index i = 0; i < rows; ++i) load<T>(left, a + i * a_row + p), sum[i][0] += left * right;
    }
    for (index i = 0; i < rows; ++i) {
      T all[lanes<T>];
      store<T>(all, (sum[i][0] + sum[i][1]) + (sum[i][2] + sum[i][3]));
      total[i] = sum_of<T>(all);
    }
  }
  for (; p < k; ++p)
    for (index i = 0; i < rows; ++i) total[i] += a[i * a_row + p] * x[p];
  for (index i = 0; i < rows; ++i) c[i * c_row] = add ? c[i * c_row] + total[i] : total[i];
}

// A matrix whose rows are contiguous times a column.
template <class T>
auto matrix_times_column(index m, index k, const T* a, index a_row, const T* x, index x_stride, T* c, index c_row, bool add)
    -> void {
  if (x_stride != 1) {
    auto* const copy = scratch<T>(k);
    for (index p = 0; p < k; ++p) copy[p] = x[p * x_stride];
    x = copy;
  }
  constexpr int together = 4;
  index i = 0;
  for (; i + together <= m; i += together) dots<T, together>(k, a + i * a_row, a_row, x, c + i * c_row, c_row, add);
  for (; i < m; ++i) dots<T, 1>(k, a + i * a_row, a_row, x, c + i * c_row, c_row, add);
}

// The same for a matrix whose columns are contiguous, which is a row times its transpose.
template <class T>
auto columns_times_column(index m, index k, const T* a, index a_column, const T* x, index x_stride, T* c, index c_row, bool add)
    -> void {
  if (c_row == 1) return row_times_matrix<T>(m, k, x, x_stride, a, a_column, c, add);
  auto* const aside = scratch<T>(m);
  if (add)
    for (index i = 0; i < m; ++i) aside[i] = c[i * c_row];
  row_times_matrix<T>(m, k, x, x_stride, a, a_column, aside, add);
  for (index i = 0; i < m; ++i) c[i * c_row] = aside[i];
}

// A column times a row.
template <class T>
auto column_times_row(index m, index n, const T* a, index a_row, const T* b, T* c, index ldc, bool add) -> void {
  for (index i = 0; i < m; ++i, c += ldc) {
    const T by = a[i * a_row];
    if (add)
      for (index j = 0; j < n; ++j) c[j] += by * b[j];
    else
      for (index j = 0; j < n; ++j) c[j] = T{} + by * b[j];
  }
}

template <class T>
auto product(index m, index n, index k, matrix_view<T> a, matrix_view<T> b, T* c, index ldc, bool add) -> void {
  if (n == 1 && a.column_stride == 1) matrix_times_column<T>(m, k, a.data, a.row_stride, b.data, b.row_stride, c, ldc, add);
  else if (n == 1 && a.row_stride == 1) columns_times_column<T>(m, k, a.data, a.column_stride, b.data, b.row_stride, c, ldc, add);
  else if (m == 1 && b.column_stride == 1) row_times_matrix<T>(n, k, a.data, a.column_stride, b.data, b.row_stride, c, add);
  else if (k == 1 && b.column_stride == 1) column_times_row<T>(m, n, a.data, a.row_stride, b.data, c, ldc, add);
  else if (is_faster_swapped(m, n, k, a, b)) swapped<T>(m, n, k, a, b, c, ldc, add);
  else blocked<T>(m, n, k, a, b, nullptr, c, ldc, add);
}
