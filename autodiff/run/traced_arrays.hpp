#pragma once
// What a traced function of arrays does, numbers among them too: its verbs, each by the program for the shapes and the branch of the
// arguments. Arguments and results are lists there, in the order in which they stand.

#include <autodiff/derive/function.hpp>
#include <autodiff/run/program_cache.hpp>
#include <optional>

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

template <class F>
class traced_arrays {
 public:
  traced_arrays(const F& f, program_cache& programs) : f_(f), programs_(programs) {}

  template <class... X>
  auto value(const X&... x) const {
    using result = results_at<X...>;
    result y{};
    use([&](const kept_program& p, std::span<const array> at) { y = placed<result>(p, p.arrays().values(at)); }, x...);
    return y;
  }
  template <class... X>
  auto value_and_gradient(const X&... x) const {
    double y = 0;
    std::vector<array> slopes;
    use([&](const kept_program& p, std::span<const array> at) { std::tie(y, slopes) = p.arrays().value_and_gradient(at); }, x...);
    place_arrays back{slopes};
    return std::pair(y, mapped_variables(back, x...));
  }
  template <class X>
  auto jacobian(const X& x) const -> array {
    static_assert(std::same_as<X, array>, "the Jacobian of a function of arrays is by one array");
    array m;
    use([&](const kept_program& p, std::span<const array> at) { m = p.arrays().jacobian(at); }, x);
    return m;
  }
  template <class X>
  auto hessian(const X& x) const -> array {
    static_assert(std::same_as<X, array>, "the Hessian of a function of arrays is by one array");
    array m;
    use([&](const kept_program& p, std::span<const array> at) { m = p.arrays().hessian(at); }, x);
    return m;
  }
  template <class X, class W>
  auto vjp(const X& x, const W& w) const {
    const auto weights = listed(w);
    std::vector<array> slopes;
    use([&](const kept_program& p, std::span<const array> at) { slopes = p.arrays().vjp(at, weights); }, x);
    return like(x, slopes);
  }
  template <class X>
  auto hvp(const X& x, const X& v) const {
    const auto direction = listed(v);
    std::vector<array> product;
    use([&](const kept_program& p, std::span<const array> at) { product = p.arrays().hvp(at, direction); }, x);
    return like(x, product);
  }
  template <class X>
  auto jvp(const X& x, const X& v) const {
    using result = results_at<X>;
    const auto direction = listed(v);
    std::pair<result, result> both;
    use(
        [&](const kept_program& p, std::span<const array> at) {
          const auto [y, change] = p.arrays().jvp(at, direction);
          both = {placed<result>(p, y), placed<result>(p, change)};
        },
        x);
    return both;
  }
  /// Results that are constant are left out.
  template <class... X>
  auto program_at(const X&... x) const -> std::pair<array_program, std::vector<array>> {
    std::optional<std::pair<array_program, std::vector<array>>> found;
    use(
        [&](const kept_program& p, std::span<const array> at) {
          p.arrays().values(at);  // asks its guards
          found.emplace(p.arrays().code, std::vector(at.begin(), at.end()));
        },
        x...);
    return *std::move(found);
  }

 private:
  template <class... X>
  using results_at = mapped<array_results<F, X...>, list_results>;

  template <class Result>
  static auto placed(const kept_program& p, std::span<const array> all) -> Result {
    return like(std::any_cast<const Result&>(p.results), all);
  }
  template <class X>
  static auto like(const X& x, std::span<const array> all) -> X {
    place_arrays back{all};
    return point<X>::map(x, back);
  }
  template <class X>
  static auto listed(const X& x) -> std::vector<array> {
    list_arrays list;
    static_cast<void>(point<X>::map(x, list));
    return std::move(list.all);
  }

  template <class... X, class Use>
  auto use(Use f, const X&... x) const -> void {
    list_arrays at;
    list_sizes sizes;
    (static_cast<void>(point<X>::map(x, at)), ...);
    (point<X>::sizes(x, sizes), ...);
    programs_.run(
        {std::move(sizes.all), 0}, [&](const kept_program& p) { f(p, at.all); }, [&] { return record_arrays(f_, x...); });
  }

  const F& f_;
  program_cache& programs_;
};

}  // namespace seegrad::detail::run
