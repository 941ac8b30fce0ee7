#pragma once
// What the record knows of an operation at run time: its words and its functions, made from its paragraph (see ops/paragraph.hpp)
// by instantiating it with each number type. Everything that walks a graph without knowing its operations at compile time (the
// picture, the checker, the command line, recorded derivatives) goes through this table.

#include <array>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace seegrad {

class array;
template <class Value>
class traced;
using scalar = traced<double>;
using tensor = traced<array>;
struct array_kernels;
struct structural_rule;

/// A closed interval of the real line; infinite ends mean no bound.
struct interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

inline constexpr int max_arity = 3;  ///< of operations on numbers
inline constexpr int any_number = -1;
using intervals = std::array<interval, max_arity>;

struct operation {
  std::string_view name;    ///< the function's name in C++ and on the command line, "tanh"
  std::string_view symbol;  ///< what a picture shows, "×"; the name where there is no sign for it
  std::string_view help;    ///< one line, with the choice made where the derivative does not exist
  int arity;                ///< any_number for an operation like concat
  intervals domain;         ///< where it is defined, operand by operand; the checker keeps its steps inside
  intervals samples;        ///< where tests draw operands from

  using arguments = const double*;
  double (*value)(arguments);
  /// The local derivative by operand `i`, given the operands and the result.
  double (*partial)(int i, arguments, double result);
  /// The derivative of `value` along `direction`, by dual numbers through the formula of the value.
  double (*forward)(arguments, const double* direction);
  /// The derivative by operand `i` by a complex step; NaN where the operation is not analytic or has no complex form.
  double (*complex_step)(int i, arguments);
  /// Records the operation, as if its function had been called.
  void (*record)(const scalar* arguments, scalar& result);
  /// The local derivative as a recorded expression of the operands and the result.
  void (*partial_recorded)(int i, const scalar* arguments, const scalar& result, scalar& derivative);
  /// The formulas as text: of the value (i = -1) and of the local derivatives, in x, or a and b and c, and y.
  std::string (*formula)(int i);

  // The same over arrays, element by element.
  const array_kernels* kernels;
  void (*record_tensor)(const tensor* arguments, tensor& result);
  void (*partial_tensor)(int i, const tensor* arguments, const tensor& result, tensor& derivative);

  /// Of an operation on whole arrays, such as matmul. It has no functions of numbers: the pointers above are null.
  const structural_rule* rule = nullptr;

  auto is_structural() const -> bool { return rule != nullptr; }
};

/// The library's own operations on numbers, in the order of their codes (defined by ops/table.cpp).
auto operations() -> std::span<const operation* const>;
/// Those on whole arrays.
auto structural_operations() -> std::span<const operation* const>;
/// The operation on numbers of that name, or nullptr.
auto find_operation(std::string_view name) -> const operation*;
/// The operation behind a record's code below `code::extended`; nullptr for leaves.
auto operation_of_code(unsigned code) -> const operation*;

}  // namespace seegrad
