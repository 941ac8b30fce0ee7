#include <autodiff/array/gemm.hpp>

#include <algorithm>
#include <array>
#include <autodiff/array/instruction_set.hpp>
#include <memory>
#include <new>
#include <utility>

namespace seegrad::detail::kernel {
namespace {

using index = std::int64_t;

// For so many numbers, aligned to the lines of the cache; to be freed.
template <class T>
auto aligned_room(index count) -> T* {
  auto* const room = seegrad::detail::take_aligned(64, (std::size_t(count) * sizeof(T) + 63) / 64 * 64);
  if (!room) throw std::bad_alloc();
  return static_cast<T*>(room);
}

// Room of this thread for panels, and another for what is turned, kept from call to call.
template <class T, int which = 0>
auto scratch(index count) -> T* {
  struct free_aligned {
    auto operator()(T* p) const -> void { seegrad::detail::give_back_aligned(p); }
  };
  thread_local std::unique_ptr<T, free_aligned> room;
  thread_local index size = 0;
  if (count > size) {
    size = 0, room.reset();
    room.reset(aligned_room<T>(count));
    size = count;
  }
  return room.get();
}

// Compilers are told to use instructions that the rest of the program may not, for as long as a kernel is read. Clang would also
// halve the vectors of AVX-512 by itself.
#if defined(__x86_64__) && !defined(__AVX512F__)
#define SEEGRAD_GEMM_CHOICE
#endif

#if defined(__AVX512F__) || defined(SEEGRAD_GEMM_CHOICE)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl,avx512cd"))), apply_to = function)
#pragma clang attribute push(__attribute__((min_vector_width(512))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl,avx512cd")
#endif
namespace avx512 {
constexpr int vector_bytes = 64, tile_rows = 8, tile_vectors = 3;
#include <autodiff/array/gemm_kernel.inl>
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

#if defined(SEEGRAD_GEMM_CHOICE)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace avx2 {
constexpr int vector_bytes = 32, tile_rows = 4, tile_vectors = 3;
#include <autodiff/array/gemm_kernel.inl>
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

#if !defined(__AVX512F__)
namespace plain {
constexpr int vector_bytes = 16, tile_rows = 4, tile_vectors = 2;
#include <autodiff/array/gemm_kernel.inl>
}  // namespace plain
#endif

// What there is for each instruction set.
template <class T>
struct functions {
  void (*product)(index, index, index, matrix_view<T>, matrix_view<T>, T*, index, bool);
  void (*pack)(index, index, matrix_view<T>, T*);
  void (*packed_product)(index, index, index, matrix_view<T>, const T*, T*, index, bool);
  index batch;
};

template <class T>
auto choose() -> functions<T> {
#if defined(__AVX512F__)
  return {avx512::product<T>, avx512::pack<T>, avx512::packed_product<T>, avx512::lanes<T>};
#else
#if defined(SEEGRAD_GEMM_CHOICE)
  if (instructions() == instruction_set::avx512)
    return {avx512::product<T>, avx512::pack<T>, avx512::packed_product<T>, avx512::lanes<T>};
  if (instructions() == instruction_set::avx2) return {avx2::product<T>, avx2::pack<T>, avx2::packed_product<T>, avx2::lanes<T>};
#endif
  return {plain::product<T>, plain::pack<T>, plain::packed_product<T>, plain::lanes<T>};
#endif
}

template <class T>
auto multiply(index m, index n, index k, matrix_view<T> a, matrix_view<T> b, T* c, index ldc, bool add) -> void {
  if (m <= 0 || n <= 0) return;
  if (k > 0) return choose<T>().product(m, n, k, a, b, c, ldc, add);
  if (add) return;
  for (index i = 0; i < m; ++i) std::fill_n(c + i * ldc, n, T{});
}

template <class T>
auto multiply_packed(index m, matrix_view<T> a, const packed_matrix<T>& b, T* c, index ldc, bool add) -> void {
  const auto n = b.columns(), k = b.rows();
  if (m <= 0 || n <= 0 || k <= 0) return multiply<T>(m, n, k, a, {nullptr, 0, 0}, c, ldc, add);
  choose<T>().packed_product(m, n, k, a, b.data(), c, ldc, add);
}

}  // namespace

template <class T>
packed_matrix<T>::packed_matrix(index n, index k, matrix_view<T> b) : n_(n), k_(k) {
  if (n <= 0 || k <= 0) return;
  const auto use = choose<T>();
  const auto columns = (n + use.batch - 1) / use.batch * use.batch;
  numbers_.reset(aligned_room<T>(columns * k));
  use.pack(n, k, b, numbers_.get());
}
template class packed_matrix<float>;
template class packed_matrix<double>;

auto gemm(index m, index n, index k, matrix_view<float> a, matrix_view<float> b, float* c, index ldc, bool add) -> void {
  multiply<float>(m, n, k, a, b, c, ldc, add);
}

auto gemm(index m, index n, index k, matrix_view<double> a, matrix_view<double> b, double* c, index ldc, bool add) -> void {
  multiply<double>(m, n, k, a, b, c, ldc, add);
}

auto gemm(index m, matrix_view<float> a, const packed_matrix<float>& b, float* c, index ldc, bool add) -> void {
  multiply_packed<float>(m, a, b, c, ldc, add);
}

auto gemm(index m, matrix_view<double> a, const packed_matrix<double>& b, double* c, index ldc, bool add) -> void {
  multiply_packed<double>(m, a, b, c, ldc, add);
}

}  // namespace seegrad::detail::kernel
