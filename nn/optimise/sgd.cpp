#include <nn/optimise/kernel.hpp>
#include <nn/optimise/sgd.hpp>

namespace seegrad::nn {
namespace {

template <class T>
auto plain(index_t n, const T* __restrict p, const T* __restrict g, T* __restrict out, detail::incoming<T> in, T lr) -> void {
  for (index_t i = 0; i < n; ++i) out[i] = p[i] - lr * in(g[i], p[i]);
}

template <bool nesterov, class T>
auto with_momentum(index_t n, const T* __restrict p, const T* __restrict g, T* __restrict out, T* __restrict b,
                   detail::incoming<T> in, T lr, T momentum, T take) -> void {
  for (index_t i = 0; i < n; ++i) {
    const T x = in(g[i], p[i]), next = momentum * b[i] + take * x;
    b[i] = next;
    out[i] = p[i] - lr * (nesterov ? x + momentum * next : next);
  }
}

}  // namespace

sgd::sgd(const sgd_options& o) : first_order(o, "sgd", {"momentum_buffer"}, 0) { check_options(); }

auto sgd::check_options() const -> void {
  constexpr auto any = std::numeric_limits<double>::infinity();
  require_not_negative({{"lr", options.lr}, {"momentum", options.momentum}, {"weight_decay", options.weight_decay}});
  require_in(options.dampening, -any, any, "dampening");
  if (options.nesterov && (options.momentum == 0 || options.dampening != 0))
    throw error("sgd: Nesterov's momentum needs momentum above 0 and no dampening");
}

auto sgd::update(slot& s, const array& p, const array& g, const clipping& clip) const -> array {
  const auto o = options_of(s);
  auto& buffer = s.tensors[0];
  const bool first = buffer.is_null();  // The first gradient enters whole, whatever the dampening.
  if (o.momentum != 0) detail::ready(buffer, p);
  return detail::new_numbers(p, [&]<class T>(T, T* out) {
    const detail::incoming<T> in(clip, o.maximize, o.weight_decay);
    const T lr = static_cast<T>(o.lr), momentum = static_cast<T>(o.momentum), take = static_cast<T>(first ? 1 : 1 - o.dampening);
    const T *x = p.data<T>(), *d = g.data<T>();
    T* b = o.momentum != 0 ? buffer.writable<T>().data() : nullptr;
    detail::each_piece(p.size(), x, out, [=](index_t i, index_t n, const T* old) {
      if (!b) plain(n, old, d + i, out + i, in, lr);
      else if (o.nesterov) with_momentum<true>(n, old, d + i, out + i, b + i, in, lr, momentum, take);
      else with_momentum<false>(n, old, d + i, out + i, b + i, in, lr, momentum, take);
    });
  });
}

}  // namespace seegrad::nn
