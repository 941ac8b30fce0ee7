#pragma once
// What a function of numbers can be a function of: a number, an array, and containers and structs of them. Each is mapped number by number onto
// the same with other numbers: std::vector<double> onto std::vector<scalar>, and back onto the gradient.
//
//   template <class T>
//   struct oscillator {                          // an aggregate that is a template over its number
//     T mass, stiffness;
//     std::array<T, 2> state;
//     int steps;                                 // a whole number is no variable, and stays as it is
//   };
//   static_assert(std::same_as<detail::mapped<oscillator<double>, detail::as_inputs>, oscillator<scalar>>);
//
// Matrices of Eigen are points as well where trace/eigen.hpp is included. What is none of these is data, and is passed on as it is.

#include <array>
#include <autodiff/trace/tensor.hpp>
#include <autodiff/trace/tie.hpp>
#include <concepts>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace seegrad::detail {

/// How many elements each list in a point has, in order, and of each array the type and the shape.
struct list_sizes {
  std::vector<std::size_t> all = {};
  auto operator()(const array& x) -> void {
    all.push_back(static_cast<std::size_t>(x.type()));
    all.push_back(static_cast<std::size_t>(x.rank()));
    for (const auto n : x.shape()) all.push_back(static_cast<std::size_t>(n));
  }
};

/// Of data: no variables.
template <class X>
struct point {
  static constexpr bool has_numbers = false, is_recorded = false, has_data = true, has_arrays = false;
  template <class F>
  static auto map(const X& x, F&) -> const X& {
    return x;
  }
  static auto sizes(const X&, list_sizes&) -> void {}
};

template <class X, class F>
using mapped = std::remove_cvref_t<decltype(point<X>::map(std::declval<const X&>(), std::declval<F&>()))>;
template <class X>
concept has_numbers = point<X>::has_numbers;
template <class X>
concept is_recorded = point<X>::is_recorded;

template <class X, bool recorded>
struct number_point {
  static constexpr bool has_numbers = true, is_recorded = recorded, has_data = false, has_arrays = std::same_as<X, array>;
  template <class F>
  static auto map(const X& x, F& f) {
    return f(x);
  }
  static auto sizes([[maybe_unused]] const X& x, [[maybe_unused]] list_sizes& s) -> void {
    if constexpr (has_arrays) s(x);
  }
};
template <std::floating_point X>
struct point<X> : number_point<X, false> {};
template <>
struct point<array> : number_point<array, false> {};
template <>
struct point<tensor> : number_point<tensor, true> {};
template <std::derived_from<scalar> X>
struct point<X> : number_point<X, true> {};

template <class List, class X>
struct list_point {
  static constexpr bool has_numbers = point<X>::has_numbers, is_recorded = point<X>::is_recorded, has_data = point<X>::has_data,
                        has_arrays = point<X>::has_arrays;
  static auto sizes(const List& list, list_sizes& s) -> void {
    s.all.push_back(list.size());
    for (const auto& x : list) point<X>::sizes(x, s);
  }
  template <class F>
  static auto map(const List& list, F& f) -> std::vector<mapped<X, F>> {
    std::vector<mapped<X, F>> out;
    out.reserve(list.size());
    for (const auto& x : list) out.push_back(point<X>::map(x, f));
    return out;
  }
};
template <has_numbers X>
struct point<std::vector<X>> : list_point<std::vector<X>, X> {};
template <class X, std::size_t N>
  requires has_numbers<std::remove_const_t<X>>
struct point<std::span<X, N>> : list_point<std::span<X, N>, std::remove_const_t<X>> {};

template <has_numbers X, std::size_t N>
struct point<std::array<X, N>> {
  static constexpr bool has_numbers = true, is_recorded = point<X>::is_recorded, has_data = point<X>::has_data,
                        has_arrays = point<X>::has_arrays;
  static auto sizes(const std::array<X, N>& all, list_sizes& s) -> void {
    for (const auto& x : all) point<X>::sizes(x, s);
  }
  template <class F>
  static auto map(const std::array<X, N>& x, F& f) -> std::array<mapped<X, F>, N> {
    std::array<mapped<X, F>, N> out{};
    for (std::size_t i = 0; i < N; ++i) out[i] = point<X>::map(x[i], f);
    return out;
  }
};

template <class... X>
  requires(has_numbers<X> || ...)
