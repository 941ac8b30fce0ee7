#pragma once
// The handle: a value that remembers the node that made it.
//
//   graph g;
//   scalar a = input(7.0, "a"), b = input(4.0, "b");
//   scalar u = a * b + 1;          // recorded: mul, constant 1, add
//   scalar k = 2.0;                // a constant: no node, and none until it meets a recorded value
//   if (u > 20) ...                // comparisons are by value
//
// A handle is 16 bytes, trivially copyable, and is passed by value. It works as the number type of templates written for double
// (Eigen, Boost.Math, Boost.odeint): mixed arithmetic with all built-in numbers, the functions of <cmath> found by ADL,
// std::numeric_limits, stream and fmt output.

#include <autodiff/graph/graph.hpp>
#include <autodiff/ops/pointwise/library.hpp>
#include <functional>
#include <iosfwd>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace seegrad {

template <class Value>
class traced {
 public:
  // No member value_type: Boost.odeint, for one, takes a class that has one for a container.
  constexpr traced() = default;
  constexpr traced(arithmetic auto x) : value_(static_cast<Value>(x)) {}
  constexpr traced(Value value, node_ref ref) : value_(value), ref_(ref) {}

  /// The number, or the array.
  constexpr auto value() const -> Value { return value_; }
  /// Which node; 0 for a constant.
  constexpr auto ref() const -> node_ref { return ref_; }
  /// No node stands behind it: a number, the result of constants, or of detach().
  constexpr auto is_constant() const -> bool { return ref_ == 0; }

  /// The value alone, for code that asks for it in so many words: static_cast<double>(x), static_cast<int>(x).
  template <arithmetic T>
  constexpr explicit operator T() const {
    const auto converted = static_cast<T>(value_);
    if (ref_ & detail::guard_bit) [[unlikely]]
      detail::note_guard(
          std::integral<T> ? "conversion to a whole number" : "conversion to a number",
          [](double a, double) { return static_cast<double>(static_cast<T>(a)); }, {ref_, value_}, {},
          static_cast<double>(converted));
    return converted;
  }

  // clang-format off
  friend constexpr auto operator==(traced a, traced b) -> bool { return answered("==", std::equal_to<double>{}, a, b); }
  friend constexpr auto operator!=(traced a, traced b) -> bool { return answered("!=", std::not_equal_to<double>{}, a, b); }
  friend constexpr auto operator<(traced a, traced b) -> bool { return answered("<", std::less<double>{}, a, b); }
  friend constexpr auto operator>(traced a, traced b) -> bool { return answered(">", std::greater<double>{}, a, b); }
  friend constexpr auto operator<=(traced a, traced b) -> bool { return answered("<=", std::less_equal<double>{}, a, b); }
  friend constexpr auto operator>=(traced a, traced b) -> bool { return answered(">=", std::greater_equal<double>{}, a, b); }
  // clang-format on

 private:
  // The program may branch on the answer, of which a graph with guards makes a note. Not to slow down comparisons in any other graph, that
  // is done out of line, and called pure: of what it writes, the caller can only see graph::guards(), which is out of line as well. So a
  // loop keeps the numbers it compares in registers.
  template <class Question>
  [[gnu::always_inline]] static constexpr auto answered(const char* question, Question ask, traced a, traced b) -> bool {
    if ((a.ref_ | b.ref_) & detail::guard_bit) [[unlikely]]
      return noted<Question>(question, a, b);
    return ask(a.value_, b.value_);
  }
  template <class Question>
  [[gnu::cold, gnu::noinline, gnu::pure]] static auto noted(const char* question, traced a, traced b) -> bool {
    constexpr Question ask{};
    detail::note_guard(
        question, [](double p, double q) { return static_cast<double>(Question{}(p, q)); }, {a.ref_, a.value_},
        {b.ref_, b.value_}, ask(a.value_, b.value_));
    return ask(a.value_, b.value_);
  }

  Value value_{};
  node_ref ref_ = 0;
};
static_assert(sizeof(scalar) == 16 && std::is_trivially_copyable_v<scalar>);

