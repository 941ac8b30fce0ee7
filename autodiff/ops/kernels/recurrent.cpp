#include <autodiff/ops/kernels/batch_part.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <autodiff/ops/pointwise/activation.hpp>

namespace seegrad {
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

// adjoint += g * slope for what `slopes` names: add(k, slope) of gate k, or of the state if the row of adjoints is one of states.
template <class T, class Slopes>
[[gnu::always_inline]] inline auto backward(int which, const T* gates, const T* c, const T* g, T* adjoint, index_t n,
                                            index_t rows, Slopes slopes) -> void {
  const auto out_row = which == 0 ? 4 * n : n;
  for (; rows > 0; --rows, gates += 4 * n, c += n, g += n, adjoint += out_row)
    for (index_t j = 0; j < n; j += batch<T>::size) {
      const auto left = n - j;
      const auto by = load_part(g + j, left);
      slopes(cell_batches<T>{gates + j, c + j, n, left}, [=](index_t k, batch<T> slope) {
        const auto contribution = select(by == batch<T>(0), batch<T>(0), by * slope);
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
    const auto f = sigmoid(at.gate(1));
    if (which == 1) return add(0, f);
    const auto i = sigmoid(at.gate(0)), m = tanh(at.gate(2)), s = at.state();
    add(0, m * i * (1 - i)), add(1, s * f * (1 - f)), add(2, i * (1 - m * m));
  });
}

template <instruction_set S, class T>
auto lstm_loops<S, T>::output_vjp(int which, const T* gates, const T* c, const T* g, T* adjoint, index_t n, index_t rows)
    -> void {
  backward(which, gates, c, g, adjoint, n, rows, [which](const auto& at, auto add) {
    const auto o = sigmoid(at.gate(3)), m = tanh(at.state());
    if (which == 1) add(0, o * (1 - m * m));
    else add(3, m * o * (1 - o));
  });
}

template struct lstm_loops<compiled_set, float>;
template struct lstm_loops<compiled_set, double>;

}  // namespace seegrad
