// scalar as the number type of templates that know nothing of it: Boost.Math and Boost.odeint, with gradients set against known
// derivatives and finite differences. Eigen has a file of its own.
#include "finite_difference.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/quadrature/exp_sinh.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/quadrature/tanh_sinh.hpp>
#include <boost/math/quadrature/trapezoidal.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/ellint_1.hpp>
#include <boost/math/special_functions/ellint_2.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/lambert_w.hpp>
#include <boost/math/special_functions/legendre.hpp>
#include <boost/math/tools/polynomial.hpp>
#include <boost/math/tools/roots.hpp>
#include <boost/numeric/odeint.hpp>
#include <numbers>

using namespace seegrad;
namespace bm = boost::math;
namespace ode = boost::numeric::odeint;

namespace {

using variables = std::vector<scalar>;
constexpr double pi = std::numbers::pi;

/// A function of one scalar has at `x` this value and this derivative.
template <class F>
auto check_at(F f, double x, double value, double derivative, double tolerance = 1e-12) -> void {
  const auto found = value_and_gradient([&](const variables& v) -> scalar { return f(v[0]); }, {x});
  CAPTURE(x);
  CHECK(found[0] == doctest::Approx(value).epsilon(tolerance));
  CHECK(found[1] == doctest::Approx(derivative).epsilon(tolerance));
}

}  // namespace

TEST_CASE("Boost.Math: special functions") {
  for (const double x : {0.3, 1.7, 6.0}) {
    check_at([](scalar v) { return bm::cyl_bessel_j(0, v); }, x, bm::cyl_bessel_j(0, x), -bm::cyl_bessel_j(1, x), 1e-9);
    check_at([](scalar v) { return bm::gamma_p(scalar(2.5), v); }, x, bm::gamma_p(2.5, x),
             std::pow(x, 1.5) * std::exp(-x) / bm::tgamma(2.5), 1e-9);
    const double w = bm::lambert_w0(x);
    check_at([](scalar v) { return bm::lambert_w0(v); }, x, w, w / (x * (1 + w)));
    check_at([](scalar v) { return cdf(bm::normal_distribution<scalar>(1, 2), v); }, x, std::erfc((1 - x) / std::sqrt(8)) / 2,
             std::exp(-(x - 1) * (x - 1) / 8) / (2 * std::sqrt(2 * pi)));
  }
  for (const double x : {0.1, 0.5, 0.9}) {
    check_at([](scalar v) { return bm::legendre_p(3, v); }, x, (5 * x * x * x - 3 * x) / 2, (15 * x * x - 3) / 2);
    check_at([](scalar v) { return bm::ibeta(scalar(2), scalar(3), v); }, x, bm::ibeta(2.0, 3.0, x), 12 * x * (1 - x) * (1 - x));
    const double K = bm::ellint_1(x), E = bm::ellint_2(x);
    check_at([](scalar v) { return bm::ellint_1(v); }, x, K, (E / (1 - x * x) - K) / x, 1e-9);
  }
  check_against_differences([](const variables& v) { return scalar(bm::ibeta(v[0], v[1], v[2])); }, {2.3, 1.7, 0.4}, 1e-7);
  check_against_differences([](const variables& v) { return bm::tools::polynomial<scalar>(v.begin(), v.end())(v[0]); },
                            {0.7, -1.0, 2.0});
}

TEST_CASE("Boost.Math: root finders") {
  // The root of x³ = a has the derivative 1 / (3 x²).
  for (const double a : {0.5, 2.7, 40.0}) {
    const double x = std::cbrt(a), slope = 1 / (3 * x * x);
    check_at(
        [](scalar v) {
          const auto f = [v](scalar t) { return std::pair{t * t * t - v, 3 * t * t}; };
          return bm::tools::newton_raphson_iterate(f, scalar(1.5), scalar(0.1), scalar(10), 50);
        },
        a, x, slope, 1e-9);
    check_at(
        [](scalar v) {
          std::uintmax_t most = 100;
          const auto f = [v](scalar t) { return t * t * t - v; };
          const auto [low, high] =
              bm::tools::toms748_solve(f, scalar(0.1), scalar(10), bm::tools::eps_tolerance<scalar>(50), most);
          return low;
        },
        a, x, slope, 1e-6);
  }
}

