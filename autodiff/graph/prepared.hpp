#pragma once
// An operation on arrays with everything settled that is known before the numbers are: shapes, types, the loop of the instruction set in
// use. What is left is a call with addresses. Programs of arrays are made of these where an operation offers them; for small arrays the
// questions that are not asked again take longer than the arithmetic.

#include <autodiff/array/array.hpp>
#include <functional>
#include <span>

namespace seegrad::detail {

/// What an array will be: shape and type, and whether it is a plain number.
struct array_form {
  dims shape;
  dtype type = float64;
  bool is_number = false;
  const array* constant = nullptr;  ///< its numbers, where they are the same in every run

  auto is_contiguous() const -> bool { return !constant || constant->is_contiguous(); }
};

/// Contiguous memory in, but for constants, which lie as they did; contiguous memory out, of the forms it was prepared for; `n` is the number of elements of the result. An operation that
/// goes element by element may be asked for fewer, and then does what lies at these addresses.
using prepared = std::function<void(void* to, const void* const* from, index_t n)>;

/// What an operation is prepared for: its parameters, the forms of its operands and of its result.
struct prepared_for {
  const void* parameters;
  std::span<const array_form> x;
  const array_form& y;
};

}  // namespace seegrad::detail
