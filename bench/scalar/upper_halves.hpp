#pragma once
// A trap of AVX: code that leaves the upper halves of the vector registers in use makes SSE code that follows slow, and much of
// glibc is SSE code. Measured here with one such register: erf 6 times slower, tanh 13 times, a program's own loop of SSE code
// around log or exp 25 times. The compiler should clean them with vzeroupper, and once in a while it does not. The processor can
// be asked which parts are in use; registers 16 to 31, which nothing cleans, did no harm.

#include <cstdint>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace bench {

inline auto clean_upper_halves() -> void {
#ifdef __AVX__
  _mm256_zeroupper();
#endif
}

// True when the upper half of any of the first sixteen vector registers is in use.
inline auto upper_halves_in_use() -> bool {
#ifdef __x86_64__
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned extended_state_leaf = 0xd, knows_in_use = 1u << 2;
  if (__get_cpuid_count(extended_state_leaf, 1, &a, &b, &c, &d) == 0 || (a & knows_in_use) == 0) return false;
  std::uint32_t low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(1));
  constexpr std::uint32_t upper_of_256 = 1u << 2, upper_of_512 = 1u << 6;
  return (low & (upper_of_256 | upper_of_512)) != 0;
#else
  return false;
#endif
}

}  // namespace bench
