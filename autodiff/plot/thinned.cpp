#include <autodiff/plot/thinned.hpp>

#include <algorithm>
#include <cmath>

namespace seegrad::detail::plotting {
namespace {

constexpr std::size_t most_points = 5000, stretches = 2500;

}  // namespace

auto thinned_line(const std::vector<double>& x, const std::vector<double>& y) -> xy {
  xy out;
  const auto keep = [&](std::size_t k) {
    out.numbers.push_back(x[k]), out.numbers.push_back(y[k]);
    out.any = out.any || (std::isfinite(x[k]) && std::isfinite(y[k]));
  };
  const std::size_t n = x.size();
  if (n <= most_points) {
    for (std::size_t k = 0; k < n; ++k) keep(k);
    return out;
  }
  keep(0);
  for (std::size_t s = 0; s < stretches; ++s) {
    const std::size_t begin = 1 + (n - 2) * s / stretches, end = 1 + (n - 2) * (s + 1) / stretches;
    std::size_t low = n, high = n;
    for (std::size_t k = begin; k < end; ++k) {
      if (!std::isfinite(y[k])) continue;
      if (low == n || y[k] < y[low]) low = k;
      if (high == n || y[k] > y[high]) high = k;
    }
    if (low == n) keep(begin);
    else keep(std::min(low, high));
    if (low != high) keep(std::max(low, high));
  }
  keep(n - 1);
  return out;
}

auto without_neighbours(const std::vector<double>& numbers) -> std::vector<double> {
  std::vector<double> single;
  const auto there = [&](std::size_t k) {
    return k < numbers.size() && std::isfinite(numbers[k]) && std::isfinite(numbers[k + 1]);
  };
  for (std::size_t k = 0; k < numbers.size(); k += 2) {
    if (there(k) && !there(k - 2) && !there(k + 2)) single.push_back(numbers[k]), single.push_back(numbers[k + 1]);
  }
  return single;
}

auto thinned_points(const std::vector<double>& x, const std::vector<double>& y) -> xy {
  xy out;
  const std::size_t step = (x.size() + most_points - 1) / most_points;
  for (std::size_t k = 0; k < x.size(); k += step) {
    if (!std::isfinite(x[k]) || !std::isfinite(y[k])) continue;
    out.numbers.push_back(x[k]), out.numbers.push_back(y[k]), out.any = true;
  }
  return out;
}

}  // namespace seegrad::detail::plotting
