#pragma once
// Operations on arrays with several results.
//
//   struct eigh_op : several<eigh_op, 1> {
//     static constexpr std::string_view name = "eigh", help = "…", result_names[] = {"values", "vectors"};
//     static auto results(const parameters&, std::span<const array> x) -> std::vector<array> { … a stand_in of each … }
//     static auto values(const parameters&, std::span<const array> x) -> std::vector<array> { … }
//     template <class T>
//     static auto vjp_of(const parameters&, int i, std::span<const T> x, std::span<const T> y, std::span<const T> g) -> T { … }
//   };
//   auto y = results_of<eigh_op>({}, x);    // y[0], y[1]
//
// A node of the record has one value. So the node of such an operation has its results one behind the other, row by row, along one
// axis, and each of them is a part of it, a view with a node of its own. Whatever walks a record therefore needs to know nothing of
// several results. They have one type; places beside numbers, as those of topk, are an operation of their own.

#include <autodiff/ops/shape/slicing.hpp>

namespace seegrad {

namespace detail {
struct part_parameters {
  index_t start = 0;
  dims shape;
  std::string_view name;  ///< of the result
  friend auto operator==(const part_parameters&, const part_parameters&) -> bool = default;
};
}  // namespace detail

struct part_op : structural<1, detail::part_parameters> {
  static constexpr std::string_view name = "part", help = "one of several results: elements of a line, in a shape";
  static constexpr bool linear = true;
  static constexpr auto sparsity = sparsity_kind::moves;
  static auto value(const parameters& p, std::span<const array> x) -> array;
  static auto result(const parameters& p, std::span<const array> x) -> array;
  /// By the paragraph's own, which has the parts apart.
  template <class T>
  static auto vjp(const parameters& p, int, std::span<const T> x, const T&, const T& g) -> T {
    return structured<place_op>({x[0].shape(), 0, p.start, 1}, reshape(g, {-1}));
  }
  static auto vjp_into(const parameters& p, int, std::span<const array>, const array&, const array& g, array& adjoint) -> void;
  static auto text(const parameters& p) -> std::string;
  static auto samples() -> samples_t { return {{{1, {2, 2}, "b"}, {{6}}}, {{0, {}, "a"}, {{1}}}, {{2, {0, 3}, "c"}, {{2}}}}; }
  static auto wrong() -> samples_t { return {{{1, {2, 2}, "b"}, {{4}}}, {{-1, {2}, "b"}, {{4}}}, {{0, {2}, "b"}, {{2, 2}}}}; }
};

namespace detail {
using several_operations = operation_list<part_op>;

/// The elements of all of them along one axis.
auto one_behind_the_other(std::span<const array> parts) -> array;
/// The same of stand-ins, as one.
auto line_of(std::span<const array> parts) -> array;

/// Part `k` of the line y, which has the results that `stand_ins` say.
template <array_like X>
auto part_of(const X& y, std::span<const array> stand_ins, std::size_t k, std::string_view name) -> X {
  index_t start = 0;
  for (std::size_t i = 0; i < k; ++i) start += stand_ins[i].size();
  return structured<part_op>({start, stand_ins[k].shape(), name}, y);
}
}  // namespace detail

/// What a paragraph with several results is derived from.
template <class Op, int Arity, class Parameters = no_parameters>
struct several : structural<Arity, Parameters> {
  static auto value(const Parameters& p, std::span<const array> x) -> array {
    return detail::one_behind_the_other(Op::values(p, x));
  }
  /// Its shape, and that of the parts behind each other.
  static auto result(const Parameters& p, std::span<const array> x) -> array { return detail::line_of(Op::results(p, x)); }
  /// By the paragraph's own, which has the parts apart.
  template <class T>
  static auto vjp(const Parameters& p, int i, std::span<const T> x, const T& y, const T& g) -> T {
    const auto ys = parts_of<T>(p, x, y), gs = parts_of<T>(p, x, g);
    return Op::template vjp_of<T>(p, i, x, ys, gs);
  }
  /// The parts of what stands behind each other.
  template <class T>
  static auto parts_of(const Parameters& p, std::span<const T> x, const T& y) -> std::vector<T> {
    std::vector<array> arrays;
    for (const auto& a : x) {
      if constexpr (std::same_as<T, array>) arrays.push_back(a);
      else arrays.push_back(a.value());
    }
    const auto each = Op::results(p, arrays);
    std::vector<T> parts;
    for (std::size_t k = 0; k < each.size(); ++k) parts.push_back(detail::part_of(y, each, k, Op::result_names[k]));
    return parts;
  }
};

namespace detail {
/// The results of `Op` for operands that mix arrays, tensors, scalars and numbers, in the order of their names.
template <class Op, class... A>
  requires operands<A...>
auto results_of(const typename Op::parameters& p, const A&... a) {
  using X = std::conditional_t<std::same_as<lifted_of<A...>, array>, array, tensor>;
  const X x[] = {X(a)...};
  if constexpr (std::same_as<X, array>) return Op::values(p, x);
  else return Op::template parts_of<X>(p, x, structured_list<Op, X>(p, std::span<const X>(x)));
}
}  // namespace detail

}  // namespace seegrad
