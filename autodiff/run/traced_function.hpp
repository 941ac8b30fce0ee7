#pragma once
// A function that is recorded once and then runs as a program.
//
//   auto fast = traced([](const auto& x) { return x[0] > 0 ? x[0] * sin(x[1]) : x[1]; });
//   double y = fast(std::vector{0.5, 2.0});                          // recorded
//   auto [v, dv] = value_and_gradient(fast, std::vector{1.5, 2.0});  // the program of that branch
//   y = fast(std::vector{-1.0, 2.0});                                // x[0] > 0 is false now: recorded anew, and both are kept
//   auto [all, slopes] = value_and_gradient_at(fast, points);        // of many points, in SIMD batches
//   fast.programs();                                                 // 2
//   picture(fast, x).save("f.svg");                                   // of see/picture.hpp; check(fast, x) is of check/check_program.hpp
//
// The verbs of derive/function.hpp take it as any function. The function must be pure: what it does besides computing from its arguments, such as reading a variable that
// changes, happens while it is recorded and not again. Its arguments are points without data among them (trace/point.hpp); lists may have other lengths at each call, and arrays other
// shapes. Several threads may call it at once. Of arrays, and of numbers among arrays, there are values and gradients.

#include <autodiff/derive/function.hpp>
#include <autodiff/run/traced_arrays.hpp>
#include <optional>

namespace seegrad {

template <class F>
  requires std::is_class_v<F>
class traced<F> {
 public:
  /// So many programs are kept.
  explicit traced(F f, std::size_t most_programs = 64)
      : f_(std::move(f)), programs_(std::make_shared<detail::run::program_cache>(most_programs)) {}

  /// Its value; in a list or struct of several in the type that the function gives, with double for scalar.
  template <class... X>
    requires detail::plain_function_at<F, X...>
  auto operator()(const X&... x) const {
    if constexpr (of_arrays<X...>) {
      using result = detail::mapped<detail::run::array_results<F, X...>, detail::run::list_results>;
      result y{};
      use_arrays(
          [&](const detail::run::kept_arrays& p, std::span<const array> at, const std::any& pattern) {
            const auto values = p.values(at);
            detail::run::place_arrays back{values};
            y = detail::point<result>::map(std::any_cast<const result&>(pattern), back);
          },
          x...);
      return y;
    } else {
      using result = results_at<X...>;
      result y{};
      use<X...>(
          0,
          [&](const detail::run::kept_program& p, std::span<const double> at) {
            std::vector<double> values(p.numbers().results());
            p.numbers().values(at, values);
            y = placed<result>(p, values);
          },
          x...);
      return y;
    }
  }
  /// Inside of a function that is being recorded it is what it was made of.
  template <class... X>
    requires detail::recorded_function_at<F, X...>
  auto operator()(const X&... x) const {
    return f_(x...);
  }

  template <class... X>
  auto value_and_gradient(const X&... x) const {
    double y = 0;
    if constexpr (of_arrays<X...>) {
      std::vector<array> slopes;
      use_arrays([&](const detail::run::kept_arrays& p, std::span<const array> at,
                     const std::any&) { std::tie(y, slopes) = p.value_and_gradient(at); },
                 x...);
      detail::run::place_arrays back{slopes};
      return std::pair(y, detail::mapped_variables(back, x...));
    } else {
      std::vector<double> slopes;
      use<X...>(
          0,
          [&](const detail::run::kept_program& p, std::span<const double> at) {
            slopes.resize(at.size());
            y = p.numbers().value_and_gradient(at, slopes);
          },
          x...);
      detail::replace back{slopes};
      return std::pair(y, detail::mapped_variables(back, x...));
    }
  }
  template <class X>
  auto jacobian(const X& x) const -> matrix {
    matrix m(0, 0);
    use<X>(
        0, [&](const detail::run::kept_program& p, std::span<const double> at) { m = p.numbers().jacobian(at); }, x);
    return m;
  }
  template <class X>
  auto hessian(const X& x) const -> matrix {
    matrix m(0, 0);
    use<X>(
        1, [&](const detail::run::kept_program& p, std::span<const double> at) { m = p.numbers().jacobian(at); }, x);
    return m;
  }
  /// What x gets of cotangents of the results of the function (order 0), or of its gradient (order 1).
  template <class X>
  auto vjp(const X& x, std::span<const double> w, int order) const -> std::vector<double> {
    std::vector<double> slopes;
    use<X>(
        order,
        [&](const detail::run::kept_program& p, std::span<const double> at) {
          slopes.resize(at.size());
          p.numbers().vjp(at, w, slopes);
        },
        x);
    return slopes;
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
    detail::replace back{slopes};
    for (const auto& x : points) out.second.push_back(detail::point<X>::map(x, back));
    return out;
  }

  /// The program that it runs at x, recorded now if there is none yet, and x as that program takes it.
  template <class... X>
  auto program_at(const X&... x) const -> std::pair<program, std::vector<double>> {
    std::optional<std::pair<program, std::vector<double>>> found;
    use<X...>(
        0,
        [&](const detail::run::kept_program& p, std::span<const double> at) {
          std::vector<double> values(p.numbers().results());
          p.numbers().values(at, values);  // asks its guards
          found.emplace(p.numbers(), std::vector(at.begin(), at.end()));
        },
        x...);
    return *std::move(found);
  }

  /// How many are kept, and how often one was recorded.
  auto programs() const -> std::size_t { return programs_->size(); }
  auto recorded() const -> std::size_t { return programs_->recorded(); }
  auto function() const -> const F& { return f_; }

