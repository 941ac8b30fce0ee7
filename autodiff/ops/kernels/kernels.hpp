#pragma once
// Loops over contiguous numbers, one set for each operation, made from its paragraph.
//
// A run of numbers is cut into batches, and what is left at the end goes through the same code in a batch of its own, so that a number's
// result does not depend on where in an array it stands. The vjp is fused: adjoint = g * d, or adjoint += g * d, in one pass.

#include <autodiff/array/dims.hpp>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/ops/definition/formula.hpp>
#include <autodiff/ops/definition/paragraph.hpp>
#include <autodiff/ops/kernels/mask_loop.hpp>
#include <autodiff/ops/kernels/whole_loop.hpp>
#include <type_traits>

namespace seegrad::detail {

struct array_kernels {
  template <class T>
  struct loops {
    /// y[i] = value(x[0][i], …)
    void (*value)(T* y, const T* const* x, index_t n);
    /// out[i] = strong_mul(g[i], d(x[0][i], …, y[i])); `vjp_add` adds it to out[i].
    void (*vjp[max_arity])(T* out, const T* g, const T* const* x, const T* y, index_t n);
    void (*vjp_add[max_arity])(T* out, const T* g, const T* const* x, const T* y, index_t n);
  };
  loops<float> single;
  loops<double> twice;
  bool constant_slope[max_arity];  ///< the derivative by that operand is one number everywhere
  /// Of a comparison, whose result over arrays is of truth values; null for any other operation.
  array (*mask)(std::span<const array* const> x);
  /// Of an operation that makes whole numbers of whole numbers: over int64, or over truth values, in that type; null for others.
  array (*whole)(std::span<const array* const> x, dtype type);
  bool chooses, asks_first;  ///< as the paragraph says

  template <class T>
  auto of() const -> const loops<T>& {
    if constexpr (std::same_as<T, float>) return single;
    else return twice;
  }
};

/// A batch of one, computed in double: what an operation outside the library's own list is instantiated with.
template <class T>
struct batch_of_one {
  using element = T;
  static constexpr int size = 1;
  double v;
  static auto load(const T* from) -> batch_of_one { return {static_cast<double>(*from)}; }
  auto store(T* to) const -> void { *to = static_cast<T>(v); }
};

// What a paragraph is given and gives back: the batch itself, or the number inside a batch of one.
template <class L>
[[gnu::always_inline]] inline auto opened(const L& x) -> const L& {
  return x;
}
template <class T>
[[gnu::always_inline]] inline auto opened(const batch_of_one<T>& x) -> double {
  return x.v;
}
template <class L>
[[gnu::always_inline]] inline auto closed(const auto& x) -> L {
  return L{x};
}

template <class Op, class L>
struct kernel_maker {
  using T = typename L::element;
  static constexpr int arity = Op::arity;
  using indices = std::make_index_sequence<static_cast<std::size_t>(arity)>;

  /// f(offset) for whole batches, and `rest` for what is left over. That is copied, and goes through the same function: another copy of its code
  /// might be compiled to round otherwise.
  template <class F, class R>
  [[gnu::always_inline]] static auto in_batches(index_t n, F f, R rest) -> void {
    index_t i = 0;
    for (; i + L::size <= n; i += L::size) f(i);
    if (i < n) rest(i, n - i);
  }

  /// A batch's memory, with fewer numbers than it has, filled up with the last.
  struct part {
    alignas(64) T number[L::size];
    part() = default;
    part(const T* from, index_t n) {
      for (int i = 0; i < L::size; ++i) number[i] = from[i < n ? i : n - 1];
    }
    auto copy_to(T* to, index_t n) const -> void {
      for (index_t i = 0; i < n; ++i) to[i] = number[i];
    }
  };
  [[gnu::noinline]] static auto value_of_rest(T* y, const T* const* x, index_t at, index_t n) -> void {
    part from[arity], result;
    const T* pointers[arity];
    for (int k = 0; k < arity; ++k) from[k] = part(x[k] + at, n), pointers[k] = from[k].number;
    value(result.number, pointers, L::size);
    result.copy_to(y + at, n);
  }
  template <int By, bool Add>
  [[gnu::noinline]] static auto vjp_of_rest(T* out, const T* g, const T* const* x, const T* y, index_t at, index_t n) -> void {
    part from[arity], result;
    const T* pointers[arity];
    for (int k = 0; k < arity; ++k) from[k] = part(x[k] + at, n), pointers[k] = from[k].number;
    if constexpr (Add) result = part(out + at, n);
    vjp<By, Add>(result.number, part(g + at, n).number, pointers, part(y + at, n).number, L::size);
    result.copy_to(out + at, n);
  }

