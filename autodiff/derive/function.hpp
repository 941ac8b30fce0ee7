#pragma once
// Derivatives of a function: of any callable, with no graph in sight.
//
//   auto f = [](const auto& x) { return sin(x[0]) * x[1]; };
//   auto [y, dy] = value_and_gradient(f, std::vector{0.5, 2.0});      // dy is a std::vector<double>
//   auto [dx, dk] = gradient([](auto x, auto k, int n) { return k * pow(x, n); }, 2.0, 3.0, 4);
//   array H = hessian(f, std::vector{0.5, 2.0});                      // H(0, 1) is by x[0] and x[1]
//   auto J = jacobian(g, x);                                          // g gives several numbers; an Eigen::MatrixXd for Eigen's vectors
//   auto Hv = hvp(f, x, v), w_J = vjp(g, x, w);
//   auto all = vjp_batch(g, x, std::vector{w, w2, w3});               // several at once, each as vjp gives it
//
// The function is a template or generic lambda, or takes scalar and tensor. Its arguments may be numbers, arrays, and vectors, arrays, spans, tuples and structs
// of them (trace/point.hpp), matrices of Eigen too with trace/eigen.hpp; derivatives come in the same types. Whole numbers and all else are passed on as they
// are. The function is recorded in a graph of its own, which is gone afterwards; what it throws comes through.
//
// Inside of another such function, or wherever a graph records, call these with scalars and tensors: the derivatives are then recorded, and can be differentiated.
// Every call differentiates by variables of its own, so that derivatives inside of derivatives are never confused.

#include <autodiff/derive/forward.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/trace/point.hpp>

namespace seegrad {

namespace detail {

/// A node of its own for each number and each array of recorded arguments.
struct as_own_nodes {
  std::vector<scalar> numbers = {};
  std::vector<tensor> arrays = {};

  auto operator()(const scalar& x) -> scalar { return numbers.emplace_back(argument(x)); }
  auto operator()(std::floating_point auto x) -> scalar { return numbers.emplace_back(argument(scalar(x))); }
  auto operator()(const tensor& x) -> tensor { return arrays.emplace_back(argument(x)); }
  auto operator()(const array& x) -> tensor { return arrays.emplace_back(argument(tensor(x))); }
};

/// Of traced functions, which have verbs of their own (run/traced_function.hpp).
template <class F>
inline constexpr bool is_traced_function = false;

// As functions, since g++ 12 looks into all parts of a conjunction over packs.
template <bool recorded, class F, class... X>
consteval auto takes() -> bool {
  if constexpr (!(has_numbers<X> || ...) || (is_recorded<X> || ...) != recorded) return false;
  else if constexpr (!recorded && is_traced_function<std::remove_cvref_t<F>>) return false;
  else return std::invocable<F&, const mapped<X, std::conditional_t<recorded, as_own_nodes, as_inputs>>&...>;
}
template <class F, class... X>
concept plain_function_at = takes<false, F, X...>();
template <class F, class... X>
concept recorded_function_at = takes<true, F, X...>();

/// Derivatives by numbers and by arrays.
template <class Number, class Array>
struct slopes {
  std::vector<Number> numbers;
  std::vector<Array> arrays;
};
/// Those of y. Throw if it has more than one element.
auto slopes_of(const scalar& y, const as_inputs& by) -> slopes<double, array>;
auto slopes_of(const tensor& y, const as_inputs& by) -> slopes<double, array>;
auto recorded_slopes_of(const scalar& y, const as_own_nodes& by) -> slopes<scalar, tensor>;
auto recorded_slopes_of(const tensor& y, const as_own_nodes& by) -> slopes<scalar, tensor>;

/// Puts recorded derivatives in the places of what they are by.
struct hand_out {
  const slopes<scalar, tensor>& all;
  std::size_t next_number = 0, next_array = 0;

  auto operator()(const scalar&) -> scalar { return all.numbers[next_number++]; }
  auto operator()(std::floating_point auto) -> scalar { return all.numbers[next_number++]; }
  auto operator()(const tensor&) -> tensor { return all.arrays[next_array++]; }
  auto operator()(const array&) -> tensor { return all.arrays[next_array++]; }
};

/// A result as what it is: a handle, whatever expression it was; a plain number is a constant.
inline auto result(const tensor& y) -> tensor { return y; }
inline auto result(const scalar& y) -> scalar { return y; }
inline auto result(arithmetic auto y) -> scalar { return y; }
/// The same of results that may be a list or a struct.
template <class Y>
auto result_point(const Y& y) -> decltype(auto) {
  if constexpr (std::convertible_to<const Y&, scalar>) return scalar(y);
  else return y;
}
/// Throws if it has more than one element.
auto value_of_result(const tensor& y) -> double;
inline auto value_of_result(const scalar& y) -> double { return y.value(); }

template <class M, class... X>
auto mapped_all(M& map, const X&... x) {
  return std::tuple<mapped<X, M>...>{point<X>::map(x, map)...};
}
/// Those of arguments that are variables: alone where there is one.
template <class M, class... X>
auto mapped_variables(M& map, const X&... x) {
  // In braces, as the order in which a function's arguments are computed is open.
  std::tuple<std::conditional_t<has_numbers<X>, std::tuple<mapped<X, M>>, std::tuple<>>...> in_order{[&] {
    if constexpr (has_numbers<X>) return std::tuple<mapped<X, M>>{point<X>::map(x, map)};
    else return std::tuple<>();
  }()...};
  auto all = std::apply([](auto&... each) { return std::tuple_cat(std::move(each)...); }, in_order);
  if constexpr (std::tuple_size_v<decltype(all)> == 1) return std::get<0>(std::move(all));
  else return all;
}

/// A function recorded at a point, in a graph that lives as long as this.
template <class F, class X>
struct recorded_call {
  recorded_call(F& f, const X& x) : at(point<X>::map(x, inputs)), y(f(at)) {}

