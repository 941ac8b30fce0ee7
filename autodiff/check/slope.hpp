#pragma once
// The slope of a function of one variable, measured by differences, with an estimate of its own error.
//
// The method is Ridders' (C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4,
// 1982): difference quotients at a falling sequence of steps are extrapolated to step 0, and of the whole tableau the entry is
// taken that agrees best with its neighbours. To the disagreement is added what round-off alone can do to the quotient, so that
// the error does not look small by accident.

#include <cmath>
#include <limits>

namespace seegrad::detail {

/// A function of one variable, by reference.
class line {
 public:
  template <class F>
  line(F& f) : object_(&f), call_([](void* it, double t) -> double { return (*static_cast<F*>(it))(t); }) {}
  auto operator()(double t) const -> double { return call_(object_, t); }

 private:
  void* object_;
  double (*call_)(void*, double);
};

struct estimate {
  double slope = std::numeric_limits<double>::quiet_NaN();
  double error = std::numeric_limits<double>::infinity();
  double step = 0;    ///< the largest step used
  double size = 0;    ///< the largest |f| met
  bool bent = false;  ///< the slopes to the right and to the left do not approach each other as the step shrinks

  auto usable() const -> bool { return std::isfinite(error) && std::isfinite(slope); }
};

/// From both sides; `f0` is f(x), `noise` the uncertainty of one value beyond its last digits. Not usable if f is not finite there.
auto slope_at(line f, double x, double f0, double step, double noise) -> estimate;

/// From the side that the sign of `step` says. With `beyond`, from points on that side only, so that a jump at x is left out.
auto slope_beside(line f, double x, double f0, double step, double noise, bool beyond = false) -> estimate;

/// How much f jitters beside x, from differences of high order over seven points about that far apart, in which a smooth function leaves
/// nothing (after J. J. Moré and S. M. Wild, Estimating computational noise, SIAM J. Sci. Comput. 33, 2011). The smaller of the two
/// sides, because a kink or a jump is no noise; 0 if f is finite on neither.
auto noise_beside(line f, double x, double about) -> double;

/// Whether f changes out of all proportion when the last digit of x does, on both sides: steps say nothing about its slope then.
auto unresolved(line f, double x, double scale) -> bool;

/// What the smallest numbers there are make uncertain in a slope over that step.
inline auto underflow(double step) -> double { return 1e-318 / std::abs(step); }

/// How far the next number is.
inline auto spacing_at(double x) -> double {
  return std::nextafter(std::abs(x), std::numeric_limits<double>::infinity()) - std::abs(x);
}

/// The power of two next below h, with which x + h is exact; 0 if h is not positive.
inline auto exact_step(double h) -> double { return !(h > 0) || !std::isfinite(h) ? 0 : std::ldexp(1.0, std::ilogb(h)); }

}  // namespace seegrad::detail
