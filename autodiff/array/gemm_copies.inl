// Copies of matrices in the order in which a product reads them, for one instruction set: part of gemm_kernel.inl.

#include <autodiff/array/vectors.inl>

// to (columns by rows) is the transpose of from (rows by columns). Padded, the rows of `to` end with zeros that fill a vector.
template <class T, bool padded = false>
auto copy_transposed(index rows, index columns, const T* from, index from_row, T* to, index to_row) -> void {
  constexpr auto side = lanes<T>;
  const auto square_at = [&](index i, index j) {
    vec<T> square[side];
    if (padded && rows - i < side) {
      for (auto& row : square) row = vec<T>{};
      for (index q = 0; q < rows - i; ++q) load<T>(square[q], from + (i + q) * from_row + j);
      transpose<T>(square);
    } else load_transposed<T>(square, from + i * from_row + j, from_row);
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
    for (index p = 0; p < k; ++p) store<T>(to + p * width + width - lanes<T>, vec<T>{});
  if (b_column == 1) return copy_columns<T, lanes<T>>(k, columns, b, b_row, to, width);
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
    for (; p + lanes<T> <= k; p += lanes<T>) {
      vec<T> block[tile_rows];
      load_transposed<T, tile_rows>(block, a + p, a_row);
      for (index q = 0; q < tile_rows; ++q) store<T>(to + p * tile_rows + q * lanes<T>, block[q]);
    }
  for (; p < k; ++p)
    for (index i = 0; i < rows; ++i) to[p * tile_rows + i] = a[i * a_row + p * a_column];
}
