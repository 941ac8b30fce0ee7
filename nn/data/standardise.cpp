#include <nn/data/standardise.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::nn {
namespace {

auto require_fit(const standardise& s, const array& x) -> void {
  const auto& m = s.mean.shape();
  bool fits = x.rank() == m.size();
  for (int i = 0; fits && i < m.size(); ++i) fits = m[i] == 1 || m[i] == x.shape()[i];
  if (!fits)
    throw error(fmt::format("standardise: {} numbers, and the mean of the data that it was fitted to is {}", to_string(x.shape()),
                            to_string(m)));
}

}  // namespace

auto standardise::fit(const array& x, const dims& axes) -> standardise {
  if (!x.is_floating() || x.size() == 0)
    throw error(fmt::format("standardise: {} of {}: floating-point numbers are wanted, one or more; cast() converts",
                            to_string(x.shape()), name_of(x.type())));
  const auto all = x.to_vector<double>();
  const auto bad = std::count_if(all.begin(), all.end(), [](double v) { return !std::isfinite(v); });
  if (bad > 0)
    throw error(fmt::format("standardise: {} of the {} numbers are not finite; replace or leave out missing values first", bad,
                            all.size()));
  // In float64, since the squares of large float32 numbers lose what the deviation is made of.
  const array wide = x.cast(float64);
  const auto over = axes.empty() ? seegrad::axes() : seegrad::axes(axes);
  const auto m = seegrad::mean(wide, over, keep_axes);
  // Rounding gives a constant feature a deviation that is small, but not 0; its extremes tell. And one that is not 0 may round to it.
  const auto constant = max(wide, over, keep_axes) == min(wide, over, keep_axes);
  const auto s = where(constant, array(1.0), stddev(wide, over, keep_axes, 0)).cast(x.type());
  return {m.cast(x.type()), where(s == 0, ones_like(s), s)};
}

auto standardise::operator()(const array& x) const -> array {
  require_fit(*this, x);
  return (x - mean) / deviation;
}

auto standardise::inverse(const array& z) const -> array {
  require_fit(*this, z);
  return z * deviation + mean;
}

}  // namespace seegrad::nn