template <>
struct lift<scalar> {
  template <class Op, class... A>
  [[gnu::always_inline]] static auto apply(const A&... a) -> scalar {
    const double y = Op::value(value_of(a)...);
    const auto& op = operation_of<Op>();
    constexpr auto code = detail::code_of<Op>;
    if constexpr (code == detail::code::extended || Op::arity > 2) {
      const detail::operand list[] = {as_operand(a)...};
      return {y, detail::record_wide(op, code, y, list)};
    } else {
      return {y, detail::record(op, code, y, as_hot_operand(a)...)};
    }
  }

 private:
  [[gnu::always_inline]] static auto value_of(const scalar& x) -> double { return x.value(); }
  [[gnu::always_inline]] static auto value_of(arithmetic auto x) -> double { return static_cast<double>(x); }
  [[gnu::always_inline]] static auto as_operand(const scalar& x) -> detail::operand { return {x.value(), x.ref()}; }
  static auto as_operand(arithmetic auto x) -> detail::operand { return {static_cast<double>(x), 0}; }
  // A plain number stays one here, so that the recorder knows it for a constant while compiling.
  [[gnu::always_inline]] static auto as_hot_operand(const scalar& x) -> detail::operand { return {x.value(), x.ref()}; }
  [[gnu::always_inline]] static auto as_hot_operand(arithmetic auto x) -> double { return static_cast<double>(x); }
};

/// A new input of the active graph. Throws if there is none.
inline auto input(double value) -> scalar {
  if (auto& r = *detail::current; r.next < r.limit) [[likely]] {
    detail::put(r, r.next, value, detail::code::input);
    r.next += sizeof(node);
    return {value, r.tag + r.next - sizeof(node)};
  }
  return {value, graph::active().append_input(value)};
}
auto input(double value, std::string_view name) -> scalar;

namespace detail {
/// Inputs one behind the other, for which there is `room`; the handle's number of the first. Throws as inputs() does.
auto append_inputs(std::span<const double> values, std::size_t room) -> node_ref;
}  // namespace detail

/// An input for each number, in order; faster than one at a time. Throws if there is no graph, or if `into` has another length.
auto inputs(std::span<const double> values, std::span<scalar> into) -> void;
auto inputs(std::span<const double> values) -> std::vector<scalar>;

/// Gives the node behind `x` a name, and returns `x`. A constant has no node and goes through as it is, so that code written for
/// recorded values runs on numbers too.
auto named(const scalar& x, std::string_view name) -> scalar;

/// The value without its history: gradients stop here. A guard where the graph keeps them, as a program holds the number that it was.
inline auto detach(const scalar& x, source_place at = source_place::current()) -> scalar {
  if (x.ref() & detail::guard_bit) [[unlikely]]
    detail::note_detached(x.ref(), x.value(), at);
  return x.value();
}

/// A handle to node `k` of the active graph.
auto handle(node_id k) -> scalar;

/// Prints the value.
auto operator<<(std::ostream& out, const scalar& x) -> std::ostream&;
/// Reads a number, a constant.
auto operator>>(std::istream& in, scalar& x) -> std::istream&;

// Functions of <cmath> that look at a number rather than compute with it, or that move it by powers of two. What they say of a
// recorded value is a guard where the graph keeps them.

namespace detail {
template <class F>
auto asked_of(const char* question, const scalar& x, F, source_place where) {
  constexpr F f{};
  const auto answer = f(x.value());
  if (x.ref() & guard_bit) [[unlikely]]
    note_guard(
        question, [](double a, double) { return static_cast<double>(F{}(a)); }, {x.ref(), x.value()}, {},
        static_cast<double>(answer), where);
  return answer;
}
}  // namespace detail

