#include "facts.hpp"

#include "counted.hpp"
#include "kernels.hpp"

namespace bench {

// The build compiles each library once a kernel, and has to know how often.
static_assert(kernel_count == BENCH_KERNELS, "bench/scalar/meson.build has another number of kernels than kernels.hpp");

namespace {

template <std::size_t K>
auto count() -> std::size_t {
  counted::operations() = 0;
  const std::vector<counted> x(kernel<K>().inputs.begin(), kernel<K>().inputs.end());
  kernel<K>()(std::span<const counted>(x));
  return counted::operations();
}

template <std::size_t K>
auto facts_of() -> facts {
  const auto& entry = std::get<K>(kernel_list);
  return {entry.name, entry.goal, kernel<K>().inputs, count<K>(),
          [](std::span<const double> x) -> double { return kernel<K>()(x); }};
}

}  // namespace

auto all_facts() -> std::span<const facts> {
  static const auto list = []<std::size_t... K>(std::index_sequence<K...>) {
    return std::array<facts, kernel_count>{facts_of<K>()...};
  }(std::make_index_sequence<kernel_count>{});
  return list;
}

}  // namespace bench
