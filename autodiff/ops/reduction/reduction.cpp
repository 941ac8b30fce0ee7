#include <autodiff/ops/reduction/reduction.hpp>

namespace seegrad {

auto logsumexp_op::value(const parameters& p, std::span<const array> given) -> array {
  const auto x = given[0].cast(floating(given[0].type()));
  const auto over = p.over.of(x.rank(), name);
  const auto highest = reduce(reduction::max, x, over, true, name);
  const auto shift = where(isfinite(highest), highest, 0.0);
  const auto y = log(sum(exp(x - shift), p.over, keep::axes)) + shift;
  return p.kept == keep::axes ? y : reshape(y, reduced_shape(x.shape(), over, false));
}

}  // namespace seegrad
