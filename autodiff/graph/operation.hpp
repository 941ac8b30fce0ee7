#pragma once
// What the record knows of an operation at run time: its words and its functions, made from its paragraph (see ops/definition/paragraph.hpp)
// by instantiating it with each number type. Everything that walks a graph without knowing its operations at compile time (the
// picture, the checker, the command line, recorded derivatives) goes through this table.

#include <array>
#include <autodiff/graph/prepared.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad {

class array;
class dims;
template <class Value>
class traced;
using scalar = traced<double>;  ///< a number that remembers its node (trace/traced.hpp)
using tensor = traced<array>;   ///< an array that does (trace/tensor.hpp)

namespace detail {
struct array_kernels;
}  // namespace detail

struct structural_case;

/// A closed interval of the real line; infinite ends mean no bound.
struct interval {
  double low = -std::numeric_limits<double>::infinity();  ///< included
  double high = std::numeric_limits<double>::infinity();  ///< included
};

inline constexpr int max_arity = 3;  ///< of operations on numbers

namespace detail {
inline constexpr int any_number = -1;
}  // namespace detail

/// One for each operand.
using intervals = std::array<interval, max_arity>;

/// How far a change of one element of an operand spreads over the result.
enum class sparsity_kind : unsigned char {
  dense,     ///< nothing is known: it may reach every element
  elements,  ///< to its own place, and to those where it is repeated
  axes,      ///< along some axes (array_rule::follows)
  moves,     ///< each element of the result is one element of an operand, or constant: the value of numbered elements tells which
  sums,      ///< each element of an operand goes to one element of the result: the vjp of numbered elements tells which
};

/// Numbers of a generator (array/random.hpp), in blocks, from the position on that the second operand says.
struct drawn_numbers {
  /// Of the generator.
  std::uint64_t seed, stream;
  /// Of 128 bits.
  std::int64_t blocks;
};

namespace detail {
/// What an operation does with arrays. Operations on numbers, which go over arrays element by element, answer as those on whole arrays do,
/// so that who walks a record need not know which is which. `p` points to the parameters that a node keeps, and is null if it has none.
struct array_rule {
  array (*value)(const void* p, std::span<const array> x);
  /// The same into the memory of `y`, which has the shape and type of the result; into new memory if anything shares that.
  void (*value_into)(const void* p, std::span<const array> x, array& y);
  /// What operand `i` gets of the cotangent `g` of the result `y`.
  array (*vjp)(const void* p, int i, std::span<const array> x, const array& y, const array& g);
  /// The same, added to `adjoint`, in place where nothing shares its memory.
  void (*vjp_into)(const void* p, int i, std::span<const array> x, const array& y, const array& g, array& adjoint);
  /// The change of the result when operand `i` changes by `t`. Null where it is the transpose of the vjp, which is linear in g.
  array (*jvp)(const void* p, int i, std::span<const array> x, const array& y, const array& t);
  /// The vjp as a recorded expression.
  tensor (*vjp_recorded)(const void* p, int i, std::span<const tensor> x, const tensor& y, const tensor& g);
  std::string (*text)(const void* p);  ///< the parameters, as a picture shows them: "axis 1"
  bool linear = false;                 ///< in each operand while the others stay as they are
  bool scalar_result = false;          ///< the result is a scalar of the graph
  /// What tests are made from, and what must throw; of operations on whole arrays.
  std::vector<structural_case> (*samples)() = nullptr;
  std::vector<structural_case> (*wrong)() = nullptr;
  /// Whether two parameters are equal; null where they cannot be compared.
  bool (*same)(const void* p, const void* q) = nullptr;
  /// Shape and type of the result, without computing, as a stand_in; of operands that may be stand-ins. Null for an operation of a user's own
  /// that does not say.
  array (*result)(const void* p, std::span<const array> x) = nullptr;
  /// The value, and the vjp of operand `i`, set or added: prepared (prepared.hpp), of whose addresses those of the operands come first, then
  /// for a vjp those of the result and its cotangent. Empty where shapes or types are of another kind, null where there is nothing to gain. The
  /// bits are those of value_into, vjp and vjp_into.
  prepared (*prepare)(const prepared_for& f) = nullptr;
  prepared (*prepare_vjp)(int i, const prepared_for& f, bool add) = nullptr;
  /// Which elements of the result depend on which of an operand; how to find out.
  sparsity_kind sparsity = sparsity_kind::dense;
  /// With sparsity_kind::axes: for each axis of operand `i` the axis of the result along which an element keeps its place, or -1 where its
  /// change may spread.
  dims (*follows)(const void* p, int i, std::span<const array> x) = nullptr;
  /// What it draws; nothing with parameters that draw nothing. Null for an operation that never does.
  std::optional<drawn_numbers> (*draws)(const void* p) = nullptr;
};
}  // namespace detail