  graph g;
  as_inputs inputs;
  mapped<X, as_inputs> at;
  std::decay_t<std::invoke_result_t<F&, const mapped<X, as_inputs>&>> y;

  /// The numbers of y, which are put into a list, as a point of plain ones.
  auto value(list_scalars& results) const { return point<std::remove_cvref_t<decltype(y)>>::map(y, results); }
  auto results() const -> std::vector<scalar> {
    list_scalars all;
    static_cast<void>(value(all));
    return std::move(all.numbers);
  }
};

auto need_same_count(std::size_t variables, std::size_t numbers, std::string_view who) -> void;

/// Throws unless point i of several has so many numbers as are wanted.
auto need_numbers(std::size_t numbers, std::size_t wanted, std::size_t i, std::string_view who, std::string_view what) -> void;
/// A row of numbers for each of several points. Throws if one has not so many numbers as are wanted, in the name of `who` and of `what` they are.
template <class X>
auto rows_of(const std::vector<X>& points, std::size_t wanted, std::string_view who, std::string_view what) -> array {
  list_numbers all;
  for (std::size_t i = 0; i < points.size(); ++i) {
    static_cast<void>(point<X>::map(points[i], all));
    need_numbers(all.numbers.size() - i * wanted, wanted, i, who, what);
  }
  return {std::span<const double>(all.numbers), {static_cast<index_t>(points.size()), static_cast<index_t>(wanted)}};
}
/// The rows as points like x.
template <class X>
auto points_of(const array& rows, const X& x) {
  replace back{rows.elements<double>()};
  std::vector<mapped<X, replace>> out;
  for (index_t i = 0; i < rows.extent(0); ++i) out.push_back(point<X>::map(x, back));
  return out;
}

}  // namespace detail

/// f(x…) and its derivatives by the variables among x, as a pair. Of one variable the derivative stands alone, of several in a tuple.
template <class F, class... X>
  requires detail::plain_function_at<F, X...>
auto value_and_gradient(F&& f, const X&... x) {
  graph g;
  detail::as_inputs inputs;
  const auto at = detail::mapped_all(inputs, x...);
  const auto y = detail::result(std::apply([&](const auto&... a) { return f(a...); }, at));
  const auto by = detail::slopes_of(y, inputs);
  detail::replace back{by.numbers, by.arrays};
  return std::pair(detail::value_of_result(y), detail::mapped_variables(back, x...));
}
/// Of recorded values: both are recorded.
template <class F, class... X>
  requires detail::recorded_function_at<F, X...>
auto value_and_gradient(F&& f, const X&... x) {
  detail::as_own_nodes own;
  const auto at = detail::mapped_all(own, x...);
  auto y = detail::result(std::apply([&](const auto&... a) { return f(a...); }, at));
  const auto by = detail::recorded_slopes_of(y, own);
  detail::hand_out back{by};
  return std::pair(std::move(y), detail::mapped_variables(back, x...));
}

/// The derivatives alone.
template <class F, class... X>
  requires(detail::plain_function_at<F, X...> || detail::recorded_function_at<F, X...>)
auto gradient(F&& f, const X&... x) {
  return value_and_gradient(std::forward<F>(f), x...).second;
}

/// The gradient of f at x into memory of the caller's; f takes a std::vector or std::span of scalars. Returns f(x). Throws if the lengths differ.
template <class F>
auto value_and_gradient_into(std::span<double> into, F&& f, std::span<const double> x) -> double {
  detail::need_same_count(x.size(), into.size(), "value_and_gradient_into");
  graph g;
  const auto at = inputs(x);
  const scalar y = f(at);
  gradient(y, at, into);
  return y.value();
}

/// The derivatives of all results of f by all numbers of x: an array with a row for each result, or a matrix of Eigen's where x is one. Of arrays the shape
/// of f(x), then that of x.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto jacobian(F&& f, const X& x) {
  const detail::recorded_call call(f, x);
  if constexpr (std::same_as<X, array>) {
    return jacobian(tensor(call.y), call.inputs.arrays[0]);
  } else {
    return detail::matrix_by<X>::of(jacobian(call.results(), call.inputs.numbers));
  }
}

