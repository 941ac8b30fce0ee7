#pragma once
// What a traced function of numbers does: its verbs, each by the program for the shape and branch of the arguments.

#include <autodiff/derive/function.hpp>
#include <autodiff/run/program_cache.hpp>
#include <optional>

namespace seegrad::detail::run {

template <class F>
class traced_numbers {
 public:
  traced_numbers(const F& f, program_cache& programs) : f_(f), programs_(programs) {}

  /// In a list or struct of several in the type that the function gives, with double for scalar.
  template <class... X>
  auto value(const X&... x) const {
    using result = results_at<X...>;
    result y{};
    use<X...>(
        0,
        [&](const kept_program& p, std::span<const double> at) {
          std::vector<double> values(p.numbers().results());
          p.numbers().values(at, values);
          y = placed<result>(p, values);
        },
        x...);
    return y;
  }
  template <class... X>
  auto value_and_gradient(const X&... x) const {
    double y = 0;
    std::vector<double> slopes;
    use<X...>(
        0,
        [&](const kept_program& p, std::span<const double> at) {
          slopes.resize(at.size());
          y = p.numbers().value_and_gradient(at, slopes);
        },
        x...);
    replace back{slopes};
    return std::pair(y, mapped_variables(back, x...));
  }
  template <class X>
  auto jacobian(const X& x) const {
    return matrix_by<X>::of(matrix_of(0, x));
  }
  template <class X>
  auto hessian(const X& x) const {
    return matrix_by<X>::square(matrix_of(1, x));
  }
  template <class X, class W>
  auto vjp(const X& x, const W& w) const {
    return by_cotangent(0, x, w);
  }
  template <class X>
  auto hvp(const X& x, const X& v) const {
    return by_cotangent(1, x, v);
  }
  template <class X>
  auto jvp(const X& x, const X& v) const {
    using result = results_at<X>;
    std::pair<result, result> both;
    list_numbers direction;
    point<X>::map(v, direction);
    use<X>(
        0,
        [&](const kept_program& p, std::span<const double> at) {
          std::vector<double> values(p.numbers().results()), changes(values.size());
          p.numbers().values(at, values);
          p.numbers().jvp(at, direction.numbers, changes);
          both = {placed<result>(p, values), placed<result>(p, changes)};
        },
        x);
    return both;
  }
  template <class X>
  auto value_and_gradient_at(std::span<const X> points) const {
    std::pair<std::vector<double>, std::vector<X>> out{std::vector<double>(points.size()), {}};
    std::vector<double> slopes;
    if (!run_together(points, out.first, slopes)) {
      for (std::size_t i = 0; i < points.size(); ++i) {
        auto [y, slope] = value_and_gradient(points[i]);
        out.first[i] = y, out.second.push_back(std::move(slope));
      }
      return out;
    }
    replace back{slopes};
    for (const auto& x : points) out.second.push_back(point<X>::map(x, back));
    return out;
  }
  template <class... X>
  auto program_at(const X&... x) const -> std::pair<program, std::vector<double>> {
    std::optional<std::pair<program, std::vector<double>>> found;
    use<X...>(
        0,
        [&](const kept_program& p, std::span<const double> at) {
          std::vector<double> values(p.numbers().results());
          p.numbers().values(at, values);  // asks its guards
          found.emplace(p.numbers(), std::vector(at.begin(), at.end()));
        },
        x...);
    return *std::move(found);
  }

 private:
  template <class... X>
  using recorded_results = std::remove_cvref_t<std::invoke_result_t<const F&, const mapped<X, detail::as_inputs>&...>>;
  template <class... X>
  using results_at = mapped<std::remove_cvref_t<decltype(result_point(std::declval<recorded_results<X...>>()))>, list_scalars>;

  template <class Result>
  static auto placed(const kept_program& p, std::span<const double> values) -> Result {
    replace back{values};
    return point<Result>::map(std::any_cast<const Result&>(p.results), back);
  }

  template <class... X>
  auto record(int order, const X&... x) const -> kept_program {
    graph g(with_guards);
    detail::as_inputs inputs;
    const auto at = mapped_all(inputs, x...);
    const auto y = result_point(std::apply([&](const auto&... a) { return f_(a...); }, at));
    list_scalars results;
    auto values = point<std::remove_cvref_t<decltype(y)>>::map(y, results);
    if (order == 1) results.numbers = recorded_gradient(results.numbers.at(0), inputs.numbers);
    return {compile(results.numbers, inputs.numbers, programs_.options()), std::move(values)};
  }

  template <class... X, class Use>
  auto use(int order, Use f, const X&... x) const -> void {
    list_numbers at;
    list_sizes sizes;
    (static_cast<void>(point<X>::map(x, at)), ...);
    (point<X>::sizes(x, sizes), ...);
    programs_.run(
        {std::move(sizes.all), order}, [&](const kept_program& p) { f(p, at.numbers); }, [&] { return record(order, x...); });
  }

  /// The Jacobian of the function (order 0), or of its gradient (order 1).
  template <class X>
  auto matrix_of(int order, const X& x) const -> array {
    array m;
    use<X>(
        order, [&](const kept_program& p, std::span<const double> at) { m = p.numbers().jacobian(at); }, x);
    return m;
  }
  /// What x gets of cotangents of the results of the function, or of its gradient.
  template <class X, class W>
  auto by_cotangent(int order, const X& x, const W& w) const {
    list_numbers weights;
    point<W>::map(w, weights);
    std::vector<double> slopes;
    use<X>(
        order,
        [&](const kept_program& p, std::span<const double> at) {
          slopes.resize(at.size());
          p.numbers().vjp(at, weights.numbers, slopes);
        },
        x);
    replace back{slopes};
    return point<X>::map(x, back);
  }

  /// Whether all points are of one shape and answer the questions of one program alike.
  template <class X>
  auto run_together(std::span<const X> points, std::span<double> values, std::vector<double>& slopes) const -> bool {
    list_numbers at;
    list_sizes first, each;
    for (const auto& x : points) {
      static_cast<void>(point<X>::map(x, at));
      each.all.clear(), point<X>::sizes(x, each);
      if (&x == &points.front()) first = each;
      else if (each.all != first.all) return false;
    }
    slopes.resize(at.numbers.size());
    if (points.empty()) return true;
    try {
      programs_.run(
          {first.all, 0}, [&](const kept_program& p) { p.numbers().values_and_gradients_at(at.numbers, values, slopes); },
          [&] { return record(0, points.front()); });
    } catch (const guard_failure&) {
      return false;
    }
    return true;
  }

  const F& f_;
  program_cache& programs_;
};

}  // namespace seegrad::detail::run
