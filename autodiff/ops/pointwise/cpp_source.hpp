#pragma once
// Paragraphs as expressions of C++20, which compute with doubles what the paragraph computes with them, to the last bit.
//
//   tanh_op::d0(x, y)    1.0 - y * y < 0.01 ? 4.0 * std::exp(-2.0 * std::abs(x)) / square_value(…) : 1.0 - y * y
//
// A function of <cmath> is called as such; any other operation by a function of its own, whose text comes from its own paragraph
// (ops/table/functions.hpp). Numbers are doubles with all their digits, and brackets keep the order in which a paragraph adds and multiplies.

#include <autodiff/ops/definition/written.hpp>
#include <autodiff/ops/pointwise/library.hpp>

namespace seegrad {

struct cpp20 {
  static constexpr std::string_view equal = " == ", both = " && ";
  static constexpr bool associative = false;

  static auto number(double x) -> written<cpp20>;
  using part = passage::part;
  static auto choice(const part& condition, const part& yes, const part& no) -> std::vector<part> {
    return {condition, {" ? "}, yes, {" : "}, no};
  }
};

using cpp_source = written<cpp20>;

namespace detail {
/// Whether it is the name of a library operation that is nothing but the function of <cmath> of that name.
auto is_of_cmath(std::string_view name) -> bool;

/// The lines of a function that returns it. What is used several times is computed once; but what branches of choices alone use is rather
/// written several times, since a branch is there to save it.
auto body_of(const cpp_source& s) -> std::vector<std::string>;

/// The name of an operation's function: of the value (i = -1) "tanh_value", of the local derivative by operand 0 "tanh_d0".
auto cpp_name(std::string_view operation, int i) -> std::string;
}  // namespace detail

template <>
struct lift<cpp_source> {
  template <class Op, class... A>
  static auto apply(const A&... a) -> cpp_source {
    // By the type, since an operation of a user's own may have any name and symbol.
    if constexpr (std::same_as<Op, add_op>) return cpp_source::infix("+", a...);
    else if constexpr (std::same_as<Op, sub_op>) return cpp_source::infix("-", a...);
    else if constexpr (std::same_as<Op, mul_op>) return cpp_source::infix("*", a...);
    else if constexpr (std::same_as<Op, div_op>) return cpp_source::infix("/", a...);
    else if constexpr (std::same_as<Op, neg_op>) return cpp_source::negative(a...);
    else if (detail::code_of<Op> != detail::code::extended && detail::is_of_cmath(Op::name))
      return cpp_source::call("std::" + std::string(Op::name), {cpp_source(a)...});
    else return cpp_source::call(detail::cpp_name(Op::name, -1), {cpp_source(a)...}, &operation_of<Op>());
  }
};

}  // namespace seegrad
