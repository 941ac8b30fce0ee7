#include <autodiff/ops/recurrent.hpp>

#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/lane_part.hpp>
#include <autodiff/ops/structural_list.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

constexpr index_t grain = 1 << 12;  // numbers of a state

// The gates and the state at one place of all rows: f(a, c, out, columns left), a[k] being gate k.
template <class T, class F>
auto each_cell(const array& gates, const array& c, index_t out_row, void* out, F f) -> void {
  using L = lane<T>;
  const auto n = c.shape().back(), rows = n == 0 ? 0 : c.size() / n;
  parallel_for(rows, std::max<index_t>(1, grain / std::max<index_t>(n, 1)), [&](index_t begin, index_t end) {
    for (auto r = begin; r < end; ++r) {
      const T* a = static_cast<const T*>(gates.raw()) + r * 4 * n;
      const T* s = static_cast<const T*>(c.raw()) + r * n;
      T* to = static_cast<T*>(out) + r * out_row;
      for (index_t j = 0; j < n; j += L::size) f(r * n + j, a + j, s + j, to + j, n - j);
    }
  });
}

struct prepared {
  dtype type;
  array gates, c;
  prepared(const array& a, const array& s, std::string_view who) {
    check_lstm(a.shape(), s.shape(), who);
    type = a.type() == float32 && s.type() == float32 ? float32 : float64;
    gates = a.cast(type).contiguous(), c = s.cast(type).contiguous();
  }
};

// What a cell does to a lane of each of its gates and of its state.
template <class Cell>
auto forward(const array& a, const array& s, std::string_view who, Cell cell) -> array {
  const prepared x(a, s, who);
  auto y = array::uninitialized(x.type, x.c.shape());
  with_floating(x.type, [&]<class T>(T) {
    const auto n = x.c.shape().back();
    each_cell<T>(x.gates, x.c, n, y.raw(), [=](index_t, const T* gate, const T* c, T* out, index_t left) {
      const auto at = [=](index_t k) { return load_part(gate + k * n, left); };
      store_part(cell(at, load_part(c, left)), out, left);
    });
  });
  return y;
}

// adjoint += g * slope for the lanes that `slopes` names: add(k, slope) of gate k, or of the state if i is 1. Nothing comes from a
// cotangent of 0, whatever the slope.
template <class Slopes>
auto backward(int i, const array& a, const array& s, const array& cotangent, array& adjoint, Slopes slopes) -> void {
  const prepared x(a, s, "lstm");
  const auto g = cotangent.cast(x.type).contiguous();
  const auto type = adjoint.type();  // that of the operand, which may be narrower than that of the result
  if (type != x.type || !adjoint.is_writable_in_place()) adjoint = adjoint.cast(x.type).copy();
  with_floating(x.type, [&]<class T>(T) {
    const auto n = x.c.shape().back();
    const auto* from = static_cast<const T*>(g.raw());
    each_cell<T>(x.gates, x.c, i == 0 ? 4 * n : n, adjoint.raw(),
                 [=](index_t j, const T* gate, const T* c, T* out, index_t left) {
                   const auto by = load_part(from + j, left);
                   const auto at = [=](index_t k) { return load_part(gate + k * n, left); };
                   slopes(at, load_part(c, left), [=](index_t k, lane<T> slope) {
                     const auto pulled = pick(by == lane<T>(0), lane<T>(0), by * slope);
                     store_part(load_part(out + k * n, left) + pulled, out + k * n, left);
                   });
                 });
  });
  adjoint = adjoint.cast(type);
}

}  // namespace

auto check_lstm(const dims& gates, const dims& c, std::string_view who) -> void {
  auto wanted = c;
  if (!c.empty()) wanted[c.size() - 1] *= 4;
  if (c.empty() || gates != wanted)
    throw error(fmt::format("{}: gates {} and a state {}: gates are four times as wide as the state, and otherwise alike", who,
                            to_string(gates), to_string(c)));
}

auto lstm_state_of(const array& gates, const array& c) -> array {
  return forward(gates, c, "lstm_state",
                 [](auto gate, auto s) { return sigmoid(gate(1)) * s + sigmoid(gate(0)) * tanh(gate(2)); });
}

auto lstm_output_of(const array& gates, const array& c) -> array {
  return forward(gates, c, "lstm_output", [](auto gate, auto s) { return sigmoid(gate(3)) * tanh(s); });
}

auto lstm_state_pull(int which, const array& gates, const array& c, const array& g, array& adjoint) -> void {
  backward(which, gates, c, g, adjoint, [which](auto gate, auto s, auto add) {
    const auto f = sigmoid(gate(1));
    if (which == 1) return add(0, f);
    const auto i = sigmoid(gate(0)), m = tanh(gate(2));
    add(0, m * i * (1 - i)), add(1, s * f * (1 - f)), add(2, i * (1 - m * m));
  });
}

auto lstm_output_pull(int which, const array& gates, const array& c, const array& g, array& adjoint) -> void {
  backward(which, gates, c, g, adjoint, [which](auto gate, auto s, auto add) {
    const auto o = sigmoid(gate(3)), m = tanh(s);
    if (which == 1) add(0, o * (1 - m * m));
    else add(3, m * o * (1 - o));
  });
}

}  // namespace seegrad