TEST_CASE("Boost.Math: quadrature") {
  for (const double a : {0.7, 2.0}) {
    // ∫ exp(a cos t) over a period is 2π I₀(a), with the derivative 2π I₁(a).
    check_at(
        [](scalar v) {
          return bm::quadrature::trapezoidal([v](scalar t) { return exp(v * cos(t)); }, scalar(0), scalar(2 * pi));
        },
        a, 2 * pi * bm::cyl_bessel_i(0, a), 2 * pi * bm::cyl_bessel_i(1, a), 1e-9);
    // ∫ exp(-a t) over 0..1, also with the parameter as a limit: the derivative is then the integrand there.
    const double e = std::exp(-a), integral = (1 - e) / a;
    check_at(
        [](scalar v) {
          return bm::quadrature::gauss_kronrod<scalar, 31>::integrate([v](scalar t) { return exp(-v * t); }, scalar(0), scalar(1),
                                                                      0);
        },
        a, integral, (e * (1 + a) - 1) / (a * a));
    check_at(
        [](scalar v) {
          return bm::quadrature::gauss_kronrod<scalar, 31>::integrate([](scalar t) { return exp(-t); }, scalar(0), v, 0);
        },
        a, 1 - e, e);
    // ∫ t^(a - 1/2) over 0..1, with a singularity at 0 when a < 1/2, is 1 / (a + 1/2).
    check_at(
        [](scalar v) {
          bm::quadrature::tanh_sinh<scalar> rule;
          return rule.integrate([v](scalar t) { return pow(t, v - 0.5); }, scalar(0), scalar(1));
        },
        a, 1 / (a + 0.5), -1 / ((a + 0.5) * (a + 0.5)), 1e-7);
    // ∫ exp(-a t) over 0..∞ is 1 / a.
    check_at(
        [](scalar v) {
          bm::quadrature::exp_sinh<scalar> rule;
          return rule.integrate([v](scalar t) { return exp(-v * t); });
        },
        a, 1 / a, -1 / (a * a), 1e-7);
  }
}

namespace {

using state = std::vector<scalar>;

/// x'' = -k x from x(0) = x0 at rest: x(t) = x0 cos(√k t). Integrates to t = 2, and checks x(2) and its derivatives by k and x0.
template <class Integrate>
auto check_oscillator(Integrate integrate, double tolerance) -> void {
  const auto end = [&](const variables& v) {
    state s{v[1], scalar(0)};
    integrate([k = v[0]](const state& x, state& dx, const auto&) { dx[0] = x[1], dx[1] = -k * x[0]; }, s);
    return s[0];
  };
  const double k = 1.3, x0 = 0.4, w = std::sqrt(k), t = 2;
  const auto found = value_and_gradient(end, {k, x0});
  CHECK(found[0] == doctest::Approx(x0 * std::cos(w * t)).epsilon(tolerance));
  CHECK(found[1] == doctest::Approx(-x0 * std::sin(w * t) * t / (2 * w)).epsilon(tolerance));
  CHECK(found[2] == doctest::Approx(std::cos(w * t)).epsilon(tolerance));
  check_against_differences(end, {k, x0}, std::max(tolerance, 1e-7));
}

}  // namespace

TEST_CASE("Boost.odeint: runge_kutta4") {
  check_oscillator(
      [](auto f, state& s) {
        ode::runge_kutta4<state, double, state, double> stepper;
        ode::integrate_const(stepper, f, s, 0.0, 2.0, 0.01);
      },
      1e-8);
  check_oscillator(
      [](auto f, state& s) {
        ode::runge_kutta4<state, scalar, state, scalar> stepper;
        ode::integrate_const(stepper, f, s, scalar(0.0), scalar(2.0), scalar(0.01));
      },
      1e-8);
}

TEST_CASE("Boost.odeint: controlled steppers") {
  // The step size is chosen from recorded errors, so that it is of type scalar too.
  check_oscillator(
      [](auto f, state& s) {
        const auto stepper =
            ode::make_controlled(scalar(1e-11), scalar(1e-11), ode::runge_kutta_dopri5<state, scalar, state, scalar>());
        ode::integrate_adaptive(stepper, f, s, scalar(0.0), scalar(2.0), scalar(0.05));
      },
      1e-8);
  check_oscillator(
      [](auto f, state& s) {
        ode::bulirsch_stoer<state, scalar, state, scalar> stepper(scalar(1e-11), scalar(1e-11));
        ode::integrate_adaptive(stepper, f, s, scalar(0.0), scalar(2.0), scalar(0.05));
      },
      1e-8);
}

TEST_CASE("Boost.odeint: the gradient by the length of time is the velocity") {
  const auto end = [](const variables& v) {
    state s{scalar(0.4), scalar(0)};
    ode::runge_kutta4<state, scalar, state, scalar> stepper;
    const scalar h = v[0] / 200;
    for (int i = 0; i < 200; ++i)
      stepper.do_step([](const state& x, state& dx, const scalar&) { dx[0] = x[1], dx[1] = -x[0]; }, s, h * i, h);
    return s[0];
  };
  const auto found = value_and_gradient(end, {2.0});
  CHECK(found[0] == doctest::Approx(0.4 * std::cos(2.0)).epsilon(1e-9));
  CHECK(found[1] == doctest::Approx(-0.4 * std::sin(2.0)).epsilon(1e-9));
}
