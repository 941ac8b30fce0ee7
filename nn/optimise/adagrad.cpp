#include <cmath>
#include <nn/optimise/adagrad.hpp>
#include <nn/optimise/kernel.hpp>

namespace seegrad::nn {
namespace {

template <class T>
auto advance(index_t n, const T* __restrict p, const T* __restrict g, T* __restrict out, T* __restrict s, detail::incoming<T> in,
             T lr, T eps) -> void {
  for (index_t i = 0; i < n; ++i) {
    const T x = in(g[i], p[i]), sum = s[i] + x * x;
    s[i] = sum;
    out[i] = p[i] - lr * x / (std::sqrt(sum) + eps);
  }
}

}  // namespace

adagrad::adagrad(const adagrad_options& o) : first_order(o, "adagrad", {"sum"}, 1) { check_options(); }

auto adagrad::check_options() const -> void {
  require_not_negative({{"lr", options.lr},
                        {"lr_decay", options.lr_decay},
                        {"eps", options.eps},
                        {"weight_decay", options.weight_decay},
                        {"initial_accumulator_value", options.initial_accumulator_value}});
}

auto adagrad::update(slot& s, const array& p, const array& g, const clipping& clip) const -> array {
  const auto o = options_of(s);
  auto& sum = s.tensors[0];
  detail::ready(sum, p, o.initial_accumulator_value);
  return detail::new_numbers(p, [&]<class T>(T, T* out) {
    const detail::incoming<T> in(clip, o.maximize, o.weight_decay);
    const T lr = static_cast<T>(o.lr / (1 + static_cast<double>(s.steps - 1) * o.lr_decay)), eps = static_cast<T>(o.eps);
    const T *x = p.data<T>(), *d = g.data<T>();
    T* v = sum.writable<T>().data();
    detail::each_piece(p.size(), x, out,
                       [=](index_t i, index_t n, const T* old) { advance(n, old, d + i, out + i, v + i, in, lr, eps); });
  });
}

}  // namespace seegrad::nn
