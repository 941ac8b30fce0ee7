#include "row.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace bench {
namespace {

template <class F>
auto best_seconds(F f) -> double {
  double best = 1e9;
  for (int k = 0; k < 30; ++k) {
    const auto start = std::chrono::steady_clock::now();
    f();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

template <class T>
auto flops() -> double {
#if defined(__AVX512F__)
  constexpr int bytes = 64;
#elif defined(__AVX__)
  constexpr int bytes = 32;
#else
  constexpr int bytes = 16;
#endif
  typedef T vector __attribute__((vector_size(bytes)));
  constexpr int chains = 12;
  constexpr long rounds = 200000;
  vector sums[chains] = {};
  vector a = vector{} + T(1.0000001), b = vector{} + T(1e-9);
  const auto seconds = best_seconds([&] {
    for (long i = 0; i < rounds; ++i) {
      for (auto& s : sums) s = s * a + b;
      asm volatile("" : "+v"(a), "+v"(b));
    }
    asm volatile("" : : "m"(sums));
  });
  return 2.0 * chains * rounds * (bytes / sizeof(T)) / seconds;
}

}  // namespace

auto peak_flops(bool single) -> double { return single ? flops<float>() : flops<double>(); }

auto peak_bandwidth(std::size_t working_set) -> double {
  const auto half = working_set / 2;
  std::vector<char> from(half, 1), to(half, 2);
  const auto times = std::max<std::size_t>(1, (std::size_t{1} << 24) / half);
  const auto seconds = best_seconds([&] {
    for (std::size_t i = 0; i < times; ++i) {
      std::memcpy(to.data(), from.data(), half);
      asm volatile("" : : "m"(*to.data()) : "memory");
    }
  });
  return 2.0 * static_cast<double>(half * times) / seconds;
}

}  // namespace bench
