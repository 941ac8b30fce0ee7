#include <autodiff/ops/reduction.hpp>

#include <autodiff/array/copy.hpp>

namespace seegrad {

auto identity_mask(index_t n) -> array {
  auto m = array::uninitialized(boolean, {n, n});
  fill_elements(m, 0);
  for (index_t i = 0; i < n; ++i) m.set(1, i, i);
  return m;
}

auto extreme_shares(const array& x, const array& y_kept, const dims& axes) -> array {
  // NaN equals nothing; where one won, those that are NaN share.
  const auto is_extreme = ((x == y_kept) | (isnan(x) & isnan(y_kept))).cast(x.is_floating() ? x.type() : float64);
  return is_extreme / reduce(reduction::sum, is_extreme, axes, true, "max");
}

auto finite_or_zero(const array& x) -> array { return select(isfinite(x), x, 0.0); }

}  // namespace seegrad
