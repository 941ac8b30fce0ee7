#include <cmath>
#include <nn/optimise/adam.hpp>
#include <nn/optimise/kernel.hpp>

namespace seegrad::nn {
namespace {

template <class T>
struct settings {
  detail::incoming<T> in;
  T keep;  // of p itself, for AdamW
  T beta1, rest1, beta2, rest2, unroot, eps, lr;
};

template <bool amsgrad, class T>
auto advance(index_t n, const T* __restrict p, const T* __restrict g, T* __restrict out, T* __restrict m, T* __restrict v,
             T* __restrict largest, settings<T> k) -> void {
  for (index_t i = 0; i < n; ++i) {
    const T x = k.in(g[i], p[i]);
    const T mean = k.beta1 * m[i] + k.rest1 * x;
    T square = k.beta2 * v[i] + k.rest2 * (x * x);
    m[i] = mean, v[i] = square;
    if constexpr (amsgrad) largest[i] = square = square < largest[i] ? largest[i] : square;
    out[i] = p[i] * k.keep - k.lr * mean / (std::sqrt(square) * k.unroot + k.eps);
  }
}

template <class Options>
auto adam_step(const Options& o, bool decoupled, std::int64_t steps, std::array<array, 3>& tensors, const array& p,
               const array& g, const clipping& clip) -> array {
  auto &mean = tensors[0], &square = tensors[1], &largest = tensors[2];
  detail::ready(mean, p), detail::ready(square, p);
  if (o.amsgrad) detail::ready(largest, p);
  const auto t = static_cast<double>(steps);
  const double unbias1 = 1 - std::pow(o.betas[0], t), unbias2 = 1 - std::pow(o.betas[1], t);
  return detail::new_numbers(p, [&]<class T>(T, T* out) {
    const settings<T> k{.in = {clip, o.maximize, decoupled ? 0 : o.weight_decay},
                        .keep = static_cast<T>(decoupled ? 1 - o.lr * o.weight_decay : 1),
                        .beta1 = static_cast<T>(o.betas[0]),
                        .rest1 = static_cast<T>(1 - o.betas[0]),
                        .beta2 = static_cast<T>(o.betas[1]),
                        .rest2 = static_cast<T>(1 - o.betas[1]),
                        .unroot = static_cast<T>(1 / std::sqrt(unbias2)),
                        .eps = static_cast<T>(o.eps),
                        .lr = static_cast<T>(o.lr / unbias1)};
    const T *x = p.data<T>(), *d = g.data<T>();
    T *m = mean.writable<T>().data(), *v = square.writable<T>().data();
    const bool amsgrad = o.amsgrad;
    T* top = amsgrad ? largest.writable<T>().data() : v;  // any address: it is not used
    detail::each_piece(p.size(), x, out, [=](index_t i, index_t n, const T* old) {
      if (amsgrad) advance<true>(n, old, d + i, out + i, m + i, v + i, top + i, k);
      else advance<false>(n, old, d + i, out + i, m + i, v + i, top + i, k);
    });
  });
}

}  // namespace

adam::adam(const adam_options& o) : first_order(o, "adam", {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"}, 2) { check_options(); }
adamw::adamw(const adamw_options& o) : first_order(o, "adamw", {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"}, 2) {
  check_options();
}

auto adam::check_options() const -> void {
  require_not_negative({{"lr", options.lr}, {"eps", options.eps}, {"weight_decay", options.weight_decay}});
  require_in(options.betas[0], 0, 1, "betas[0]"), require_in(options.betas[1], 0, 1, "betas[1]");
}
auto adamw::check_options() const -> void {
  require_not_negative({{"lr", options.lr}, {"eps", options.eps}, {"weight_decay", options.weight_decay}});
  require_in(options.betas[0], 0, 1, "betas[0]"), require_in(options.betas[1], 0, 1, "betas[1]");
}

auto adam::update(slot& s, const array& p, const array& g, const clipping& clip) const -> array {
  return adam_step(options_of(s), false, s.steps, s.tensors, p, g, clip);
}
auto adamw::update(slot& s, const array& p, const array& g, const clipping& clip) const -> array {
  return adam_step(options_of(s), true, s.steps, s.tensors, p, g, clip);
}

}  // namespace seegrad::nn
