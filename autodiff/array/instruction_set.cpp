#include <autodiff/array/instruction_set.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <cstdlib>
#include <fmt/format.h>

namespace seegrad {
namespace {

auto best_of_processor() -> instruction_set {
#ifdef __x86_64__
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
    return instruction_set::avx512;
  if (avx2) return instruction_set::avx2;
#endif
  return instruction_set::baseline;
}

auto set_named(std::string_view name) -> instruction_set {
  for (auto s : {instruction_set::baseline, instruction_set::avx2, instruction_set::avx512})
    if (name == name_of(s)) return s;
  throw error(fmt::format("SEEGRAD_INSTRUCTIONS: there is no set \"{}\"; take baseline, avx2 or avx512", name));
}

}  // namespace

constinit std::atomic<int> detail::chosen_set = -1;

auto detail::choose_instructions() -> instruction_set {
  auto best = best_of_processor();
  if (const char* most = std::getenv("SEEGRAD_INSTRUCTIONS"); most && *most) best = std::min(best, set_named(most));
  chosen_set = static_cast<int>(best);
  return best;
}

auto limit_instructions(instruction_set most) -> void {
  detail::chosen_set = static_cast<int>(std::min(most, best_of_processor()));
}

auto name_of(instruction_set s) -> std::string_view {
  constexpr std::string_view names[] = {"baseline", "avx2", "avx512"};
  return names[static_cast<int>(s)];
}

}  // namespace seegrad
