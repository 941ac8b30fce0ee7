// Vectors, and copies of matrices in the order in which a product reads them, for one instruction set: part of gemm_kernel.inl.

template <class T>
struct vector_of {
  typedef T type __attribute__((vector_size(vector_bytes)));
  typedef T anywhere __attribute__((vector_size(vector_bytes), aligned(alignof(T)), may_alias));
};
template <class T>
using vec = typename vector_of<T>::type;
template <class T>
inline constexpr index batches = vector_bytes / index(sizeof(T));

template <class T>
[[gnu::always_inline]] inline auto load(vec<T>& to, const T* from) -> void {
  to = *reinterpret_cast<const typename vector_of<T>::anywhere*>(from);
}
template <class T>
[[gnu::always_inline]] inline auto store(T* to, const vec<T>& from) -> void {
  *reinterpret_cast<typename vector_of<T>::anywhere*>(to) = from;
}

// Transposes some rows, a power of two, so that columns follow each other: with every step, pairs half of the rows apart are interleaved.
template <class T, int rows, int... i>
[[gnu::always_inline]] inline auto transpose(vec<T>* block, std::integer_sequence<int, i...>) -> void {
  constexpr int count = batches<T>, half = rows / 2;
  for (int step = 1; step < rows; step *= 2) {
    vec<T> next[rows];
    for (int at = 0; at < half; ++at) {
      next[2 * at] = SEEGRAD_SHUFFLED(block[at], block[at + half], (i / 2 + i % 2 * count)...);
      next[2 * at + 1] = SEEGRAD_SHUFFLED(block[at], block[at + half], (count / 2 + i / 2 + i % 2 * count)...);
    }
    for (int at = 0; at < rows; ++at) block[at] = next[at];
  }
}
template <class T, int rows>
[[gnu::always_inline]] inline auto load_transposed(vec<T>* block, const T* from, index from_row) -> void {
  for (int q = 0; q < rows; ++q) load<T>(block[q], from + q * from_row);
  transpose<T, rows>(block, std::make_integer_sequence<int, int(batches<T>)>{});
}

// to (columns by rows) is the transpose of from (rows by columns). Padded, the rows of `to` end with zeros that fill a vector.
template <class T, bool padded = false>
auto copy_transposed(index rows, index columns, const T* from, index from_row, T* to, index to_row) -> void {
  constexpr auto side = batches<T>;
  const auto square_at = [&](index i, index j) {
    vec<T> square[side];
    if (padded && rows - i < side) {
      for (auto& row : square) row = vec<T>{};
      for (index q = 0; q < rows - i; ++q) load<T>(square[q], from + (i + q) * from_row + j);
      transpose<T, side>(square, std::make_integer_sequence<int, side>{});
    } else load_transposed<T, side>(square, from + i * from_row + j, from_row);
    for (index q = 0; q < side; ++q) store<T>(to + (j + q) * to_row + i, square[q]);
  };
  const auto in_squares = padded ? (rows + side - 1) / side * side : rows / side * side;
  index j = 0;
  for (; j + side <= columns; j += side) {
    for (index i = 0; i < in_squares; i += side) square_at(i, j);
    for (auto i = in_squares; i < rows; ++i)
      for (index q = j; q < j + side; ++q) to[q * to_row + i] = from[i * from_row + q];
  }
  for (; j < columns; ++j)
    for (index i = 0; i < rows; ++i) to[j * to_row + i] = from[i * from_row + j];
}

// Copies a block of few columns, in pieces whose sizes the compiler knows.
template <class T, int piece>
auto copy_columns(index rows, index columns, const T* from, index from_row, T* to, index to_row) -> void {
  for (; columns >= piece; columns -= piece, from += piece, to += piece)
    for (index i = 0; i < rows; ++i) __builtin_memcpy(to + i * to_row, from + i * from_row, piece * sizeof(T));
  if constexpr (piece > 1) copy_columns<T, piece / 2>(rows, columns, from, from_row, to, to_row);
}

// Copies k rows of a strip of B, `columns` of them, so that they follow each other `width` apart, and zeros behind the columns.
template <class T>
auto pack_strip(index k, index columns, index width, const T* b, index b_row, index b_column, T* to) -> void {
  if (columns < width)
    for (index p = 0; p < k; ++p) store<T>(to + p * width + width - batches<T>, vec<T>{});
  if (b_column == 1) return copy_columns<T, batches<T>>(k, columns, b, b_row, to, width);
  if (b_row == 1) return copy_transposed<T, true>(columns, k, b, b_column, to, width);
  for (index p = 0; p < k; ++p)
    for (index j = 0; j < columns; ++j) to[p * width + j] = b[p * b_row + j * b_column];
}

// Copies k columns of the rows of A that make a tile, one behind the other; where rows are contiguous, several columns at a time.
template <class T>
auto pack_rows(index k, index rows, const T* a, index a_row, index a_column, T* to) -> void {
  if (a_row == 1) return copy_columns<T, tile_rows>(k, rows, a, a_column, to, tile_rows);
  index p = 0;
  if (a_column == 1 && rows == tile_rows)
    for (; p + batches<T> <= k; p += batches<T>) {
      vec<T> block[tile_rows];
      load_transposed<T, tile_rows>(block, a + p, a_row);
      for (index q = 0; q < tile_rows; ++q) store<T>(to + p * tile_rows + q * batches<T>, block[q]);
    }
  for (; p < k; ++p)
    for (index i = 0; i < rows; ++i) to[p * tile_rows + i] = a[i * a_row + p * a_column];
}
