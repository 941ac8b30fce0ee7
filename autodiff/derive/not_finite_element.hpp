#pragma once
// The first element of an array that is not finite, and what stands at its place in others; parts of not_finite.cpp.

#include <algorithm>
#include <autodiff/graph/graph.hpp>
#include <cmath>
#include <fmt/format.h>
#include <string>

namespace seegrad::detail {

struct found {
  index_t count = 0;
  dims index;
  double number = 0;
  bool has_nan = false;
  explicit operator bool() const { return count > 0; }
};

inline auto look(double x) -> found { return {std::isfinite(x) ? 0 : 1, {}, x, std::isnan(x)}; }

inline auto look(const array& x) -> found {
  found f;
  if (!x.is_floating()) return f;
  const auto c = x.contiguous();
  index_t first = -1;
  with_floating(c.type(), [&]<class T>(T) {
    const auto v = c.elements<T>();
    for (index_t i = 0; i < c.size(); ++i) {
      if (std::isfinite(v[static_cast<std::size_t>(i)])) continue;
      if (f.count++ == 0) first = i, f.number = v[static_cast<std::size_t>(i)];
      f.has_nan |= std::isnan(v[static_cast<std::size_t>(i)]);
    }
  });
  if (first < 0) return f;
  f.index = x.shape();
  for (int axis = x.rank() - 1; axis >= 0; --axis) f.index[axis] = first % x.shape()[axis], first /= x.shape()[axis];
  return f;
}

inline auto look(const graph& g, node_id k) -> found {
  return g.is_tensor(k) ? look(g.tensor_node_at(k).value) : look(g.value(k));
}

// The element of `x` that broadcasting brings to `index`.
inline auto element_at(const array& x, const dims& index) -> double {
  dims at = x.shape();
  for (int i = 0; i < at.size(); ++i) {
    const int from_end = at.size() - i;
    at[i] = at[i] == 1 ? 0 : index[index.size() - from_end];
  }
  return x.get(at);
}

inline auto range_text(const array& x) -> std::string {
  if (x.size() == 0) return "empty";
  const auto v = x.to_vector<double>();
  const auto [low, high] = std::minmax_element(v.begin(), v.end());
  return *low == *high ? fmt::format("{:.6g}", *low) : fmt::format("{:.6g} to {:.6g}", *low, *high);
}

}  // namespace seegrad::detail