struct operation {
  std::string_view name;    ///< the function's name in C++ and on the command line, "tanh"
  std::string_view symbol;  ///< what a picture shows, "×"; the name where there is no sign for it
  std::string_view help;    ///< one line, with the choice made where the derivative does not exist
  int arity;                ///< any_number for an operation like concat
  intervals domain;         ///< where it is defined, operand by operand; the checker keeps its steps inside
  intervals samples;        ///< where tests draw operands from

  using arguments = const double*;  ///< the operands, one behind the other
  double (*value)(arguments);       ///< of them
  /// The local derivative by operand `i`, given the operands and the result.
  double (*partial)(int i, arguments, double result);
  /// The derivative of `value` along `direction`, by dual numbers through the formula of the value.
  double (*forward)(arguments, const double* direction);
  /// The derivative by operand `i` by a complex step; NaN where the operation is not analytic or has no complex form.
  double (*complex_step)(int i, arguments);
  /// Records the operation, as if its function had been called.
  void (*record)(const scalar* arguments, scalar& result);
  /// Records the text of the value: of relu what it chooses, where `record` records relu. Of what is made of no other operation, the operation itself.
  void (*value_recorded)(const scalar* arguments, scalar& result);
  /// The local derivative as a recorded expression of the operands and the result.
  void (*partial_recorded)(int i, const scalar* arguments, const scalar& result, scalar& derivative);
  /// The result times the local derivative, by an expression that is smooth where the derivative is not; null where there is none
  /// (ops/table/cancel.hpp).
  void (*result_times_partial)(int i, const scalar* arguments, const scalar& result, scalar& product);
  /// The formulas as text: of the value (i = -1) and of the local derivatives, in x, or a and b and c, and y.
  std::string (*formula)(int i);
  /// The same as expressions of C++20 (ops/pointwise/cpp_source.hpp), which call functions that stand in the namespace of cpp_functions
  /// (ops/table/functions.hpp); the value's is empty if it is a function that neither <cmath> nor a paragraph has. Null for an operation on
  /// whole arrays.
  std::string (*cpp)(int i);
  /// The same as the lines of a function's body, where what is used several times is computed once.
  std::vector<std::string> (*cpp_body)(int i);
  /// The operations whose functions these call.
  std::vector<const operation*> (*cpp_calls)(int i);

  // The same over arrays, element by element, for each instruction set. An operation on whole arrays, such as matmul, has no functions of
  // numbers, and no kernels.
  std::array<const detail::array_kernels*, 3> kernels;  ///< by instruction set; null for an operation on whole arrays
  /// As record.
  void (*record_tensor)(const tensor* arguments, tensor& result);
  /// As partial_recorded.
  void (*partial_tensor)(int i, const tensor* arguments, const tensor& result, tensor& derivative);
  /// As result_times_partial.
  void (*result_times_partial_tensor)(int i, const tensor* arguments, const tensor& result, tensor& product);

  const detail::array_rule* rule;  ///< what it does with arrays
  /// Its derivatives are 0 because they are said to be, and no test of derivatives has anything to say of it.
  bool stops = false;

  /// Whether it is an operation on whole arrays.
  auto is_structural() const -> bool { return kernels[0] == nullptr; }
};

/// The library's own operations on numbers, in the order of their codes (defined by ops/table/table.cpp).
auto operations() -> std::span<const operation* const>;
/// Those on whole arrays.
auto structural_operations() -> std::span<const operation* const>;
/// The operation on numbers of that name, or nullptr.
auto find_operation(std::string_view name) -> const operation*;

namespace detail {
/// The operation behind a record's code below `code::extended`; nullptr for leaves.
auto operation_of_code(unsigned code) -> const operation*;
}  // namespace detail

}  // namespace seegrad
