#pragma once
// Whole numbers that settings can be, as far out as there are any.

#include <autodiff/array/dims.hpp>
#include <autodiff/array/error.hpp>
#include <doctest/doctest.h>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

constexpr seegrad::index_t most = std::numeric_limits<seegrad::index_t>::max(),
                           least = std::numeric_limits<seegrad::index_t>::min(), huge = seegrad::index_t{1} << 62;
constexpr seegrad::index_t extremes[] = {most, most - 1, huge, huge + 3, seegrad::index_t{1} << 61, -huge, least + 1, least};

/// Each of the calls throws seegrad::error for each of them.
inline auto refused(const std::vector<std::pair<std::string, std::function<void(seegrad::index_t)>>>& calls) -> void {
  for (const auto& [name, f] : calls)
    for (const auto n : extremes) {
      const auto setting = name;
      CAPTURE(setting);
      CAPTURE(n);
      CHECK_THROWS_AS(f(n), seegrad::error);
    }
}
