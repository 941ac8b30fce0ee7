#pragma once
// From a paragraph to its entry in the run-time table, by instantiating it with each number type.

#include <autodiff/ops/definition/complex_step.hpp>
#include <autodiff/ops/definition/formula.hpp>
#include <autodiff/ops/kernels/kernels.hpp>
#include <autodiff/ops/pointwise/cpp_source.hpp>
#include <autodiff/ops/pointwise/dual.hpp>
#include <autodiff/trace/choice.hpp>
#include <autodiff/trace/deferred.hpp>
#include <autodiff/trace/tensor.hpp>

namespace seegrad::detail {

/// What operand `i` gets of the cotangent g, as a recorded expression; vjp_pointwise does the same with numbers.
auto recorded_vjp_pointwise(const operation& op, int i, std::span<const tensor> x, const tensor& y, const tensor& g) -> tensor;

template <class Op>
struct entry_maker {
  using indices = std::make_index_sequence<static_cast<std::size_t>(Op::arity)>;

  /// Calls `f` with the first `arity` elements of `a` as separate arguments.
  template <class T, class F>
  static auto spread(const T* a, F f) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return f(a[I]...); }(indices{});
  }

  /// The local derivative by operand `i`, which is known only at run time, over number type `T`.
  template <class T>
  static auto partial_by(int i, const T* a, const T& y) -> T {
    return spread(a, [&](const auto&... x) -> T {
      if constexpr (Op::arity > 2)
        if (i == 2) return seegrad::partial<Op, 2>(x..., y);
      if constexpr (Op::arity > 1)
        if (i == 1) return seegrad::partial<Op, 1>(x..., y);
      return seegrad::partial<Op, 0>(x..., y);
    });
  }

  static auto value(const double* a) -> double {
    return spread(a, [](auto... x) { return Op::value(x...); });
  }
  static auto forward(const double* a, const double* direction) -> double {
    if (Op::stops) return 0;
    dual<> x[Op::arity];
    for (int i = 0; i < Op::arity; ++i) x[i] = {a[i], direction[i]};
    return spread(x, [](const auto&... d) -> dual<> { return Op::value(d...); }).tangent;
  }
  static auto complex_step(int i, const double* a) -> double {
    if (Op::stops) return 0;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto at = [&](std::size_t k) { return stepped(a[k], static_cast<int>(k) == i ? stepped::h : 0.0); };
      return stepped(Op::value(at(I)...)).im / stepped::h;
    }(indices{});
  }
  static auto record(const scalar* a, scalar& y) -> void {
    y = spread(a, [](const auto&... x) { return apply<Op>(x...); });
  }
  static auto value_recorded(const scalar* a, scalar& y) -> void {
    y = spread(a, [](const auto&... s) { return deferred(Op::value(deferred(s)...)).number; });
  }
  static auto partial(int i, const double* a, double y) -> double { return partial_by<double>(i, a, y); }
  static auto partial_recorded(int i, const scalar* a, const scalar& y, scalar& d) -> void {
    d = spread(a, [&](const auto&... s) {
      const deferred x[] = {s...};
      return partial_by<deferred>(i, x, y).number;
    });
  }
  /// The result times the local derivative by operand `i`, of paragraphs that have `yd0`, `yd1` in the place of `d0`, `d1`.
  template <class T>
  static auto result_times_partial_by(int i, const T* a, const T& y) -> T {
    return spread(a, [&](const auto&... x) -> T {
      if constexpr (requires { Op::yd1(x..., y); })
        if (i == 1) return Op::yd1(x..., y);
      if constexpr (requires { Op::yd0(x..., y); }) return Op::yd0(x..., y);
      else return y;
    });
  }
  static auto result_times_partial(int i, const scalar* a, const scalar& y, scalar& p) -> void {
    p = spread(a, [&](const auto&... s) {
      const deferred x[] = {s...};
      return result_times_partial_by<deferred>(i, x, y).number;
    });
  }
  static auto result_times_partial_tensor(int i, const tensor* a, const tensor& y, tensor& p) -> void {
    p = result_times_partial_by<tensor>(i, a, y);
  }
  static constexpr bool has_result_times_partial =
      requires(deferred y) { Op::yd0(y, y); } || requires(deferred y) { Op::yd0(y, y, y); };

  static auto record_tensor(const tensor* a, tensor& y) -> void {
    y = spread(a, [](const auto&... x) { return apply<Op>(x...); });
  }
  static auto partial_tensor(int i, const tensor* a, const tensor& y, tensor& d) -> void { d = partial_by<tensor>(i, a, y); }

  static auto array_value(const void*, std::span<const array> x) -> array { return compute_pointwise(operation_of<Op>(), x); }
  static auto value_into(const void*, std::span<const array> x, array& y) -> void {
    compute_pointwise_into(operation_of<Op>(), x, y);
  }
  static auto vjp(const void*, int i, std::span<const array> x, const array& y, const array& g) -> array {
    return vjp_pointwise(operation_of<Op>(), i, x, y, g);
  }
  static auto vjp_into(const void*, int i, std::span<const array> x, const array& y, const array& g, array& adjoint) -> void {
    vjp_pointwise_into(adjoint, operation_of<Op>(), i, x, y, g);
  }
  static auto jvp(const void*, int i, std::span<const array> x, const array& y, const array& t) -> array {
    return jvp_pointwise(operation_of<Op>(), i, x, y, t);
  }
  static auto vjp_recorded(const void*, int i, std::span<const tensor> x, const tensor& y, const tensor& g) -> tensor {
    return recorded_vjp_pointwise(operation_of<Op>(), i, x, y, g);
  }
  static auto prepare(const prepared_for& f) -> prepared { return prepare_pointwise(operation_of<Op>(), f); }
  static auto prepare_vjp(int i, const prepared_for& f, bool add) -> prepared {
    return prepare_vjp_pointwise(operation_of<Op>(), i, f, add);
  }
  static auto no_parameters(const void*) -> std::string { return {}; }
  static auto result(const void*, std::span<const array> x) -> array { return pointwise_result(operation_of<Op>(), x); }
  static constexpr array_rule rule{.value = array_value,
                                   .value_into = value_into,
                                   .vjp = vjp,
                                   .vjp_into = vjp_into,
                                   .jvp = jvp,
                                   .vjp_recorded = vjp_recorded,
                                   .text = no_parameters,
                                   .result = result,
                                   .prepare = prepare,
                                   .prepare_vjp = prepare_vjp,
                                   .sparsity = sparsity_kind::elements};

  /// The value (i = -1) or a local derivative, in x, or a and b and c, and y.
  template <class Text>
  static auto written_as(int i) -> Text {
    const auto name = [](const char* letter) { return Text(std::string(letter)); };
    const Text x[] = {name(Op::arity == 1 ? "x" : "a"), name("b"), name("c")};
    if (i >= 0) return partial_by<Text>(i, x, name("y"));
    return spread(x, [](const auto&... a) -> Text { return Op::value(a...); });
  }
  static auto text(int i) -> std::string { return written_as<formula>(i).text(); }
  static auto source_of(int i) -> cpp_source {
    return i < 0 && !Op::cpp.empty() ? cpp_source(std::string(Op::cpp)) : written_as<cpp_source>(i);
  }
  template <class... Ops>
  static auto called_by_text(operation_list<Ops...>) -> std::vector<const operation*> {
    return {&operation_of<Ops>()...};
  }
  static auto cpp_calls(int i) -> std::vector<const operation*> {
    if (i < 0 && !Op::cpp.empty()) return called_by_text(typename Op::cpp_calls{});
    return written_as<cpp_source>(i).as_passage().calls();
  }
  /// A value that calls the operation's own function says nothing.
  static auto says_nothing(int i) -> bool { return i < 0 && std::ranges::count(cpp_calls(i), &operation_of<Op>()) > 0; }
  static auto cpp(int i) -> std::string { return says_nothing(i) ? std::string() : source_of(i).text(); }
  static auto cpp_body(int i) -> std::vector<std::string> {
    return says_nothing(i) ? std::vector<std::string>() : body_of(source_of(i));
  }
};

