#pragma once
// How the nodes of an expression stand in the record: those of one operand, those of the other, then the operation; a plain number just
// before the operation that it is an operand of. Handles put them the same way.

#include <autodiff/graph/recorder.hpp>
#include <autodiff/ops/pointwise/list.hpp>
#include <concepts>

namespace seegrad::fused {

struct expression_base {};
template <class T>
concept is_expression = std::derived_from<T, expression_base>;

/// Where a statement is written, and how the node behind a handle is found.
template <class Offset>
struct place {
  std::byte* at;
  std::uint64_t next;  // the byte offset of its first node
  Offset offset;
};

/// An operand that is recorded already.
struct leaf {
  static constexpr int nodes = 0;
  double number;
  node_ref ref;

  auto value() const -> double { return number; }
  auto as_operand() const -> seegrad::detail::operand { return {number, ref}; }
  auto duplicate() const -> leaf { return *this; }
  /// Not 0 if the node cannot be found by `offset`.
  template <class Offset>
  [[gnu::always_inline]] auto outside(Offset offset) const -> std::uint64_t {
    return offset(ref) >> 32;
  }
  template <int At, class Offset>
  [[gnu::always_inline]] auto write(const place<Offset>& p) const -> std::uint64_t {
    return p.offset(ref);
  }
};

/// A plain number.
struct literal {
  static constexpr int nodes = 1;
  double number;

  auto value() const -> double { return number; }
  auto as_operand() const -> seegrad::detail::operand { return {number, 0}; }
  auto duplicate() const -> literal { return *this; }
  template <class Offset>
  [[gnu::always_inline]] auto outside(Offset) const -> std::uint64_t {
    return 0;
  }
  template <int At, class Offset>
  [[gnu::always_inline]] auto write(const place<Offset>& p) const -> std::uint64_t {
    constexpr auto here = At * sizeof(node);
    detail::put(p.at + here, number, seegrad::detail::code::constant);
    return p.next + here;
  }
};

/// Which operand a handle's operation records first is up to the compiler: g++ begins with the last argument of a call.
#if defined(__GNUC__) && !defined(__clang__)
inline constexpr bool from_the_right = true;
#else
inline constexpr bool from_the_right = false;
#endif

template <class A>
inline constexpr bool is_literal = std::same_as<A, literal>;

template <class Op, class... A>
struct shape;

template <class Op, class A>
struct shape<Op, A> {
  static constexpr int nodes = A::nodes + 1;
  static constexpr unsigned code = seegrad::detail::code_of<Op>;
  /// Where the nodes of an operand begin, the first of the statement being 0.
  template <int I>
  static constexpr int start = 0;
};

template <class Op, class A, class B>
struct shape<Op, A, B> {
  static constexpr int nodes = A::nodes + B::nodes + 1;
  static constexpr unsigned code = seegrad::detail::code_of<Op>;
  template <int I>
  static constexpr int start = I == (from_the_right ? 1 : 0) ? 0
                               : I == 0                      ? B::nodes
                                                             : A::nodes;
};

template <class Op, class B>
struct shape<Op, literal, B> {
  static constexpr int nodes = B::nodes + 2;
  static constexpr unsigned code = seegrad::detail::code_of<Op> + seegrad::detail::activity::second_only;
  template <int I>
  static constexpr int start = I == 0 ? B::nodes : 0;
};

template <class Op, class A>
struct shape<Op, A, literal> {
  static constexpr int nodes = A::nodes + 2;
  static constexpr unsigned code = seegrad::detail::code_of<Op> + seegrad::detail::activity::first_only;
  template <int I>
  static constexpr int start = I == 0 ? 0 : A::nodes;
};

}  // namespace seegrad::fused
