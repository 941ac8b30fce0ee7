#pragma once
// What differs between compilers and processors, each in this one place. What is asked of the operating system is in system.hpp.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define SEEGRAD_SYSTEM_COUNTS_THREADS
#endif

#ifdef __APPLE__
extern "C" double lgamma_r(double, int*);  // is there, and in <math.h> for some programs only
#endif

// The loops are written with the vector types of GCC, which Clang has, too.
#if !defined(__GNUC__) && !defined(__clang__)
#error "seegrad needs the vector types of GCC or Clang: on Windows, take clang-cl or MinGW's g++ in the place of cl"
#endif

// SEEGRAD_SHUFFLED(a, b, places…): of the numbers of a, followed by those of b, the ones at these places. A macro, since a function would
// be compiled for another instruction set than the loop that calls it; GCC has it under Clang's name from version 12 on.
#if __has_builtin(__builtin_shufflevector)
#define SEEGRAD_SHUFFLED(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SEEGRAD_SHUFFLED(a, b, ...) __builtin_shuffle(a, b, decltype((a) < (b)){__VA_ARGS__})
#endif

namespace seegrad::detail {

/// Whether the program has had one thread only; false where the system does not say.
inline auto single_threaded() -> bool {
#ifdef SEEGRAD_SYSTEM_COUNTS_THREADS
  return __libc_single_threaded;
#else
  return false;
#endif
}

/// The upper half of the product of two numbers.
inline auto high_product(std::uint64_t a, std::uint64_t b) -> std::uint64_t {
#ifdef __SIZEOF_INT128__
  __extension__ using wide = unsigned __int128;
  return static_cast<std::uint64_t>((wide{a} * b) >> 64);
#else
  constexpr std::uint64_t low = 0xffff'ffff;
  const auto a0 = a & low, a1 = a >> 32, b0 = b & low, b1 = b >> 32;
  const auto middle = a1 * b0 + (a0 * b0 >> 32);
  return a1 * b1 + (middle >> 32) + ((a0 * b1 + (middle & low)) >> 32);
#endif
}

/// log |gamma(x)|. POSIX's std::lgamma writes the sign to a global variable, which two threads must not; others have no such variable.
inline auto log_gamma(double x) -> double {
#ifdef _WIN32
  return std::lgamma(x);
#else
  int sign;
  return ::lgamma_r(x, &sign);
#endif
}

/// Memory that begins at a multiple of `alignment`, a power of two, of which `bytes` is one; null if there is none. Given back by
/// give_back_aligned.
inline auto take_aligned(std::size_t alignment, std::size_t bytes) -> void* {
#ifdef _WIN32
  return ::_aligned_malloc(bytes, alignment);
#else
  return std::aligned_alloc(alignment, bytes);
#endif
}
inline auto give_back_aligned(void* p) -> void {
#ifdef _WIN32
  ::_aligned_free(p);
#else
  std::free(p);
#endif
}

}  // namespace seegrad::detail