/// `kernels` are those of the library's own operations; one of a user's own gets plain loops.
template <class Op>
constexpr auto make_operation(const std::array<const array_kernels*, instruction_sets>& kernels) -> operation {
  using make = entry_maker<Op>;
  return {.name = Op::name,
          .symbol = Op::symbol.empty() ? Op::name : Op::symbol,
          .help = Op::help,
          .arity = Op::arity,
          .domain = Op::domain,
          .samples = Op::samples,
          .value = make::value,
          .partial = make::partial,
          .forward = make::forward,
          .complex_step = make::complex_step,
          .record = make::record,
          .value_recorded = make::value_recorded,
          .partial_recorded = make::partial_recorded,
          .result_times_partial = make::has_result_times_partial ? make::result_times_partial : nullptr,
          .formula = make::text,
          .cpp = make::cpp,
          .cpp_body = make::cpp_body,
          .cpp_calls = make::cpp_calls,
          .kernels = kernels,
          .record_tensor = make::record_tensor,
          .partial_tensor = make::partial_tensor,
          .result_times_partial_tensor = make::has_result_times_partial ? make::result_times_partial_tensor : nullptr,
          .rule = &make::rule,
          .stops = Op::stops};
}

template <class Op>
struct operation_table {
  static constexpr array_kernels kernels = make_kernels<Op, batch_of_one>();
  static constexpr operation entry = make_operation<Op>({&kernels, &kernels, &kernels});
};

}  // namespace seegrad::detail
