#include <autodiff/ops/kernels/batch_part.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <autodiff/ops/pointwise/activation.hpp>

namespace seegrad::detail {
namespace {

// A batch of each of a row's gates and of its state at one place, of which the first `left` numbers count.
template <class T>
struct cell_batches {
  const T* gates;
  const T* c;
  index_t n, left;
  [[gnu::always_inline]] auto gate(index_t k) const -> batch<T> { return load_part(gates + k * n, left); }
  [[gnu::always_inline]] auto state() const -> batch<T> { return load_part(c, left); }
};

// y = cell(batches), all along the rows.
template <class T, class Cell>
[[gnu::always_inline]] inline auto forward(const T* gates, const T* c, T* y, index_t n, index_t rows, Cell cell) -> void {
  for (; rows > 0; --rows, gates += 4 * n, c += n, y += n)
    for (index_t j = 0; j < n; j += batch<T>::size) store_part(cell(cell_batches<T>{gates + j, c + j, n, n - j}), y + j, n - j);
}

// A gate and its slope, which from exp(-|x|) has all its digits where the gate is nearly 1, too.
template <class T>
struct sigmoid_and_slope {
  batch<T> value, slope;
  explicit sigmoid_and_slope(batch<T> x) : value(0), slope(0) {
    const auto e = exp(select(x >= 0, -x, x)), part = 1 / (1 + e);
    value = select(x >= 0, batch<T>(1), e) * part, slope = e * part * part;
  }
};

// adjoint += g * factor * slope, of which an exact 0 wins, for what `slopes` names: add(k, factor, slope) of gate k, or of the state if the
// row of adjoints is one of states.
template <class T, class Slopes>
[[gnu::always_inline]] inline auto backward(int which, const T* gates, const T* c, const T* g, T* adjoint, index_t n,
                                            index_t rows, Slopes slopes) -> void {
  const auto out_row = which == 0 ? 4 * n : n;
  for (; rows > 0; --rows, gates += 4 * n, c += n, g += n, adjoint += out_row)
    for (index_t j = 0; j < n; j += batch<T>::size) {
      const auto left = n - j;
      const auto by = load_part(g + j, left);
      slopes(cell_batches<T>{gates + j, c + j, n, left}, [=](index_t k, batch<T> factor, batch<T> slope) {
        const auto contribution = strong_mul(strong_mul(by, factor), slope);
        auto* to = adjoint + k * n + j;
        store_part(load_part(to, left) + contribution, to, left);
      });
    }
}

}  // namespace

template <instruction_set S, class T>
auto lstm_loops<S, T>::state(const T* gates, const T* c, T* y, index_t n, index_t rows) -> void {
  forward(gates, c, y, n, rows,
          [](const auto& at) { return sigmoid(at.gate(1)) * at.state() + sigmoid(at.gate(0)) * tanh(at.gate(2)); });
}

template <instruction_set S, class T>
auto lstm_loops<S, T>::output(const T* gates, const T* c, T* y, index_t n, index_t rows) -> void {
  forward(gates, c, y, n, rows, [](const auto& at) { return sigmoid(at.gate(3)) * tanh(at.state()); });
}

template <instruction_set S, class T>
auto lstm_loops<S, T>::state_vjp(int which, const T* gates, const T* c, const T* g, T* adjoint, index_t n, index_t rows) -> void {
  backward(which, gates, c, g, adjoint, n, rows, [which](const auto& at, auto add) {
    const sigmoid_and_slope<T> f(at.gate(1));
    if (which == 1) return add(0, f.value, batch<T>(1));
    const sigmoid_and_slope<T> i(at.gate(0));
    const auto x = at.gate(2), m = tanh(x);
    add(0, m, i.slope), add(1, at.state(), f.slope), add(2, i.value, tanh_op::d0(x, m));
  });
}

template <instruction_set S, class T>
auto lstm_loops<S, T>::output_vjp(int which, const T* gates, const T* c, const T* g, T* adjoint, index_t n, index_t rows)
    -> void {
  backward(which, gates, c, g, adjoint, n, rows, [which](const auto& at, auto add) {
    const sigmoid_and_slope<T> o(at.gate(3));
    const auto c = at.state(), m = tanh(c);
    if (which == 1) add(0, o.value, tanh_op::d0(c, m));
    else add(3, m, o.slope);
  });
}

template struct lstm_loops<compiled_set, float>;
template struct lstm_loops<compiled_set, double>;

}  // namespace seegrad::detail