 private:
  template <class... X>
  using recorded_results = std::remove_cvref_t<std::invoke_result_t<const F&, const detail::mapped<X, detail::record>&...>>;
  template <class... X>
  using results_at = detail::mapped<std::remove_cvref_t<decltype(detail::result_point(std::declval<recorded_results<X...>>()))>,
                                    detail::list_scalars>;

  template <class Result>
  static auto placed(const detail::run::kept_program& p, std::span<const double> values) -> Result {
    detail::replace back{values};
    return detail::point<Result>::map(std::any_cast<const Result&>(p.results), back);
  }

  template <class... X>
  auto record(int order, const X&... x) const -> detail::run::kept_program {
    graph g(with_guards);
    detail::record inputs;
    const auto at = detail::mapped_all(inputs, x...);
    const auto y = detail::result_point(std::apply([&](const auto&... a) { return f_(a...); }, at));
    detail::list_scalars results;
    auto values = detail::point<std::remove_cvref_t<decltype(y)>>::map(y, results);
    if (order == 1) results.numbers = recorded_gradient(results.numbers.at(0), inputs.numbers);
    return {compile(results.numbers, inputs.numbers), std::move(values)};
  }

  template <class... X, class Use>
  auto use(int order, Use f, const X&... x) const -> void {
    static_assert((!detail::point<X>::has_data && ...),
                  "a traced function takes numbers only: what a program does cannot depend on whole numbers; capture them");
    static_assert(!of_arrays<X...>, "of a traced function of arrays there are values and gradients");
    detail::list_numbers at;
    detail::list_sizes sizes;
    (static_cast<void>(detail::point<X>::map(x, at)), ...);
    (detail::point<X>::sizes(x, sizes), ...);
    programs_->run(
        {std::move(sizes.all), order}, [&](const detail::run::kept_program& p) { f(p, at.numbers); },
        [&] { return record(order, x...); });
  }

  template <class... X>
  static constexpr bool of_arrays = (detail::point<X>::has_arrays || ...);

  template <class... X, class Use>
  auto use_arrays(Use f, const X&... x) const -> void {
    static_assert((!detail::point<X>::has_data && ...),
                  "a traced function takes numbers only: what a program does cannot depend on whole numbers; capture them");
    detail::run::list_arrays at;
    detail::list_sizes sizes;
    (static_cast<void>(detail::point<X>::map(x, at)), ...);
    (detail::point<X>::sizes(x, sizes), ...);
    programs_->run(
        {std::move(sizes.all), 0}, [&](const detail::run::kept_program& p) { f(p.arrays(), at.all, p.results); },
        [&] { return detail::run::record_arrays(f_, x...); });
  }

  /// Whether all points are of one shape and answer the questions of one program alike.
  template <class X>
  auto run_together(std::span<const X> points, std::span<double> values, std::vector<double>& slopes) const -> bool {
    detail::list_numbers at;
    detail::list_sizes first, each;
    for (const auto& x : points) {
      static_cast<void>(detail::point<X>::map(x, at));
      each.all.clear(), detail::point<X>::sizes(x, each);
      if (&x == &points.front()) first = each;
      else if (each.all != first.all) return false;
    }
    slopes.resize(at.numbers.size());
    if (points.empty()) return true;
    try {
      programs_->run(
          {first.all, 0},
          [&](const detail::run::kept_program& p) { p.numbers().values_and_gradients_at(at.numbers, values, slopes); },
          [&] { return record(0, points.front()); });
    } catch (const guard_failure&) {
      return false;
    }
    return true;
  }

  F f_;
  std::shared_ptr<detail::run::program_cache> programs_;
};
template <class F>
  requires std::is_class_v<F>
traced(F) -> traced<F>;
template <class F>
  requires std::is_class_v<F>
traced(F, std::size_t) -> traced<F>;

namespace detail {
template <class F>
  requires std::is_class_v<F>
inline constexpr bool is_traced_function<traced<F>> = true;
}  // namespace detail

// The verbs of functions.

template <class F, class... X>
  requires detail::plain_function_at<F, X...>
auto value_and_gradient(const traced<F>& f, const X&... x) {
  return f.value_and_gradient(x...);
}
template <class F, class... X>
  requires detail::plain_function_at<F, X...>
auto gradient(const traced<F>& f, const X&... x) {
  return f.value_and_gradient(x...).second;
}
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto jacobian(const traced<F>& f, const X& x) {
  return detail::matrix_by<X>::of(f.jacobian(x));
}
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto hessian(const traced<F>& f, const X& x) {
  return detail::matrix_by<X>::square(f.hessian(x));
}
template <class F, class X, class W>
  requires detail::plain_function_at<F, X>
auto vjp(const traced<F>& f, const X& x, const W& w) {
  detail::list_numbers weights;
  detail::point<W>::map(w, weights);
  const auto product = f.vjp(x, weights.numbers, 0);
  detail::replace back{product};
  return detail::point<X>::map(x, back);
}
template <class F, class X>
  requires detail::plain_function_at<F, X>
auto hvp(const traced<F>& f, const X& x, const X& v) {
  detail::list_numbers direction;
  detail::point<X>::map(v, direction);
  const auto product = f.vjp(x, direction.numbers, 1);
  detail::replace back{product};
  return detail::point<X>::map(x, back);
}
/// Values and derivatives at many points, each a point of the function: a list of both.
template <class F, class Points>
auto value_and_gradient_at(const traced<F>& f, const Points& points) {
  return f.value_and_gradient_at(std::span<const typename Points::value_type>(points));
}

}  // namespace seegrad
