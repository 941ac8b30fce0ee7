#pragma once
// What a traced function of arrays needs: its arguments and results as lists, numbers among them too, in the order in which they stand.

#include <autodiff/derive/function.hpp>
#include <autodiff/run/program_cache.hpp>

namespace seegrad::detail::run {

/// Makes an input of each number and each array.
struct record_in_order {
  std::vector<node_ref> refs = {};
  auto operator()(std::floating_point auto x) -> scalar {
    const auto s = input(static_cast<double>(x));
    return refs.push_back(s.ref()), s;
  }
  auto operator()(const array& x) -> tensor {
    const auto t = input(x);
    return refs.push_back(t.ref()), t;
  }
};
/// Lists numbers and arrays of a point.
struct list_arrays {
  std::vector<array> all = {};
  auto operator()(std::floating_point auto x) -> double { return all.emplace_back(static_cast<double>(x)), x; }
  auto operator()(const array& x) -> array { return all.emplace_back(x); }
};
/// Puts arrays of a list in the places of numbers and arrays, in their types.
struct place_arrays {
  std::span<const array> all;
  std::size_t next = 0;
  template <std::floating_point X>
  auto operator()(X) -> X {
    return static_cast<X>(all[next++].item());
  }
  auto operator()(const array& x) -> array { return all[next++].cast(x.type()); }
};
/// Lists what a function gives.
struct list_results {
  std::vector<tensor> all = {};
  auto operator()(const scalar& x) -> double { return all.emplace_back(x), x.value(); }
  auto operator()(const tensor& x) -> array { return all.emplace_back(x).value(); }
  auto operator()(std::floating_point auto x) -> double { return all.emplace_back(array(x)), static_cast<double>(x); }
};

template <class F, class... X>
using array_results = std::remove_cvref_t<decltype(result_point(
    std::declval<std::invoke_result_t<const F&, const mapped<X, record_in_order>&...>>()))>;

template <class F, class... X>
auto record_arrays(const F& f, const X&... x) -> kept_program {
  graph g(with_guards);
  record_in_order inputs;
  const auto at = mapped_all(inputs, x...);
  const array_results<F, X...> y = result_point(std::apply([&](const auto&... a) { return f(a...); }, at));
  list_results results;
  auto pattern = point<array_results<F, X...>>::map(y, results);
  std::vector<node_ref> computed;
  std::vector<array> constants;
  for (const auto& r : results.all) {
    constants.push_back(r.is_constant() ? r.value() : array());
    if (!r.is_constant()) computed.push_back(r.ref());
  }
  if (computed.empty()) computed.push_back(inputs.refs.at(0));  // a program has a result, and this one is not looked at
  return {kept_arrays{compile_arrays(computed, inputs.refs), std::move(constants)}, std::move(pattern)};
}

}  // namespace seegrad::detail::run