/// The second derivatives of f, which gives one number. Of an array the shape of x twice.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto hessian(F&& f, const X& x) {
  const detail::recorded_call call(f, x);
  if constexpr (std::same_as<X, array>) return hessian(tensor(call.y), call.inputs.arrays[0]);
  else return detail::matrix_by<X>::square(hessian(scalar(call.y), call.inputs.numbers));
}

/// The Hessian of f at x times v, which is a point like x: a point like x. In the time of a few calls of f, however many numbers x has.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto hvp(F&& f, const X& x, const X& v) {
  const detail::recorded_call call(f, x);
  if constexpr (std::same_as<X, array>) {
    return hessian_vector(tensor(call.y), call.inputs.arrays[0], v);
  } else {
    detail::list_numbers direction;
    detail::point<X>::map(v, direction);
    const auto product = hessian_vector(scalar(call.y), call.inputs.numbers, direction.numbers);
    detail::replace back{product};
    return detail::point<X>::map(x, back);
  }
}

/// What x gets of the cotangent w of f(x): w times the Jacobian, as a point like x. In the time of a few calls of f.
template <class F, class X, class W>
  requires detail::plain_function_at<F, X>
auto vjp(F&& f, const X& x, const W& w) {
  const detail::recorded_call call(f, x);
  if constexpr (std::same_as<X, array>) {
    return vjp(tensor(call.y), w, call.inputs.arrays)[0];
  } else {
    detail::list_numbers weights;
    detail::point<W>::map(w, weights);
    const auto product = vjp(call.results(), weights.numbers, call.inputs.numbers);
    detail::replace back{product};
    return detail::point<X>::map(x, back);
  }
}

/// f(x) and its change along v, a point like x, as a pair. In the time of a few calls of f.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto jvp(F&& f, const X& x, const X& v) {
  const detail::recorded_call call(f, x);
  if constexpr (std::same_as<X, array>) {
    return std::pair(tensor(call.y).value(), jvp(tensor(call.y), call.inputs.arrays, {&v, 1}));
  } else {
    detail::list_scalars results;
    detail::list_numbers direction;
    auto value = call.value(results);
    detail::point<X>::map(v, direction);
    const auto change = jvp(results.numbers, call.inputs.numbers, direction.numbers);
    detail::replace back{change};
    auto along = detail::point<decltype(value)>::map(value, back);
    return std::pair(std::move(value), std::move(along));
  }
}

// Several at once: what is one by one above, in lists, from one record of f, of numbers eight in each sweep (derive/vector_mode.hpp). Throw if one has another
// number of numbers than what it belongs to.

/// What x gets of each cotangent of f(x), a point like x for each.
template <class F, class X, class W>
  requires detail::plain_function_at<F, X>
auto vjp_batch(F&& f, const X& x, const std::vector<W>& cotangents) {
  const detail::recorded_call call(f, x);
  if constexpr (std::same_as<X, array>) {
    std::vector<array> out;
    for (const auto& w : cotangents) out.push_back(vjp(tensor(call.y), w, call.inputs.arrays)[0]);
    return out;
  } else {
    const auto results = call.results();
    const auto rows = detail::rows_of(cotangents, results.size(), "vjp_batch", "cotangent");
    return detail::points_of(vjp_batch(results, rows, call.inputs.numbers), x);
  }
}

/// f(x) and its changes along each direction, which are points like x, as a pair.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto jvp_batch(F&& f, const X& x, const std::vector<X>& directions) {
  const detail::recorded_call call(f, x);
  if constexpr (std::same_as<X, array>) {
    std::vector<array> changes;
    for (const auto& v : directions) changes.push_back(jvp(tensor(call.y), call.inputs.arrays, {&v, 1}));
    return std::pair(tensor(call.y).value(), std::move(changes));
  } else {
    detail::list_scalars results;
    auto value = call.value(results);
    const auto rows = detail::rows_of(directions, call.inputs.numbers.size(), "jvp_batch", "direction");
    auto changes = detail::points_of(jvp_batch(results.numbers, call.inputs.numbers, rows), value);
    return std::pair(std::move(value), std::move(changes));
  }
}

/// The Hessian of f at x times each vector, a point like x for each.
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto hvp_batch(F&& f, const X& x, const std::vector<X>& vectors) {
  const detail::recorded_call call(f, x);
  if constexpr (std::same_as<X, array>) {
    const tensor y(call.y);
    std::vector<array> out;
    for (const auto& v : vectors) out.push_back(hessian_vector(y, call.inputs.arrays[0], v));
    return out;
  } else {
    const auto rows = detail::rows_of(vectors, call.inputs.numbers.size(), "hvp_batch", "vector");
    return detail::points_of(hvp_batch(scalar(call.y), call.inputs.numbers, rows), x);
  }
}

}  // namespace seegrad
