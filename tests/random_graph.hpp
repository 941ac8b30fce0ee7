#pragma once
// Random expressions over arrays, a function of a seed: 5 to 50 steps of pointwise, shape, reduction, product, indexing and scalar
// operations with broadcasting, on 2 to 4 inputs of random shapes.
//
//   const random_graph r(17);
//   const auto x = r.inputs();                          // the arrays it was made for, in float64
//   const auto y = r(std::span<const array>(x));        // the value, shape []
//   graph g;
//   auto t = r.recorded(x);                             // inputs of the graph, and the same value recorded
//   gradient(t.value, std::span<const tensor>(t.inputs));
//
// The same steps can be taken again on any other inputs of those shapes, in float32 or float64. Results stay between about -30 and 30,
// and are smooth but for relu, abs, max and min.

#include <autodiff/array/print.hpp>
#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <random>
#include <span>
#include <vector>

class random_graph {
 public:
  using array = seegrad::array;
  using tensor = seegrad::tensor;
  using dims = seegrad::dims;
  using index_t = seegrad::index_t;

  enum class kind { unary, binary, shape, reduction, row, product, take, gather, scatter, join, choice, number };
  struct step {
    kind what;
    std::size_t variant, a, b;  // operands are inputs and results of earlier steps, in that order
    index_t axis = 0, n = 0;
    dims order{};
    array index{};  // whole numbers, or a mask
  };

  explicit random_graph(std::uint64_t seed) : random_(seed) {
    std::vector<array> now;
    for (std::size_t i = 0, n = 2 + pick(3); i < n; ++i) {
      shapes_.push_back(some_shape());
      // Low-discrepancy numbers, which keep away from each other and from kinks.
      now.push_back(seegrad::sample_values(shapes_.back(), static_cast<unsigned>(seed % 1000 + i)) * 0.6);
    }
    inputs_ = now;
    const auto wanted = 5 + pick(46);
    for (int tries = 0; steps_.size() < wanted && tries < 1000; ++tries) try_step(now);
  }

  auto shapes() const -> const std::vector<dims>& { return shapes_; }
  auto steps() const -> const std::vector<step>& { return steps_; }
  auto inputs(seegrad::dtype type = seegrad::float64) const -> std::vector<array> {
    std::vector<array> out;
    for (const auto& x : inputs_) out.push_back(x.cast(type));
    return out;
  }

  /// The weighted mean of everything that no step has used, of shape [].
  template <seegrad::array_like X>
  auto operator()(std::span<const X> x) const -> X {
    std::vector<X> now(x.begin(), x.end());
    for (const auto& s : steps_) now.push_back(take_step(s, now));
    std::vector<bool> used(now.size());
    for (const auto& s : steps_) used[s.a] = true, used[s.b] = true;
    X sum = 0.0;
    for (std::size_t i = 0; i < now.size(); ++i)
      if (!used[i]) {
        const auto weights = seegrad::sample_values(now[i].shape(), static_cast<unsigned>(i)).cast(now[i].type());
        sum = sum + seegrad::mean(now[i] * X(weights));
      }
    return sum;
  }

  struct recording {
    std::vector<tensor> inputs;
    tensor value;
  };
  auto recorded(const std::vector<array>& x) const -> recording {
    recording r;
    for (const auto& a : x) r.inputs.push_back(seegrad::input(a));
    r.value = (*this)(std::span<const tensor>(r.inputs));
    return r;
  }

 private:
  auto pick(std::size_t n) -> std::size_t { return static_cast<std::size_t>(random_() % n); }
  auto some_shape() -> dims {
    dims d;
    for (std::size_t i = 0, rank = pick(4); i < rank; ++i) d.push(static_cast<index_t>(1 + pick(4)));
    return d;
  }

  auto try_step(std::vector<array>& now) -> void {
    step s{static_cast<kind>(pick(12)), pick(12), pick(now.size()), pick(now.size())};
    const auto& x = now[s.a];
    const int rank = x.rank();
    if (rank > 0) s.axis = static_cast<index_t>(pick(static_cast<std::size_t>(rank)));
    s.n = static_cast<index_t>(pick(3));
    for (int i = 0; i < rank; ++i) s.order.push(i);
    for (int i = rank; i-- > 1;) std::swap(s.order[i], s.order[static_cast<int>(pick(static_cast<std::size_t>(i) + 1))]);
    const bool needs_axis = s.what == kind::row || s.what == kind::take || s.what == kind::gather || s.what == kind::scatter ||
                            s.what == kind::join || s.what == kind::reduction || s.what == kind::shape;
    if (needs_axis && rank == 0) return;
    if (needs_axis) make_index(s, x);
    if (s.what == kind::choice) s.index = seegrad::sample_values(x.shape(), static_cast<unsigned>(pick(100))) > 0.0;
    try {
      auto y = take_step<array>(s, now);
      if (y.size() == 0 || y.size() > 200 || y.rank() > 5 || !seegrad::all(seegrad::isfinite(y)) || seegrad::any(abs(y) > 30.0))
        return;
      now.push_back(y);
      steps_.push_back(std::move(s));
    } catch (const seegrad::error&) {
      // These shapes do not fit.
    }
  }
  auto make_index(step& s, const array& x) -> void {
    const auto extent = static_cast<std::size_t>(x.extent(s.axis));
    const bool like_x = s.what == kind::gather || s.what == kind::scatter;
    const auto n = static_cast<std::size_t>(like_x ? x.size() : static_cast<index_t>(1 + pick(4)));
    std::vector<std::int64_t> list;
    for (std::size_t i = 0; i < n; ++i) list.push_back(static_cast<std::int64_t>(pick(extent)));
    s.index = like_x ? array(list, x.shape()) : array(list);
  }