struct point<std::tuple<X...>> {
  static constexpr bool has_numbers = true, is_recorded = (point<X>::is_recorded || ...), has_data = (point<X>::has_data || ...),
                        has_arrays = (point<X>::has_arrays || ...);
  static auto sizes(const std::tuple<X...>& x, list_sizes& s) -> void {
    std::apply([&](const X&... each) { (point<X>::sizes(each, s), ...); }, x);
  }
  template <class F>
  static auto map(const std::tuple<X...>& x, F& f) -> std::tuple<mapped<X, F>...> {
    return std::apply([&](const X&... each) { return std::tuple<mapped<X, F>...>{point<X>::map(each, f)...}; }, x);
  }
};
template <class A, class B>
  requires(has_numbers<A> || has_numbers<B>)
struct point<std::pair<A, B>> {
  static constexpr bool has_numbers = true, is_recorded = point<A>::is_recorded || point<B>::is_recorded,
                        has_data = point<A>::has_data || point<B>::has_data,
                        has_arrays = point<A>::has_arrays || point<B>::has_arrays;
  static auto sizes(const std::pair<A, B>& x, list_sizes& s) -> void {
    point<A>::sizes(x.first, s), point<B>::sizes(x.second, s);
  }
  template <class F>
  static auto map(const std::pair<A, B>& x, F& f) -> std::pair<mapped<A, F>, mapped<B, F>> {
    return {point<A>::map(x.first, f), point<B>::map(x.second, f)};
  }
};

template <template <class> class Struct, has_numbers T>
  requires std::is_aggregate_v<Struct<T>>
struct point<Struct<T>> {
  template <class Field>
  using field = point<std::remove_cvref_t<std::remove_pointer_t<std::remove_cvref_t<Field>>>>;
  template <class... Field>
  static consteval auto any_data(std::type_identity<std::tuple<Field...>>) -> bool {
    return (field<Field>::has_data || ...);
  }
  static constexpr bool has_numbers = true, is_recorded = point<T>::is_recorded, has_arrays = point<T>::has_arrays,
                        has_data = any_data(
                            std::type_identity<decltype(addresses_of_fields<Struct<T>>(std::declval<const Struct<T>&>()))>());
  static auto sizes(const Struct<T>& x, list_sizes& s) -> void {
    std::apply([&](const auto*... each) { (field<decltype(each)>::sizes(*each, s), ...); }, addresses_of_fields<Struct<T>>(x));
  }
  template <class F>
  static auto map(const Struct<T>& x, F& f) -> Struct<mapped<T, F>> {
    Struct<mapped<T, F>> out{};
    const auto from = addresses_of_fields<Struct<T>>(x);
    const auto to = addresses_of_fields<Struct<mapped<T, F>>>(out);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((*std::get<I>(to) = field<decltype(std::get<I>(from))>::map(*std::get<I>(from), f)), ...);
    }(std::make_index_sequence<std::tuple_size_v<decltype(from)>>());
    return out;
  }
};

/// In what a matrix of derivatives by X comes, with any number of rows, or as many as columns; Eigen's vectors have theirs.
template <class X>
struct matrix_by {
  static auto of(array m) -> array { return m; }
  static auto square(array m) -> array { return m; }
};

/// Makes an input of each number and each array, and lists them.
struct as_inputs {
  std::vector<scalar> numbers;
  std::vector<tensor> arrays;

  auto operator()(std::floating_point auto x) -> scalar { return numbers.emplace_back(input(static_cast<double>(x))); }
  auto operator()(const array& x) -> tensor { return arrays.emplace_back(input(x)); }
};

/// Puts numbers and arrays of a list in the places of those of a point, in their types.
struct replace {
  std::span<const double> numbers;
  std::span<const array> arrays = {};
  std::size_t next_number = 0, next_array = 0;

  template <std::floating_point X>
  auto operator()(X) -> X {
    return static_cast<X>(numbers[next_number++]);
  }
  auto operator()(const array& x) -> array { return arrays[next_array++].cast(x.type()); }
};

/// Lists the numbers of a point.
struct list_numbers {
  std::vector<double> numbers = {};
  auto operator()(std::floating_point auto x) -> double { return numbers.emplace_back(static_cast<double>(x)); }
};
/// Lists the scalars of a result; a plain number is a constant.
struct list_scalars {
  std::vector<scalar> numbers = {};
  auto operator()(const scalar& x) -> double { return numbers.emplace_back(x), x.value(); }
  auto operator()(std::floating_point auto x) -> double { return numbers.emplace_back(x), static_cast<double>(x); }
};

}  // namespace seegrad::detail
