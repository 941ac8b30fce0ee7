#include <autodiff/ops/reduction/reduction.hpp>

namespace seegrad {
namespace {

// Of all elements, which are not too many for one thread.
auto sums_all(const detail::prepared_for& f) -> bool {
  return elements(f.y.shape) == 1 && is_floating(f.y.type) && f.x[0].type == f.y.type && !f.x[0].is_number && !f.y.is_number &&
         elements(f.x[0].shape) > 0 && f.x[0].is_contiguous();
}

}  // namespace

auto sum_op::prepare(const parameters&, const detail::prepared_for& f) -> detail::prepared {
  if (!sums_all(f)) return {};
  return detail::with_floating(f.y.type, [&]<class T>(T) -> detail::prepared {
    return [n = elements(f.x[0].shape)](void* to, const void* const* x, index_t) {
      *static_cast<T*>(to) = detail::sum_of(static_cast<const T*>(x[0]), n);
    };
  });
}

auto sum_op::prepare_vjp(const parameters&, int, const detail::prepared_for& f, bool add) -> detail::prepared {
  if (!sums_all(f)) return {};
  return detail::with_floating(f.y.type, [&]<class T>(T) -> detail::prepared {
    return [n = elements(f.x[0].shape), add](void* to, const void* const* x, index_t) {
      auto* out = static_cast<T*>(to);
      const T g = *static_cast<const T*>(x[2]);
      if (add)
        for (index_t k = 0; k < n; ++k) out[k] += g;
      else std::fill_n(out, n, g);
    };
  });
}

auto logsumexp_op::value(const parameters& p, std::span<const array> given) -> array {
  const auto x = given[0].cast(floating(given[0].type()));
  const auto over = p.over.of(x.rank(), name);
  const auto highest = reduce(reduction::max, x, over, true, name);
  const auto shift = where(isfinite(highest), highest, 0.0);
  const auto y = log(sum(exp(x - shift), p.over, keep::axes)) + shift;
  return p.kept == keep::axes ? y : reshape(y, detail::reduced_shape(x.shape(), over, false));
}

}  // namespace seegrad