  template <class X>
  static auto take_step(const step& s, const std::vector<X>& v) -> X {
    const X &a = v[s.a], &b = v[s.b];
    switch (s.what) {
      case kind::unary: return unary(s.variant, a);
      case kind::binary: return binary(s.variant % 8, a, b);
      case kind::shape: return shaped(s, a);
      case kind::reduction: return reduced(s, a);
      case kind::row:
        switch (s.variant % 4) {
          case 0: return seegrad::softmax(a, s.axis);
          case 1: return seegrad::log_softmax(a, s.axis);
          case 2: return seegrad::cumsum(a, s.axis) * 0.5;
          default: return seegrad::cumprod(tanh(a), s.axis);
        }
      case kind::product:
        switch (s.variant % 3) {
          case 0: return seegrad::matmul(a, b);
          case 1: return seegrad::matmul(a, seegrad::transpose(b)) * 0.3;
          default: return seegrad::matmul(seegrad::transpose(a), sin(a)) * 0.3;
        }
      case kind::take: return seegrad::take(a, s.index, s.axis);
      case kind::gather: return seegrad::gather(a, s.index, s.axis);
      case kind::scatter: return seegrad::scatter_add(a, s.index, cos(a), s.axis);
      case kind::join: return seegrad::concat(std::vector<X>{a, s.a == s.b ? sin(a) : b, a}, s.axis);
      case kind::choice: return seegrad::where(s.index, a, s.variant % 2 ? b : X(0.5) * a);
      default: return scaled(s, a, b);
    }
  }
  template <class X>
  static auto unary(std::size_t which, const X& a) -> X {
    switch (which) {
      case 0: return tanh(a);
      case 1: return sin(a);
      case 2: return cos(a) * 2.0;
      case 3: return sigmoid(a);
      case 4: return softplus(a);
      case 5: return exp(tanh(a));
      case 6: return log(1.0 + square(a));
      case 7: return sqrt(0.5 + square(a));
      case 8: return relu(a + 0.0137);
      case 9: return abs(a - 0.0213);
      case 10: return atan(a) * a;
      default: return gelu(a);
    }
  }
  template <class X>
  static auto binary(std::size_t which, const X& a, const X& b) -> X {
    switch (which) {
      case 0: return a + b;
      case 1: return a - 0.5 * b;
      case 2: return a * b;
      case 3: return a / (1.5 + square(b));
      case 4: return seegrad::maximum(a, b + 0.0171);
      case 5: return seegrad::minimum(a * 1.013, b);
      case 6: return atan2(a, 1.0 + square(b));
      default: return logaddexp(a, b);
    }
  }
  template <class X>
  static auto shaped(const step& s, const X& a) -> X {
    switch (s.variant % 10) {
      case 0: return seegrad::permute(a, s.order);
      case 1: return seegrad::reshape(a, {-1});
      case 2: return seegrad::slice(a, s.axis, s.n, a.extent(s.axis), 1 + s.n);
      case 3: return seegrad::flip(a, {s.axis});
      case 4: return seegrad::roll(a, s.n + 1, s.axis);
      case 5: return seegrad::tril(a, s.n - 1);
      case 6: return seegrad::unsqueeze(a, s.axis);
      case 7: return seegrad::expand(a, dims{s.n + 1} + a.shape());
      case 8: return seegrad::slice(a, s.axis, -1, -a.extent(s.axis) - 1, -1 - s.n);
      default: return a.rank() > 1 ? seegrad::diagonal(a, 0, s.order[0], s.order[1]) : seegrad::repeat(a, s.n + 1, s.axis);
    }
  }
  template <class X>
  static auto reduced(const step& s, const X& a) -> X {
    const auto kept = s.n == 0 ? seegrad::keep::axes : seegrad::keep::none;
    const auto over = s.n == 2 ? seegrad::axes() : seegrad::axes(s.axis);
    switch (s.variant % 8) {
      case 0: return seegrad::sum(a, over, kept);
      case 1: return seegrad::mean(a, over, kept);
      case 2: return seegrad::max(a, over, kept);
      case 3: return seegrad::min(a, over, kept);
      case 4: return seegrad::prod(tanh(a), over, kept);
      case 5: return seegrad::var(a, over, kept, 0);
      case 6: return seegrad::norm(a + 3.0, over, kept);
      default: return seegrad::logsumexp(a, over, kept);
    }
  }
  // By way of a scalar of the graph, with operations on scalars.
  template <class X>
  static auto scaled(const step& s, const X& a, const X& b) -> X {
    const auto m = seegrad::mean(b);
    if constexpr (std::same_as<X, tensor>) {
      const auto c = m.is_constant() ? seegrad::scalar(m.value().item()) : seegrad::item(m);
      return a * number(s.variant, c);
    } else {
      return a * array(number(s.variant, m.item()));
    }
  }
  template <class S>
  static auto number(std::size_t which, const S& c) -> S {
    using std::exp, std::sin, std::tanh;
    return which % 2 ? sin(c) * c + 0.5 : tanh(c) / (c * c + 1.0) - exp(-c * c);
  }

  std::mt19937_64 random_;
  std::vector<dims> shapes_;
  std::vector<array> inputs_;
  std::vector<step> steps_;
};
