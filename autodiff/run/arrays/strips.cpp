#include <autodiff/run/arrays/strips.hpp>

#include <algorithm>
#include <autodiff/array/array.hpp>
#include <autodiff/array/parallel.hpp>

namespace seegrad::detail::run {
namespace {

constexpr index_t worth_a_thread = 32 * strip_length;
constexpr index_t room_for_strips = index_t{1} << 18, shortest = 128;  // bytes, of a cache; elements

// Where there are many strips each is shorter.
auto length_of(index_t strips, index_t bytes) -> index_t {
  auto length = strip_length;
  while (length > shortest && strips * length * bytes > room_for_strips) length /= 2;
  return length;
}

}  // namespace

auto run_strips(std::span<const strip_step> steps, std::uint32_t strips, index_t elements, dtype type) -> void {
  const auto bytes = static_cast<index_t>(size_of(type)), length = length_of(strips, bytes);
  parallel_for((elements + length - 1) / length, worth_a_thread / length, [&](index_t begin, index_t end) {
    const auto room = array::uninitialized(type, {static_cast<index_t>(strips) * length});
    for (auto s = begin; s < end; ++s) {
      const auto first = s * length, n = std::min(length, elements - first);
      const auto at = [&](const strip_address& a) -> void* {
        if (a.kind == strip_address::fixed) return a.data;
        if (a.kind == strip_address::whole) return static_cast<char*>(a.data) + first * bytes;
        return static_cast<char*>(room.raw()) + a.strip * length * bytes;
      };
      for (const auto& step : steps) {
        const void* from[max_arity + 2];
        for (std::uint32_t k = 0; k < step.count; ++k) from[k] = at(step.from[k]);
        (*step.call)(at(step.to), from, n);
      }
    }
  });
}

}  // namespace seegrad::detail::run
