#include <autodiff/ops/linear_algebra/linear.hpp>

#include <autodiff/array/copy.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/ops/linear_algebra/packed_product.hpp>
#include <cstring>
#include <fmt/format.h>

namespace seegrad {

namespace detail {
auto check_linear(const dims& x, const dims& w) -> void {
  const auto head = [&] { return fmt::format("linear: {} through weights {}: ", to_string(x), to_string(w)); };
  if (w.size() != 2) throw error(head() + "weights are [out, in]");
  if (x.empty() || x.back() != w[1])
    throw error(fmt::format("{}rows of x want {} numbers{}", head(), w[1],
                            !x.empty() && x.back() == w[0] ? "; weights are [out, in], are these transposed?" : ""));
}

auto linear_shape(std::span<const array> x) -> dims {
  check_linear(x[0].shape(), x[1].shape());
  auto shape = x[0].shape();
  shape[shape.size() - 1] = x[1].shape()[0];
  if (!repeats_to(x[2].shape(), shape))
    throw error(
        fmt::format("linear: {} through weights {} and a bias {}: the bias wants the shape [{}], or that of the result, {}",
                    to_string(x[0].shape()), to_string(x[1].shape()), to_string(x[2].shape()), shape.back(), to_string(shape)));
  return shape;
}
}  // namespace detail

auto linear_op::value(const parameters& p, std::span<const array> x) -> array {
  auto y = array::uninitialized(narrowest(x), detail::linear_shape(x));
  return value_into(p, x, y), y;
}

auto linear_op::value_into(const parameters&, std::span<const array> x, array& y) -> void {
  // The product is added to y in y's type, so that all three must have it.
  const auto type = y.type();
  detail::copy_elements(y, x[2]);
  if (x[0].rank() == 2 && type == float32) detail::matrix_product(detail::factor{x[0]}, {x[1], true}, &y);
  else detail::matrix_product(x[0].cast(type), transpose(x[1]).cast(type), &y);
}

namespace {

// Writes the bias to each row of the result, where it is of a kind for which that is copying.
auto prepare_bias(const detail::prepared_for& f) -> detail::prepared {
  const auto& bias = f.x[2];
  if (bias.is_number || bias.type != f.y.type || !bias.is_contiguous() ||
      (bias.shape != dims{f.y.shape.back()} && bias.shape != f.y.shape))
    return {};
  const auto bytes = static_cast<std::size_t>(elements(bias.shape)) * size_of(bias.type);
  const auto times = bytes == 0 ? 0 : elements(f.y.shape) / elements(bias.shape);
  return [bytes, times](void* to, const void* const* x, index_t) {
    for (index_t i = 0; i < times; ++i) std::memcpy(static_cast<char*>(to) + static_cast<std::size_t>(i) * bytes, x[2], bytes);
  };
}

}  // namespace

auto linear_op::prepare(const parameters&, const detail::prepared_for& f) -> detail::prepared {
  const auto with_bias = [&](auto product) -> detail::prepared {
    return [b = prepare_bias(f), p = std::move(product)](void* to, const void* const* x, index_t n) {
      b(to, x, n);
      p(to, x);
    };
  };
  if (!prepare_bias(f) || f.x[0].type != f.y.type) return {};
  if (const auto* w = f.x[1].constant)
    if (const auto product = detail::packed_product::of(f.x[0], *w, true))
      return with_bias([p = *product](void* to, const void* const* x) { p(to, x[0], true); });
  const auto product = detail::small_product::of({f.x[0]}, {f.x[1], true});
  if (!product) return {};
  return with_bias([p = *product](void* to, const void* const* x) { p(to, x[0], x[1], true); });
}

namespace {

// Of one sample the bias gets the cotangent itself.
auto prepare_bias_vjp(const detail::prepared_for& f, bool add) -> detail::prepared {
  const auto n = f.y.shape.back();
  if (elements(f.y.shape) != n || f.x[2].shape != dims{n} || f.x[2].is_number || f.x[2].type != f.y.type) return {};
  return detail::with_floating(f.y.type, [&]<class T>(T) -> detail::prepared {
    return [n, add](void* to, const void* const* x, index_t) {
      auto* out = static_cast<T*>(to);
      const auto* g = static_cast<const T*>(x[4]);
      for (index_t k = 0; k < n; ++k) out[k] = add ? out[k] + g[k] : g[k];
    };
  });
}

}  // namespace

auto linear_op::prepare_vjp(const parameters&, int i, const detail::prepared_for& f, bool add) -> detail::prepared {
  if (i == 2) return prepare_bias_vjp(f, add);
  if (f.y.type != f.x[0].type || f.y.type != f.x[1].type) return {};
  const auto product = i == 0 ? detail::small_product::of({f.y}, {f.x[1]}) : detail::small_product::of({f.y, true}, {f.x[0]});
  if (!product) return {};
  return [p = *product, other = i == 0 ? 1 : 0, add](void* to, const void* const* x, index_t) { p(to, x[4], x[other], add); };
}

auto linear_op::matrix_vjp(int i, std::span<const array> x, const array& g) -> array {
  return i == 0 ? detail::matrix_product(detail::factor{g}, detail::factor{x[1]})
                : detail::matrix_product({g, true}, detail::factor{x[0]});
}

auto linear_op::vjp_into(const parameters& p, int i, std::span<const array> x, const array& y, const array& g, array& adjoint)
    -> void {
  const bool plain = x[0].rank() == 2 && adjoint.type() == g.type() && x[0].type() == g.type() && x[1].type() == g.type();
  if (!plain || i == 2) return detail::add_into(adjoint, vjp(p, i, x, y, g));
  if (i == 0) detail::matrix_product(detail::factor{g}, detail::factor{x[1]}, &adjoint);
  else detail::matrix_product({g, true}, detail::factor{x[0]}, &adjoint);
}

}  // namespace seegrad
