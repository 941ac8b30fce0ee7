// Vectors of one instruction set. No #pragma once: kernels include this once for each set, inside a namespace that defines vector_bytes, and
// with the compiler told to use that set's instructions.

template <class T>
struct vector_of {
  typedef T type __attribute__((vector_size(vector_bytes)));
  typedef T anywhere __attribute__((vector_size(vector_bytes), aligned(alignof(T)), may_alias));
};
template <class T>
using vec = typename vector_of<T>::type;
template <class T>
inline constexpr std::int64_t lanes = vector_bytes / std::int64_t(sizeof(T));

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
[[gnu::always_inline]] inline auto interleave(vec<T>* block, std::integer_sequence<int, i...>) -> void {
  constexpr int count = lanes<T>, half = rows / 2;
  for (int step = 1; step < rows; step *= 2) {
    vec<T> next[rows];
    for (int at = 0; at < half; ++at) {
      next[2 * at] = SEEGRAD_SHUFFLED(block[at], block[at + half], (i / 2 + i % 2 * count)...);
      next[2 * at + 1] = SEEGRAD_SHUFFLED(block[at], block[at + half], (count / 2 + i / 2 + i % 2 * count)...);
    }
    for (int at = 0; at < rows; ++at) block[at] = next[at];
  }
}
template <class T, int rows = int(lanes<T>)>
[[gnu::always_inline]] inline auto transpose(vec<T>* block) -> void {
  interleave<T, rows>(block, std::make_integer_sequence<int, int(lanes<T>)>{});
}
template <class T, int rows = int(lanes<T>)>
[[gnu::always_inline]] inline auto load_transposed(vec<T>* block, const T* from, std::int64_t from_row) -> void {
  for (int q = 0; q < rows; ++q) load<T>(block[q], from + q * from_row);
  transpose<T, rows>(block);
}