  static auto value(T* y, const T* const* x, index_t n) -> void {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const T* const from[] = {x[I]...};  // Copied, so that the compiler knows that storing does not change them.
      in_batches(
          n, [&](index_t i) { detail::closed<L>(Op::value(detail::opened(L::load(from[I] + i))...)).store(y + i); },
          [&](index_t i, index_t left) { value_of_rest(y, x, i, left); });
    }(indices{});
  }

  static auto product(const L& g, const L& d) -> L { return detail::closed<L>(strong_mul(detail::opened(g), detail::opened(d))); }
  template <bool Add>
  static auto sum(const L& before, const L& p) -> L {
    if constexpr (!Add) return p;
    else if constexpr (L::size == 1) return {before.v + p.v};
    else return before + p;
  }

  template <int By, bool Add>
  static auto vjp(T* out, const T* g, const T* const* x, const T* y, index_t n) -> void {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const T* const from[] = {x[I]...};
      in_batches(
          n,
          [&](index_t i) {
            const auto d =
                detail::closed<L>(partial<Op, By>(detail::opened(L::load(from[I] + i))..., detail::opened(L::load(y + i))));
            sum<Add>(L::load(out + i), product(L::load(g + i), d)).store(out + i);
          },
          [&](index_t i, index_t left) { vjp_of_rest<By, Add>(out, g, x, y, i, left); });
    }(indices{});
  }

  static constexpr auto loops() -> array_kernels::loops<T> {
    array_kernels::loops<T> l{};
    if constexpr (Op::is_predicate) return l;
    l.value = value;
    l.vjp[0] = vjp<0, false>, l.vjp_add[0] = vjp<0, true>;
    if constexpr (arity > 1) l.vjp[1] = vjp<1, false>, l.vjp_add[1] = vjp<1, true>;
    if constexpr (arity > 2) l.vjp[2] = vjp<2, false>, l.vjp_add[2] = vjp<2, true>;
    return l;
  }
};

/// Whether the derivative of Op by operand I is one number, whatever the operands: then its formula is not made from theirs.
template <class Op, int I>
constexpr auto has_constant_slope() -> bool {
  if constexpr (I >= Op::arity) {
    return false;
  } else {
    return []<std::size_t... K>(std::index_sequence<K...>) {
      return arithmetic<decltype(partial<Op, I>((static_cast<void>(K), std::declval<const formula&>())...))>;
    }(std::make_index_sequence<static_cast<std::size_t>(Op::arity) + 1>{});
  }
}

/// Without `whole`, the loops alone: what is not a loop over batches is compiled for the baseline only.
template <class Op, template <class> class Lane, bool Whole = true>
constexpr auto make_kernels() -> array_kernels {
  array_kernels k{kernel_maker<Op, Lane<float>>::loops(),
                  kernel_maker<Op, Lane<double>>::loops(),
                  {has_constant_slope<Op, 0>(), has_constant_slope<Op, 1>(), has_constant_slope<Op, 2>()},
                  nullptr,
                  nullptr,
                  Op::chooses,
                  Op::asks_first};
  if constexpr (Op::whole && Whole) k.whole = whole_loop<Op>::run;
  if constexpr (Op::is_predicate && Whole) k.mask = mask_loop<Op>::run;
  return k;
}

/// The kernels of a list of the library's own operations, each list compiled by itself (ops/kernels/), for each instruction set.
template <class List, instruction_set>
struct kernel_group;
template <class... Ops, instruction_set S>
struct kernel_group<operation_list<Ops...>, S> {
  static const array_kernels entry[sizeof...(Ops)];
};

}  // namespace seegrad::detail
