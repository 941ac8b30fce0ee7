#include <autodiff/ops/reduction.hpp>

namespace seegrad {

auto extreme_shares(const array& x, const array& y_kept, const dims& axes) -> array {
  // NaN equals nothing; where one won, those that are NaN share.
  const auto is_extreme = ((x == y_kept) | (isnan(x) & isnan(y_kept))).cast(x.is_floating() ? x.type() : float64);
  return is_extreme / reduce(reduction::sum, is_extreme, axes, true, "max");
}

auto finite_or_zero(const array& x) -> array { return select(isfinite(x), x, 0.0); }

}  // namespace seegrad
