#include "tables.hpp"

#include <atomic>
#include <autodiff/autodiff.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <new>

// Every call of operator new in the program is counted.
namespace {
std::atomic<long> asked{0};
}
auto operator new(std::size_t n) -> void* {
  asked.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(n ? n : 1)) return p;
  throw std::bad_alloc();
}
auto operator delete(void* p) noexcept -> void { std::free(p); }
auto operator delete(void* p, std::size_t) noexcept -> void { std::free(p); }

namespace bench {

auto table_of_memory(const choice& c) -> void {
  fmt::print("\nmemory of a step of seegrad: the most its arrays took, beside what its values, gradients and weights need\n");
  fmt::print("{:<46} {:>10} {:>10} {:>6}  {}\n", "", "most, KiB", "needed", "ratio", "calls of operator new a step");
  for (const auto& t : all_tasks()) {
    if (t.title().find(c.only) == std::string::npos) continue;
    const auto needed = static_cast<double>(needed_bytes(t));
    for (const bool is_run : {false, true}) {
      const step s = is_run ? seegrad_run_step(t) : seegrad_step(t);
      for (int i = 0; i < 24; ++i) s();  // the next dozen are all run
      seegrad::detail::pool::reset_peak();
      const auto before = asked.load();
      s();
      const auto calls = asked.load() - before;
      const auto most = static_cast<double>(seegrad::detail::pool::in_use().peak);
      fmt::print("{:<46} {:>10.0f} {:>10.0f} {:>6.2f}  {}\n", t.title() + (is_run ? ", run" : ", recorded"), most / 1024,
                 needed / 1024, most / needed, calls);
    }
  }
}

}  // namespace bench
