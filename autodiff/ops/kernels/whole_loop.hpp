#pragma once
// The loop of an operation over whole numbers: the text of its paragraph, over integers of 64 bits that wrap around.

#include <autodiff/array/array.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/ops/definition/number.hpp>
#include <span>

namespace seegrad::detail {

/// An int64 whose arithmetic wraps around where the language leaves overflow open.
class wrapping {
 public:
  explicit constexpr wrapping(std::int64_t x) : value_(x) {}
  explicit constexpr wrapping(double x) : value_(detail::converted<std::int64_t>(x)) {}
  constexpr auto value() const -> std::int64_t { return value_; }

  friend constexpr auto operator+(wrapping a, wrapping b) { return of(a.bits() + b.bits()); }
  friend constexpr auto operator-(wrapping a, wrapping b) { return of(a.bits() - b.bits()); }
  friend constexpr auto operator*(wrapping a, wrapping b) { return of(a.bits() * b.bits()); }
  friend constexpr auto operator-(wrapping x) { return of(-x.bits()); }
  friend constexpr auto operator<=>(wrapping a, wrapping b) = default;
  friend constexpr auto operator<=>(wrapping a, int b) { return a.value_ <=> b; }
  friend constexpr auto operator==(wrapping a, int b) { return a.value_ == b; }

  friend constexpr auto fma(wrapping a, wrapping b, wrapping c) { return a * b + c; }
  friend constexpr auto abs(wrapping x) { return x < 0 ? -x : x; }
  friend constexpr auto floor(wrapping x) { return x; }
  friend constexpr auto ceil(wrapping x) { return x; }
  friend constexpr auto round(wrapping x) { return x; }
  friend constexpr auto trunc(wrapping x) { return x; }
  /// 0 where b is 0, as in numpy.
  friend constexpr auto fmod(wrapping a, wrapping b) {
    return wrapping(b.value_ == 0 || b.value_ == -1 ? std::int64_t{0} : a.value_ % b.value_);
  }

 private:
  static constexpr auto of(std::uint64_t bits) -> wrapping { return wrapping(static_cast<std::int64_t>(bits)); }
  constexpr auto bits() const -> std::uint64_t { return static_cast<std::uint64_t>(value_); }

  std::int64_t value_;
};

template <class Op>
struct whole_loop {
  /// `type` is int64, or bool for an operation that chooses among truth values.
  static auto run(std::span<const array* const> x, dtype type) -> array {
    constexpr auto arity = static_cast<std::size_t>(Op::arity);
    array whole[arity];
    auto shape = x[0]->shape();
    for (std::size_t i = 0; i < arity; ++i) {
      whole[i] = x[i]->cast(int64);
      shape = broadcast(shape, whole[i].shape(), Op::name);
    }
    auto out = array::uninitialized(int64, shape);
    std::array<dims, arity + 1> strides;
    const std::int64_t* from[arity];
    for (std::size_t i = 0; i < arity; ++i) {
      strides[i] = repeated(whole[i].shape(), whole[i].strides(), shape);
      from[i] = whole[i].template data<std::int64_t>();
    }
    strides[arity] = out.strides();
    const nest<Op::arity + 1> n(shape, strides);
    auto* to = static_cast<std::int64_t*>(out.raw());
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      n.rows(0, n.row_count(), [&](const auto& at) {
        for (index_t k = 0; k < n.length; ++k)
          to[at[arity] + k] = wrapping(Op::value(wrapping(from[I][at[I] + k * n.step[I]])...)).value();
      });
    }(std::make_index_sequence<arity>{});
    return type == int64 ? out : out.cast(type);
  }
};

}  // namespace seegrad::detail
