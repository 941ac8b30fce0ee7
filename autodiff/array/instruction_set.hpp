#pragma once
// Loops that are compiled once for each of several instruction sets, of which one is chosen while the program runs.
//
// A plain loop, of which the compiler makes vectors by itself, stays where it is:
//
//   vectorised([=] { for (index_t i = 0; i < n; ++i) to[i] += from[i]; });
//
// What is written in vectors (ops/kernels/batch.hpp) has another type for each set, and a source that the build compiles for each:
//
//   template <instruction_set, class T>
//   struct softmax_loops { static auto rows(…) -> void; };      // in a header
//   template struct softmax_loops<compiled_set, float>;         // in a source among `loop_sources` of the build, after the bodies
//   with_instructions([&]<instruction_set S>(chosen<S>) { softmax_loops<S, float>::rows(…); });     // anywhere else
//
// A name that such a source gives to the linker has the set in it, or the linker would take one body for all sets: so its functions
// are members of templates over `instruction_set`, static, or in the namespace SEEGRAD_SET; and it uses what is always inlined.
// Where the build has one set only (-Dnative=true, or with little optimisation), that is called `baseline`, whatever it is.

#include <atomic>
#include <string_view>

#ifndef SEEGRAD_SET
#define SEEGRAD_SET baseline
#endif

namespace seegrad {

/// Each has the instructions of those before it: any x86-64; AVX2 with fused multiplication; AVX-512 (F, DQ, BW, VL, CD).
enum class instruction_set { baseline, avx2, avx512 };
inline constexpr int instruction_sets = 3;  ///< How many there are.

namespace detail {
/// What the source that is being compiled is compiled for.
static constexpr auto compiled_set = instruction_set::SEEGRAD_SET;

extern std::atomic<int> chosen_set;  // negative before the first question
auto choose_instructions() -> instruction_set;

/// The set that loops are taken from: the best that processor and build have, or less if the environment variable
/// SEEGRAD_INSTRUCTIONS says so (baseline, avx2, avx512) or limit_instructions() has.
inline auto instructions() -> instruction_set {
  const int s = detail::chosen_set.load(std::memory_order_relaxed);
  return s >= 0 ? static_cast<instruction_set>(s) : detail::choose_instructions();
}
}  // namespace detail

/// From now on, nothing better than `most`: for tests, and for comparing. Results differ in their last digits.
auto limit_instructions(instruction_set most) -> void;

/// "baseline", "avx2" or "avx512".
auto name_of(instruction_set s) -> std::string_view;

namespace detail {
template <instruction_set S>
struct chosen {};

/// f(chosen<S>{}), where S is the set to use.
template <class F>
[[gnu::always_inline]] inline auto with_instructions(F f) {
#ifdef SEEGRAD_SETS
  switch (instructions()) {
    case instruction_set::avx512: return f(chosen<instruction_set::avx512>{});
    case instruction_set::avx2: return f(chosen<instruction_set::avx2>{});
    case instruction_set::baseline: break;
  }
#endif
  return f(chosen<instruction_set::baseline>{});
}

#ifdef SEEGRAD_SETS
// A compiler may inline what is compiled for less into what is compiled for more. What is not inlined is as it always is.
template <class F>
[[gnu::target("avx2,fma"), gnu::flatten, gnu::noinline]] auto run_for_avx2(F f) -> void {
  f();
}
template <class F>
[[gnu::target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl,avx512cd"), gnu::flatten, gnu::noinline]] auto run_for_avx512(F f)
    -> void {
  f();
}
#endif

/// f(), compiled for the set to use. It should capture by value, so that what it uses can stay in registers.
template <class F>
[[gnu::always_inline]] inline auto vectorised(F f) -> void {
#ifdef SEEGRAD_SETS
  switch (instructions()) {
    case instruction_set::avx512: return detail::run_for_avx512(f);
    case instruction_set::avx2: return detail::run_for_avx2(f);
    case instruction_set::baseline: break;
  }
#endif
  f();
}
}  // namespace detail

}  // namespace seegrad
