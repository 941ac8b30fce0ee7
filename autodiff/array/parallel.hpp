#pragma once
// Threads, for work that is large enough.
//
//   set_num_threads(2);
//   parallel_for(rows, 64, [&](index_t begin, index_t end) { … });
//
// The pieces are cut by their size alone, never by the number of threads, so that results are the same for any number of them. A
// piece that itself calls parallel_for runs it alone. The threads are those of oneTBB, shared with everything else in the program that
// uses it, and none is started before the first large piece of work. A seegrad that was built without oneTBB has the calling thread alone.

#include <algorithm>
#include <autodiff/array/dims.hpp>
#include <functional>

namespace seegrad {

/// 1 at first, so that a program has threads only if it asks for them; 0 means one for each processor. Without oneTBB it stays 1.
auto set_num_threads(int n) -> void;
/// How many threads work together.
auto num_threads() -> int;

/// Treats denormal numbers, those below 1.2e-38 in float, as 0 on this thread and on those that work for it: training runs faster, and
/// results are no longer exact to the last digit. Restored when it ends.
class flush_to_zero {
 public:
  flush_to_zero();
  ~flush_to_zero();
  flush_to_zero(const flush_to_zero&) = delete;
  auto operator=(const flush_to_zero&) -> flush_to_zero& = delete;

 private:
  unsigned before_;
};

namespace detail {
auto parallel_pieces(index_t pieces, const std::function<void(index_t)>& f) -> void;
}

/// f(begin, end) for stretches of `grain` out of 0 .. n - 1, all at once where threads are allowed.
template <class F>
auto parallel_for(index_t n, index_t grain, F&& f) -> void {
  if (num_threads() == 1 || n <= grain) {
    for (index_t i = 0; i < n; i += grain) f(i, i + grain < n ? i + grain : n);
    return;
  }
  detail::parallel_pieces((n + grain - 1) / grain, [&](index_t p) {
    const auto begin = p * grain;
    f(begin, begin + grain < n ? begin + grain : n);
  });
}

namespace detail {
/// So many numbers, a few operations to each, are done before another thread would have woken up.
inline constexpr index_t numbers_worth_threads = index_t{1} << 17;

/// f(begin, end) for stretches of rows of `width` numbers, a few operations to each: by several threads where there are so many that they gain by it.
template <class F>
auto parallel_rows(index_t rows, index_t width, F&& f) -> void {
  constexpr index_t piece = index_t{1} << 14;
  if (rows > 0) parallel_for(rows, rows * width <= numbers_worth_threads ? rows : std::max<index_t>(1, piece / width), f);
}
}  // namespace detail

}  // namespace seegrad
