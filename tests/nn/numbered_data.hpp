#pragma once
// Data whose samples can be told by their numbers.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <nn/data/dataset.hpp>
#include <vector>

using namespace seegrad;

// Sample i is {i, 10 i}, and its target i.
inline auto numbered(index_t n) -> nn::dataset {
  std::vector<double> x;
  for (index_t i = 0; i < n; ++i) x.push_back(static_cast<double>(i)), x.push_back(10.0 * static_cast<double>(i));
  return {array(x, {n, 2}), arange(static_cast<double>(n), int64)};
}

inline auto belong_together(const nn::dataset& d) -> bool {
  bool all = d.inputs.extent(0) == d.targets.extent(0);
  for (index_t i = 0; all && i < d.size(); ++i)
    all = d.inputs.at(i, 0) == d.targets.at(i) && d.inputs.at(i, 1) == 10 * d.targets.at(i);
  return all;
}

using passes = std::vector<nn::dataset>;
inline auto order_of(const passes& p) -> std::vector<std::int64_t> {
  std::vector<std::int64_t> out;
  for (const auto& b : p)
    for (const auto t : b.targets.to_vector<std::int64_t>()) out.push_back(t);
  return out;
}

inline auto sorted(std::vector<std::int64_t> x) -> std::vector<std::int64_t> {
  std::sort(x.begin(), x.end());
  return x;
}
inline auto counted(std::int64_t n) -> std::vector<std::int64_t> {
  return arange(static_cast<double>(n), int64).to_vector<std::int64_t>();
}
