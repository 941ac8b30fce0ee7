#include <autodiff/array/parallel.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <fmt/format.h>

#ifdef SEEGRAD_THREADS
#include <atomic>
#include <memory>
#include <mutex>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <thread>
#include <utility>
#endif

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace seegrad {
namespace {

#if defined(__SSE2__)
constexpr unsigned flush = 0x8040;  // flush to zero, and denormals are zero
auto mode() -> unsigned { return _mm_getcsr(); }
auto set_mode(unsigned m) -> void { _mm_setcsr(m); }
#else
constexpr unsigned flush = 0;
auto mode() -> unsigned { return 0; }
auto set_mode(unsigned) -> void {}
#endif

auto check_number(int n) -> void {
  if (n < 0) throw error(fmt::format("set_num_threads: {} is negative; 0 means one for each processor", n));
}

}  // namespace

#ifdef SEEGRAD_THREADS

namespace {

std::atomic<int> threads{1};
std::mutex arena_guard;
std::shared_ptr<tbb::task_arena> arena;
thread_local bool inside = false;

}  // namespace

auto set_num_threads(int n) -> void {
  check_number(n);
  const std::lock_guard lock(arena_guard);
  threads = n > 0 ? n : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  arena.reset();
}

auto num_threads() -> int { return inside ? 1 : threads.load(std::memory_order_relaxed); }

auto detail::parallel_pieces(index_t pieces, const std::function<void(index_t)>& f) -> void {
  std::shared_ptr<tbb::task_arena> here;
  {
    const std::lock_guard lock(arena_guard);
    if (!arena) arena = std::make_shared<tbb::task_arena>(std::min(threads.load(), tbb::this_task_arena::max_concurrency()));
    here = arena;
  }
  const auto of_caller = mode();
  here->execute([&] {
    tbb::parallel_for(
        index_t{0}, pieces,
        [&](index_t p) {
          const auto own = mode();
          const bool was_inside = std::exchange(inside, true);
          set_mode(of_caller);
          try {
            f(p);
          } catch (...) {
            set_mode(own), inside = was_inside;
            throw;
          }
          set_mode(own), inside = was_inside;
        },
        tbb::simple_partitioner{});
  });
}

#else

auto set_num_threads(int n) -> void { check_number(n); }
auto num_threads() -> int { return 1; }
auto detail::parallel_pieces(index_t pieces, const std::function<void(index_t)>& f) -> void {
  for (index_t p = 0; p < pieces; ++p) f(p);
}

#endif

flush_to_zero::flush_to_zero() : before_(mode()) { set_mode(before_ | flush); }
flush_to_zero::~flush_to_zero() { set_mode(before_); }

}  // namespace seegrad
