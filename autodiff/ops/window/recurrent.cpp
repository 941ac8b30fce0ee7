#include <autodiff/ops/window/recurrent.hpp>

#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels/row_loops.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

// f(first row, how many rows) for all rows of states of n numbers, cut for threads.
template <class F>
auto each_rows(const array& c, F f) -> void {
  const auto n = c.shape().back(), rows = n == 0 ? 0 : c.size() / n;
  // Of each number of the state four gates are computed.
  parallel_rows(rows, 4 * n, [&](index_t begin, index_t end) { f(begin, end - begin); });
}

struct prepared {
  dtype type;
  array gates, c;
  prepared(const array& a, const array& s, std::string_view who) {
    check_lstm(a.shape(), s.shape(), who);
    type = narrowest(a, s);
    gates = a.cast(type).contiguous(), c = s.cast(type).contiguous();
  }
};

// `loop` is one of lstm_loops, given as f(chosen<S>, T) -> pointer.
template <class Loop>
auto forward(const array& a, const array& s, std::string_view who, Loop loop) -> array {
  const prepared x(a, s, who);
  auto y = array::uninitialized(x.type, x.c.shape());
  with_floating(x.type, [&]<class T>(T) {
    const auto n = x.c.shape().back();
    const auto *gates = static_cast<const T*>(x.gates.raw()), *c = static_cast<const T*>(x.c.raw());
    auto* to = static_cast<T*>(y.raw());
    const auto run = with_instructions([&](auto set) { return loop(set, T{}); });
    each_rows(x.c, [=](index_t r, index_t rows) { run(gates + r * 4 * n, c + r * n, to + r * n, n, rows); });
  });
  return y;
}

template <class Loop>
auto backward(int which, const array& a, const array& s, const array& cotangent, array& adjoint, Loop loop) -> void {
  const prepared x(a, s, "lstm");
  const auto g = cotangent.cast(x.type).contiguous();
  const auto type = adjoint.type();  // that of the operand, which may be narrower than that of the result
  if (type != x.type || !adjoint.is_writable_in_place()) adjoint = adjoint.cast(x.type).copy();
  with_floating(x.type, [&]<class T>(T) {
    const auto n = x.c.shape().back(), out_row = which == 0 ? 4 * n : n;
    const auto *gates = static_cast<const T*>(x.gates.raw()), *c = static_cast<const T*>(x.c.raw()),
               *from = static_cast<const T*>(g.raw());
    auto* to = static_cast<T*>(adjoint.raw());
    const auto run = with_instructions([&](auto set) { return loop(set, T{}); });
    each_rows(
        x.c, [=](index_t r, index_t rows) { run(which, gates + r * 4 * n, c + r * n, from + r * n, to + r * out_row, n, rows); });
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
  return forward(gates, c, "lstm_state", []<instruction_set S, class T>(chosen<S>, T) { return lstm_loops<S, T>::state; });
}

auto lstm_output_of(const array& gates, const array& c) -> array {
  return forward(gates, c, "lstm_output", []<instruction_set S, class T>(chosen<S>, T) { return lstm_loops<S, T>::output; });
}

auto lstm_state_vjp(int which, const array& gates, const array& c, const array& g, array& adjoint) -> void {
  backward(which, gates, c, g, adjoint, []<instruction_set S, class T>(chosen<S>, T) { return lstm_loops<S, T>::state_vjp; });
}

auto lstm_output_vjp(int which, const array& gates, const array& c, const array& g, array& adjoint) -> void {
  backward(which, gates, c, g, adjoint, []<instruction_set S, class T>(chosen<S>, T) { return lstm_loops<S, T>::output_vjp; });
}

}  // namespace seegrad::detail
