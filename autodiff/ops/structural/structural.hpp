#pragma once
// Operations on whole arrays: one operation, one paragraph, as for numbers.
//
//   struct transpose_op : structural<1> {
//     static constexpr std::string_view name = "transpose", help = "the last two axes exchanged";
//     static constexpr bool linear = true;
//     static auto value(const parameters&, std::span<const array> x) -> array { … the kernel … }
//     static auto result(const parameters& p, std::span<const array> x) -> array { … a stand_in of its shape and type … }
//     template <class T>
//     static auto vjp(const parameters&, int i, std::span<const T> x, const T& y, const T& g) -> T { return transpose(g); }
//     static auto samples() -> samples_t { return {{{}, {{2, 3}}}, {{}, {{4, 2, 3}}}}; }
//   };
//   template <array_like X> auto transpose(const X& x) -> X { return structured<transpose_op>({}, x); }
//
// `vjp` gives what operand i gets of the cotangent g of the result y. It is written with the functions that users call, over a type T
// that is `array` in the reverse sweep and `tensor` where the derivative is itself recorded, so one text serves both and derivatives of any
// order. Forward mode comes from it, too: an operation that is `linear` in each operand is applied to the tangent, and for any other the
// vjp, which is linear in g, is transposed.
//
// `result` says shape and type without computing: of operands that are stand-ins, with a shape and a type and one number, it gives one.
//
// A paragraph may also say: `value_into(p, x, y)`, the value in the memory of y; `vjp_into`, the vjp added to an adjoint; `prepare` and
// `prepare_vjp`, both prepared for programs (graph/prepared.hpp); `sparsity` or `follows`, which elements of the result depend on which of
// an operand; `draws`, which numbers of a generator it takes (array_rule).
//
// `value` throws seegrad::error for shapes that do not fit. `samples` are parameters and shapes of operands from which the tests are
// made, and `wrong` those that must throw. A paragraph of a user's own enters by the same `structured`.

#include <autodiff/array/create.hpp>
#include <autodiff/ops/pointwise/library.hpp>
#include <autodiff/trace/tensor.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace seegrad {

/// Deterministic numbers between -2.5 and 2.5, no two of them close to each other: what operands of tests are made of.
auto sample_values(const dims& shape, unsigned seed) -> array;
/// The same between 0.3 and 2.8.
auto positive_values(const dims& shape, unsigned seed) -> array;

/// The same, every third of them 0.
auto with_zeros(const dims& shape, unsigned seed) -> array;
/// The same but for operand `Slot`, an index: the whole numbers `Places`, over and over.
template <unsigned Slot, index_t... Places>
auto with_index(const dims& shape, unsigned seed) -> array {
  if (seed != Slot) return sample_values(shape, seed);
  constexpr std::int64_t places[] = {Places...};
  auto a = array::uninitialized(int64, shape);
  std::size_t k = 0;
  for (auto& at : a.writable<std::int64_t>()) at = places[k++ % sizeof...(Places)];
  return a;
}

/// What an operation is tested on.
template <class P>
struct structural_sample {
  P parameters;                                                     ///< of the operation
  std::vector<dims> shapes;                                         ///< of the operands
  array (*make)(const dims& shape, unsigned seed) = sample_values;  ///< gives operand number `seed`
};

/// Of an operation that is decided by its operands alone.
struct no_parameters {};

/// What a paragraph is derived from. Operands may be any_number.
template <int Arity, class Parameters = no_parameters>
struct structural {
  static constexpr int arity = Arity;                            ///< how many operands
  static constexpr std::string_view symbol = "";                 ///< what pictures show in place of the name
  static constexpr bool linear = false;                          ///< in each operand while the others stay as they are
  static constexpr bool scalar_result = false;                   ///< the result is a scalar of the graph
  static constexpr auto sparsity = sparsity_kind::dense;         ///< how far a change of one element spreads; `follows` says more
  using parameters = Parameters;                                 ///< what it is told beside its operands
  using samples_t = std::vector<structural_sample<Parameters>>;  ///< a list of them
  static auto text(const Parameters&) -> std::string { return {}; }  ///< the parameters, as a picture shows them: "axis 1"
  static auto samples() -> samples_t { return {}; }                  ///< what tests try
  static auto wrong() -> samples_t { return {}; }                    ///< what must throw
};

/// Parameters and operands for one test of an operation that is known only at run time.
struct structural_case {
  std::shared_ptr<const void> parameters;  ///< of the operation
  std::vector<array> operands;             ///< for it
};

/// What is known of an array before it is computed: one number repeated to the shape, in the type. Views of it cost nothing either.
auto stand_in(const dims& shape, dtype type) -> array;
/// float32 if all are, else float64.
auto narrowest(std::span<const array> x) -> dtype;
template <std::same_as<array>... A>
auto narrowest(const array& first, const A&... more) -> dtype {
  return ((first.type() == float32) && ... && (more.type() == float32)) ? float32 : float64;
}
/// The type of sums, products and running ones of elements of that type.
constexpr auto summed_type(dtype t) -> dtype { return is_floating(t) ? t : int64; }

// For `follows`.
/// All axes of an operand but one go along with those of the result.
auto all_axes_but(int axis, int rank) -> dims;
/// The leading axes of an operand go along with the leading ones of the result, of which there are `leading`, the last of each with each
/// other, as in broadcasting; the last `own` of the operand do not.
auto leading_axes(int rank, int leading, int own) -> dims;

/// What an operand gets that the result does not move with.
template <class T>
auto no_slope(const T& x) -> T {
  return T(zeros(x.shape(), floating(x.type())));
}

/// Its entry for the record; defined in make_structural.hpp.
template <class Op>
auto structural_operation() -> const operation&;

/// Whether two nodes of `op` with these parameters do the same; false where they cannot be compared, and are not one.
auto same_parameters(const operation& op, const void* p, const void* q) -> bool;
/// Equal for equal parameters.
auto parameters_hash(const operation& op, const void* p) -> std::size_t;

/// Records it for operands of which one is recorded. Throws what the operation throws for shapes that do not fit.
auto record_structural(const operation& op, std::shared_ptr<const void> parameters, std::span<const tensor> x) -> tensor;

/// Applies the operation to a list of arrays or tensors.
template <class Op, array_like X>
auto structured_list(const typename Op::parameters& p, std::span<const X> x) -> X {
  if constexpr (std::same_as<X, array>) return Op::value(p, x);
  else {
    std::shared_ptr<const void> kept;
    if constexpr (!std::is_empty_v<typename Op::parameters>) kept = std::make_shared<typename Op::parameters>(p);
    return record_structural(structural_operation<Op>(), std::move(kept), x);
  }
}

/// Applies it to operands that mix arrays, tensors, scalars and numbers.
template <class Op, class... A>
  requires operands<A...>
auto structured(const typename Op::parameters& p, const A&... a) {
  using X = std::conditional_t<std::same_as<detail::lifted_of<A...>, array>, array, tensor>;
  const X x[] = {X(a)...};
  return structured_list<Op, X>(p, std::span<const X>(x));
}

}  // namespace seegrad
