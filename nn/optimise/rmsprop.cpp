#include <cmath>
#include <nn/optimise/kernel.hpp>
#include <nn/optimise/rmsprop.hpp>

namespace seegrad::nn {
namespace {

template <class T>
struct settings {
  detail::incoming<T> in;
  T lr, alpha, rest, eps, momentum;
};

// A mean or buffer that is not in use is not touched.
template <bool centered, bool momentum, class T>
auto advance(index_t n, const T* __restrict p, const T* __restrict g, T* __restrict out, T* __restrict v, T* __restrict b,
             T* __restrict mean, settings<T> k) -> void {
  for (index_t i = 0; i < n; ++i) {
    const T x = k.in(g[i], p[i]);
    T square = k.alpha * v[i] + k.rest * (x * x);
    v[i] = square;
    if constexpr (centered) {
      const T m = k.alpha * mean[i] + k.rest * x;
      mean[i] = m;
      square -= m * m;
    }
    T d = x / (std::sqrt(square) + k.eps);
    if constexpr (momentum) b[i] = d = k.momentum * b[i] + d;
    out[i] = p[i] - k.lr * d;
  }
}

}  // namespace

rmsprop::rmsprop(const rmsprop_options& o) : first_order(o, "rmsprop", {"square_avg", "momentum_buffer", "grad_avg"}, 1) {
  check_options();
}

auto rmsprop::check_options() const -> void {
  require_not_negative({{"lr", options.lr},
                        {"alpha", options.alpha},
                        {"eps", options.eps},
                        {"weight_decay", options.weight_decay},
                        {"momentum", options.momentum}});
}

auto rmsprop::update(slot& s, const array& p, const array& g, const clipping& clip) const -> array {
  const auto o = options_of(s);
  auto &square = s.tensors[0], &buffer = s.tensors[1], &mean = s.tensors[2];
  detail::ready(square, p);
  if (o.momentum > 0) detail::ready(buffer, p);
  if (o.centered) detail::ready(mean, p);
  return detail::new_numbers(p, [&]<class T>(T, T* out) {
    const settings<T> k{{clip, o.maximize, o.weight_decay}, static_cast<T>(o.lr),  static_cast<T>(o.alpha),
                        static_cast<T>(1 - o.alpha),        static_cast<T>(o.eps), static_cast<T>(o.momentum)};
    const T *x = p.data<T>(), *d = g.data<T>();
    T* v = square.writable<T>().data();
    T* b = o.momentum > 0 ? buffer.writable<T>().data() : v;  // any address: it is not used
    T* m = o.centered ? mean.writable<T>().data() : v;
    detail::each_piece(p.size(), x, out, [=](index_t i, index_t n, const T* old) {
      const auto go = [=]<bool centered, bool momentum>() {
        advance<centered, momentum>(n, old, d + i, out + i, v + i, b + i, m + i, k);
      };
      if (o.centered && o.momentum > 0) go.template operator()<true, true>();
      else if (o.centered) go.template operator()<true, false>();
      else if (o.momentum > 0) go.template operator()<false, true>();
      else go.template operator()<false, false>();
    });
  });
}

}  // namespace seegrad::nn
