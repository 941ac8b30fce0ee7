#include <nn/optimise/kernel.hpp>
#include <nn/optimise/lion.hpp>

namespace seegrad::nn {
namespace {

template <class T>
struct settings {
  detail::incoming<T> in;
  T beta1, rest1, beta2, rest2, keep, lr;
};

template <class T>
auto advance(index_t n, const T* __restrict p, const T* __restrict g, T* __restrict out, T* __restrict m, settings<T> k) -> void {
  for (index_t i = 0; i < n; ++i) {
    const T x = k.in(g[i], p[i]), c = k.beta1 * m[i] + k.rest1 * x;
    const T sign = c > 0 ? T(1) : c < 0 ? T(-1) : c;  // 0 and NaN stay
    m[i] = k.beta2 * m[i] + k.rest2 * x;
    out[i] = p[i] * k.keep - k.lr * sign;
  }
}

}  // namespace

lion::lion(const lion_options& o) : first_order(o, "lion", {"exp_avg"}, 1) { check_options(); }

auto lion::check_options() const -> void {
  require_not_negative({{"lr", options.lr}, {"weight_decay", options.weight_decay}});
  require_in(options.betas[0], 0, 1, "betas[0]"), require_in(options.betas[1], 0, 1, "betas[1]");
}

auto lion::update(slot& s, const array& p, const array& g, const clipping& clip) const -> array {
  const auto o = options_of(s);
  auto& mean = s.tensors[0];
  detail::ready(mean, p);
  return detail::new_numbers(p, [&]<class T>(T, T* out) {
    const settings<T> k{.in = {clip, o.maximize, 0},
                        .beta1 = static_cast<T>(o.betas[0]),
                        .rest1 = static_cast<T>(1 - o.betas[0]),
                        .beta2 = static_cast<T>(o.betas[1]),
                        .rest2 = static_cast<T>(1 - o.betas[1]),
                        .keep = static_cast<T>(1 - o.lr * o.weight_decay),
                        .lr = static_cast<T>(o.lr)};
    const T *x = p.data<T>(), *d = g.data<T>();
    T* m = mean.writable<T>().data();
    detail::each_piece(p.size(), x, out, [=](index_t i, index_t n, const T* old) { advance(n, old, d + i, out + i, m + i, k); });
  });
}

}  // namespace seegrad::nn