// clang-format off
/// As those of <cmath>: of the value, and a guard where the graph keeps them.
inline auto isnan(const scalar& x, source_place at = source_place::current()) -> bool { return detail::asked_of("isnan", x, [](double a) { return std::isnan(a); }, at); }
inline auto isinf(const scalar& x, source_place at = source_place::current()) -> bool { return detail::asked_of("isinf", x, [](double a) { return std::isinf(a); }, at); }
inline auto isfinite(const scalar& x, source_place at = source_place::current()) -> bool { return detail::asked_of("isfinite", x, [](double a) { return std::isfinite(a); }, at); }
inline auto isnormal(const scalar& x, source_place at = source_place::current()) -> bool { return detail::asked_of("isnormal", x, [](double a) { return std::isnormal(a); }, at); }
inline auto signbit(const scalar& x, source_place at = source_place::current()) -> bool { return detail::asked_of("signbit", x, [](double a) { return std::signbit(a); }, at); }
inline auto fpclassify(const scalar& x, source_place at = source_place::current()) -> int { return detail::asked_of("fpclassify", x, [](double a) { return std::fpclassify(a); }, at); }
inline auto lround(const scalar& x, source_place at = source_place::current()) -> long { return detail::asked_of("lround", x, [](double a) { return std::lround(a); }, at); }
inline auto llround(const scalar& x, source_place at = source_place::current()) -> long long { return detail::asked_of("llround", x, [](double a) { return std::llround(a); }, at); }
inline auto ilogb(const scalar& x, source_place at = source_place::current()) -> int { return detail::asked_of("ilogb", x, [](double a) { return std::ilogb(a); }, at); }
inline auto logb(const scalar& x, source_place at = source_place::current()) -> scalar { return detail::asked_of("logb", x, [](double a) { return std::logb(a); }, at); }
// clang-format on
/// The next number towards `to`, a constant.
inline auto nextafter(const scalar& x, const scalar& to, source_place at = source_place::current()) -> scalar {
  const auto is_value = [](double a) { return a; };
  return std::nextafter(detail::asked_of("nextafter", x, is_value, at), detail::asked_of("nextafter", to, is_value, at));
}
/// As abs, recorded.
inline auto fabs(const scalar& x) -> scalar { return abs(x); }
/// As min, recorded.
inline auto fmin(const scalar& a, const scalar& b) -> scalar { return min(a, b); }
/// As max, recorded.
inline auto fmax(const scalar& a, const scalar& b) -> scalar { return max(a, b); }
/// x times 2 to the power n, recorded as a product.
inline auto ldexp(const scalar& x, int n) -> scalar { return x * std::ldexp(1.0, n); }
/// As ldexp.
inline auto scalbn(const scalar& x, int n) -> scalar { return ldexp(x, n); }
/// x as a number from 1/2 to 1 times 2 to the power *n: the number, recorded as a product. *n is a guard where the graph keeps them.
inline auto frexp(const scalar& x, int* n, source_place at = source_place::current()) -> scalar {
  *n = detail::asked_of(
      "frexp", x,
      [](double a) {
        int e = 0;
        std::frexp(a, &e);
        return e;
      },
      at);
  return ldexp(x, -*n);
}
/// The part behind the point, and the whole one in *whole; both recorded.
inline auto modf(const scalar& x, scalar* whole) -> scalar { return x - (*whole = trunc(x)); }

}  // namespace seegrad

template <>
class std::numeric_limits<seegrad::scalar> : public std::numeric_limits<double> {
 public:
  // clang-format off
  static constexpr auto min() noexcept -> seegrad::scalar { return numeric_limits<double>::min(); }
  static constexpr auto max() noexcept -> seegrad::scalar { return numeric_limits<double>::max(); }
  static constexpr auto lowest() noexcept -> seegrad::scalar { return numeric_limits<double>::lowest(); }
  static constexpr auto epsilon() noexcept -> seegrad::scalar { return numeric_limits<double>::epsilon(); }
  static constexpr auto round_error() noexcept -> seegrad::scalar { return numeric_limits<double>::round_error(); }
  static constexpr auto infinity() noexcept -> seegrad::scalar { return numeric_limits<double>::infinity(); }
  static constexpr auto quiet_NaN() noexcept -> seegrad::scalar { return numeric_limits<double>::quiet_NaN(); }
  static constexpr auto signaling_NaN() noexcept -> seegrad::scalar { return numeric_limits<double>::signaling_NaN(); }
  static constexpr auto denorm_min() noexcept -> seegrad::scalar { return numeric_limits<double>::denorm_min(); }
  // clang-format on
};
