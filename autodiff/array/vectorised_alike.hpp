#pragma once
// Loops with the same bits whatever the processor: as `vectorised`, and without fused multiplication, which rounds once where a product and
// a sum round twice.

#include <autodiff/array/instruction_set.hpp>

namespace seegrad::detail {

#ifdef SEEGRAD_SETS
// AVX-512 has fused multiplication, and the compiler takes it.
template <class F>
[[gnu::target("avx2"), gnu::flatten, gnu::noinline]] auto run_for_avx2_alike(F f) -> void {
  f();
}
#endif

/// f(), compiled for the widest vectors that leave its bits as they are. It should capture by value.
template <class F>
[[gnu::always_inline]] inline auto vectorised_alike(F f) -> void {
#ifdef SEEGRAD_SETS
  if (instructions() != instruction_set::baseline) return detail::run_for_avx2_alike(f);
#endif
  f();
}

}  // namespace seegrad::detail
