#pragma once
// The cell of a long short-term memory, as two operations, each one pass over its gates.
//
//   tensor gates = linear(h, W, from_x);       // [.., 4 n]: what goes into the gates i, f, g and o, one after the other
//   c = lstm_state(gates, c);                  // sigmoid(f) c + sigmoid(i) tanh(g)
//   h = lstm_output(gates, c);                 // sigmoid(o) tanh(c)
//
// Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of Gers, Schmidhuber and Cummins, 2000. Written
// with a dozen operations on slices a step takes twice as long, and most of the time goes into moving numbers. The sweep computes
// the gates again from what went into them, which costs less than keeping them.

#include <autodiff/ops/shape/slicing.hpp>

namespace seegrad {

namespace detail {
/// One of the four parts of [.., 4 n].
template <class T>
auto lstm_gate(const T& gates, index_t k) -> T {
  const auto n = gates.shape().back() / 4;
  return slice(gates, -1, k * n, (k + 1) * n);
}

/// Slopes of sigmoid(x) and of tanh(x), with all digits where these are nearly 1.
template <class T>
auto lstm_gate_slope(const T& x) -> T {
  return sigmoid(x) * sigmoid(-x);
}
template <class T>
auto lstm_tanh_slope(const T& x) -> T {
  return 4.0 * lstm_gate_slope(2.0 * x);
}

/// Throws unless the shapes are [.., 4 n] and [.., n].
auto check_lstm(const dims& gates, const dims& c, std::string_view who) -> void;

auto lstm_state_of(const array& gates, const array& c) -> array;
auto lstm_output_of(const array& gates, const array& c) -> array;
/// adjoint += what operand i gets of the cotangent g.
auto lstm_state_vjp(int i, const array& gates, const array& c, const array& g, array& adjoint) -> void;
auto lstm_output_vjp(int i, const array& gates, const array& c, const array& g, array& adjoint) -> void;
}  // namespace detail

struct lstm_state_op : structural<2> {
  static constexpr std::string_view name = "lstm_state", help = "sigmoid(f) * c + sigmoid(i) * tanh(g), of gates [i, f, g, o]";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::lstm_state_of(x[0], x[1]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::check_lstm(x[0].shape(), x[1].shape(), name), stand_in(x[1].shape(), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int i, std::span<const T> x, const T&, const T& g) -> T;
  static auto vjp_into(const parameters&, int i, std::span<const array> x, const array&, const array& g, array& adjoint) -> void {
    detail::lstm_state_vjp(i, x[0], x[1], g, adjoint);
  }
  static auto follows(const parameters&, int i, std::span<const array> x) -> dims {
    const int rank = x[1].rank();
    return leading_axes(rank, rank - 1 + i, 1 - i);  // A gate's numbers are not where those of the state are.
  }
  static auto samples() -> samples_t { return {{{}, {{2, 12}, {2, 3}}}, {{}, {{4}, {1}}}, {{}, {{2, 1, 80}, {2, 1, 20}}}}; }
  static auto wrong() -> samples_t { return {{{}, {{2, 12}, {2, 4}}}, {{}, {{2, 12}, {3}}}, {{}, {{}, {}}}}; }
};
struct lstm_output_op : structural<2> {
  static constexpr std::string_view name = "lstm_output", help = "sigmoid(o) * tanh(c), of gates [i, f, g, o]";
  static auto value(const parameters&, std::span<const array> x) -> array { return detail::lstm_output_of(x[0], x[1]); }
  static auto result(const parameters&, std::span<const array> x) -> array {
    return detail::check_lstm(x[0].shape(), x[1].shape(), name), stand_in(x[1].shape(), narrowest(x));
  }
  template <class T>
  static auto vjp(const parameters&, int i, std::span<const T> x, const T&, const T& g) -> T;
  static auto vjp_into(const parameters&, int i, std::span<const array> x, const array&, const array& g, array& adjoint) -> void {
    detail::lstm_output_vjp(i, x[0], x[1], g, adjoint);
  }
  static auto follows(const parameters&, int i, std::span<const array> x) -> dims {
    const int rank = x[1].rank();
    return leading_axes(rank, rank - 1 + i, 1 - i);  // A gate's numbers are not where those of the state are.
  }
  static auto samples() -> samples_t { return lstm_state_op::samples(); }
  static auto wrong() -> samples_t { return lstm_state_op::wrong(); }
};
/// gates [.., 4 n] and the last state c [.., n] give the next one.
template <class G, class C>
  requires detail::with_arrays<G, C>
auto lstm_state(const G& gates, const C& c) {
  return structured<lstm_state_op>({}, gates, c);
}
/// gates [.., 4 n] and the present state c [.., n] give what the cell shows.
template <class G, class C>
  requires detail::with_arrays<G, C>
auto lstm_output(const G& gates, const C& c) {
  return structured<lstm_output_op>({}, gates, c);
}

template <class T>
auto lstm_state_op::vjp(const parameters&, int which, std::span<const T> x, const T&, const T& g) -> T {
  if constexpr (std::same_as<T, array>) {
    auto out = zeros(x[static_cast<std::size_t>(which)].shape(), g.type());
    detail::lstm_state_vjp(which, x[0], x[1], g, out);
    return out;
  } else {
    const T i = detail::lstm_gate(x[0], 0), f = detail::lstm_gate(x[0], 1), m = detail::lstm_gate(x[0], 2);
    if (which == 1) return strong_mul(g, sigmoid(f));
    const T by_i = strong_mul(strong_mul(g, tanh(m)), detail::lstm_gate_slope(i)),
            by_f = strong_mul(strong_mul(g, x[1]), detail::lstm_gate_slope(f)),
            by_m = strong_mul(strong_mul(g, sigmoid(i)), detail::lstm_tanh_slope(m));
    return concat(std::vector<T>{by_i, by_f, by_m, T(zeros(g.shape(), g.type()))}, -1);
  }
}
template <class T>
auto lstm_output_op::vjp(const parameters&, int which, std::span<const T> x, const T&, const T& g) -> T {
  if constexpr (std::same_as<T, array>) {
    auto out = zeros(x[static_cast<std::size_t>(which)].shape(), g.type());
    detail::lstm_output_vjp(which, x[0], x[1], g, out);
    return out;
  } else {
    const T o = detail::lstm_gate(x[0], 3);
    if (which == 1) return strong_mul(strong_mul(g, sigmoid(o)), detail::lstm_tanh_slope(x[1]));
    return structured<place_op>({x[0].shape(), x[0].rank() - 1, 3 * g.shape().back(), 1},
                                strong_mul(strong_mul(g, tanh(x[1])), detail::lstm_gate_slope(o)));
  }
}

namespace detail {
using recurrent_operations = operation_list<lstm_state_op, lstm_output_op>;
}  // namespace detail

}  // namespace seegrad
