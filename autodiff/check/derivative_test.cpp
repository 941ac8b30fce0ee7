#include <autodiff/check/derivative_test.hpp>

#include <algorithm>
#include <autodiff/check/estimates.hpp>
#include <fmt/format.h>
#include <initializer_list>
#include <span>

namespace seegrad::detail {
namespace {

// As fractions of the natural size of the operand. The large ones come first: they measure best where the function is smooth.
constexpr double fractions[] = {0x1p-3, 0x1p-7, 0x1p-11, 0x1p-15, 0x1p-19, 0x1p-24, 0x1p-30, 0x1p-36};

// Of an operand that is 0 the others say what is large: atan2(0, 1e-5) turns within 1e-5.
auto natural_size(const claim& c) -> double { return c.x != 0 ? std::abs(c.x) : c.scale > 0 ? c.scale : 1; }

// Someone who is outside the domain already knows why.
auto room(const claim& c, int sign) -> double {
  if (c.x < c.domain.low || c.x > c.domain.high) return std::numeric_limits<double>::infinity();
  return sign > 0 ? c.domain.high - c.x : c.x - c.domain.low;
}

auto larger(double a, double b) -> double { return std::max(std::abs(a), std::abs(b)); }

class full_test {
 public:
  explicit full_test(const claim& c) : c_(c), base_(natural_size(c)) {}

  auto run() -> test_result {
    if (!std::isfinite(c_.x) || !std::isfinite(c_.value))
      return {verdict::non_finite, unknown, unknown, "value", infinite_value()};
    if (!finite_beside(1) && !finite_beside(-1))
      return {verdict::untested, unknown, unknown, "none", "the value cannot be computed on either side of this point"};
    if (!std::isfinite(c_.claimed)) return infinite_claim();
    if (unresolved(c_.f, c_.x, base_)) return without_steps();
    find_reach();
    noise_ = std::max(c_.noise, noise_beside(c_.f, c_.x, exact_step(base_ * 0x1p-40)));
    auto a = by_steps_or_formula();
    if (a.what != verdict::fail && a.what != verdict::kink) return a;
    // Before the claim is called wrong, or the function: is it noise after all? What was computed in fewer digits looks
    // clean from close by, and shows its noise over longer distances.
    // No powers of two: values of fewer binary digits must not be met at their own steps. And seven points are few.
    double noise = 0;
    for (const double fraction : {1.3e-5, 3.1e-6, 2.3e-7, 1.1e-9})
      noise = std::max(noise, 4 * noise_beside(c_.f, c_.x, base_ * fraction));
    const bool is_noisy = noise > 4 * noise_ + std::numeric_limits<double>::epsilon() * reach_;
    noise_ = std::max(noise, noise_);
    if (is_noisy) {
      confirmed_ = false;
      // Doubt may soften a verdict, but what it measures worse is no reason for a harder one.
      const auto b = by_steps_or_formula();
      const bool vague = !(b.error <= 1e-2 * std::abs(b.measured));
      if (a.what != verdict::kink || b.what != verdict::fail || !vague) a = b;
    }
    return a.what == verdict::fail && measured_over_ > 0 && !seen_from_nearby(a.measured) ? without_steps() : a;
  }

 private:
  auto find_reach() -> void {
    reach_ = std::abs(c_.value);
    for (int sign : {1, -1})
      if (const auto away = c_.f(c_.x + sign * std::min(base_ * fractions[0], room(c_, sign) / 2)); std::isfinite(away))
        reach_ = larger(reach_, away);
  }

  auto by_steps() -> test_result {
    measured_over_ = 0;
    if (test_result a; pass_on_both_sides(a)) return a;

    const auto right = best_beside(1), left = best_beside(-1);
    if (resolved(right) && resolved(left)) {
      const auto gap = std::abs(right.slope - left.slope);
      const bool apart = gap > trust * (right.error + left.error) + c_.tolerance * larger(right.slope, left.slope);
      if (apart) return kink(right, left, "the slope is");
      return compare(central_.usable() && !central_.bent ? central_
                     : right.error < left.error          ? right
                                                         : left,
                     confirmed_ || gap <= c_.tolerance * larger(right.slope, left.slope));
    }
    if (test_result a; jump(a)) return a;
    if (test_result a; vertical(a)) return a;
    if (resolved(right) || resolved(left)) {
      const auto& there = resolved(right) ? right : left;
      // A side without values is the edge of the domain; one whose slope does not settle is a side one cannot speak for.
      if (!finite_beside(resolved(right) ? -1 : 1)) return one_sided(there);
    }
    return without_steps();
  }

  // Where neighbouring numbers lie farther apart than the pieces of the function are long, steps see another function. A claim that
  // the formula of the value confirms is not called wrong then; and without a formula nobody knows.
  auto by_steps_or_formula() -> test_result {
    auto a = by_steps();
    if (a.what != verdict::fail) return a;
    const auto near = [&](double other) { return std::abs(other - c_.claimed) <= c_.tolerance * larger(other, c_.claimed); };
    const bool is_steep = size() * c_.spacing >= 0.05 * reach_;
    const bool complex_says_no = std::isfinite(c_.complex) && !near(c_.complex);
    if (near(c_.forward) && (is_steep || (c_.coarse && !complex_says_no)))
      return {verdict::untested, unknown, unknown, by_formula,
              "the numbers here are too far apart for steps to see this slope; the formula of the value gives it"};
    if (!std::isfinite(c_.forward) && c_.coarse && is_steep)
      return {verdict::noisy, central_.slope, central_.error, too_coarse,
              "the numbers here are too far apart for steps to see this slope"};
    return a;
  }

  auto infinite_value() const -> std::string {
    return std::isfinite(c_.x) ? "the value here is not finite" : "the operand is not finite";
  }

  auto infinite_claim() const -> test_result {
    return {verdict::non_finite, unknown, unknown, "value", "the derivative here is not finite"};
  }

  auto finite_beside(int sign) const -> bool {
    const auto tried = {base_ * 0x1p-10, base_ * 0x1p-24, base_ * 0x1p-36, base_ * 0x1p-50, 0x1p-24, 0x1p-50, 1 / size()};
    return std::any_of(tried.begin(), tried.end(), [&](double step) {
      const auto h = exact_step(std::min(step, room(c_, sign) / 2));
      return h > 0 && c_.x + sign * h != c_.x && std::isfinite(c_.f(c_.x + sign * h));
    });
  }

  // Steps worth trying: fractions of the operand's own size, of 1, and of where the claim says that something happens.
  template <class F>
  auto each_step(double most, F f) const -> void {
    const std::initializer_list<double> own = {base_ * fractions[0], base_ * fractions[1], base_ * fractions[2],
                                               base_ * fractions[3]};
    // With the last of these a claimed slope stands out from the noise as clearly as the tolerance asks.
    const auto noise = noise_ + std::numeric_limits<double>::epsilon() * std::abs(c_.value);
    const auto per_slope = c_.claimed == 0 ? 0 : 1 / std::abs(c_.claimed);
    const auto other = {c_.scale * 0x1p-3, std::abs(c_.value) * per_slope * 0x1p-3, 0x1p-4, 0x1p-10,
                        64 * noise / c_.tolerance * per_slope};
    const auto tiny = {base_ * fractions[4], base_ * fractions[5], base_ * fractions[6], base_ * fractions[7]};
    for (const auto& steps : {std::span<const double>(own), std::span<const double>(other), std::span<const double>(tiny)})
      for (const double step : steps) {
        const auto h = exact_step(std::min(step, most / 2));
        if (h > 0 && c_.x + h != c_.x && c_.x - h != c_.x)
          if (!f(h)) return;
      }
  }

  auto size() const -> double { return std::abs(c_.claimed); }
  // The claim is a number, and has no more digits than the smallest numbers have.
  auto allowance(const estimate& e) const -> double { return trust * e.error + c_.round_off + least_; }
  auto agrees(const estimate& e) const -> bool {
    return std::abs(e.slope - c_.claimed) <= allowance(e) + c_.tolerance * larger(e.slope, c_.claimed);
  }
  // That they agree counts if the measurement is good enough; the rounding of the rule may be called upon only if it is, too.
  auto passes(const estimate& e, double enough) const -> bool {
    const auto difference = std::abs(e.slope - c_.claimed), fraction = c_.tolerance * larger(e.slope, c_.claimed);
    return (agrees(e) && allowance(e) <= enough) || (trust * e.error <= enough && difference <= trust * e.error + fraction);
  }
  // A slope too small for the value to show it, even if the operand changed by its own size, need not be known better.
  auto accuracy_needed(const estimate& e) const -> double {
    return c_.tolerance * std::max({std::abs(e.slope), size(), reach_ / base_}) + underflow(e.step);
  }
  auto resolved(const estimate& e) const -> bool {
    return e.usable() && e.error <= std::max(1e-3 * larger(e.slope, c_.claimed), accuracy_needed(e));
  }

  auto pass_on_both_sides(test_result& a) -> bool {
    estimate previous;
    estimates all(base_);
    bool passed = false;
    each_step(std::min(room(c_, 1), room(c_, -1)), [&](double h) {
      const auto e = slope_at(c_.f, c_.x, c_.value, h, noise_);
      if (!e.usable()) return true;
      if (!e.bent && passes(e, c_.tolerance * larger(e.slope, c_.claimed))) {
        a = {verdict::pass, e.slope, e.error};
        return !(passed = true);
      }
      // Two steps of different size that say the same make a measurement that can be held against a claim.
      if (!e.bent && previous.usable() && previous.step != e.step &&
          std::abs(e.slope - previous.slope) <= trust * (e.error + previous.error) &&
          larger(e.error, previous.error) <= 1e-3 * larger(e.slope, c_.claimed))
        confirmed_ = true;
      all.add(e);
      previous = e;
      return true;
    });
    central_ = all.best(c_.claimed);
    // A slope too small to be seen passes when the best measurement says so.
    if (!passed && central_.usable() && !central_.bent && passes(central_, accuracy_needed(central_))) {
      a = {verdict::pass, central_.slope, central_.error};
      passed = true;
    }
    // One that agrees and is good enough to see a mistake of one in a hundred, but not good enough for the tolerance: what is seen
    // from closer by is the noise of the value, as when it was computed in fewer digits.
    if (!passed && central_.usable() && !central_.bent && estimates::resolved(central_, c_.claimed) && agrees(central_)) {
      a = without_steps();
      passed = a.what != verdict::fail;
    }
    return passed;
  }

  auto best_beside(int sign) const -> estimate {
    if (!finite_beside(sign)) return {};
    return best_of(sign, room(c_, sign), false);
  }

  auto best_of(int sign, double most, bool beyond) const -> estimate {
    estimates all(base_);
    each_step(most, [&](double h) {
      auto e = slope_beside(c_.f, c_.x, c_.value, sign * h, noise_, beyond);
      e.step = h;
      all.add(e);
      return true;
    });
    return all.best(c_.claimed);
  }

  auto compare(const estimate& e, bool sure) -> test_result {
    if (passes(e, accuracy_needed(e))) return {verdict::pass, e.slope, e.error};
    if (agrees(e)) return without_steps();
    if (std::abs(c_.complex - c_.claimed) <= c_.tolerance * size() && !sure) return without_steps();
    // Near the edge of what the measurement allows is not the place to say that the claim is wrong.
    const auto gap = std::abs(e.slope - c_.claimed);
    const bool close = gap <= 3 * allowance(e), is_noise = noise_ > 1e-4 * e.size && gap <= 100 * allowance(e);
    if (!sure || close || is_noise) return without_steps();
    measured_over_ = e.step;
    return {verdict::fail, e.slope, e.error, "ridders", describe_mismatch(c_.claimed, e.slope)};
  }

  // Whether smaller steps say the same, as far as round-off lets them. They are no fractions of two of anything, so that nothing
  // periodic looks straight because the steps keep in time with it; and they go to where a narrow peak would show.
  auto seen_from_nearby(double measured) const -> bool {
    const auto gap = std::abs(measured - c_.claimed);
    const auto least = 64 * std::numeric_limits<double>::epsilon() * std::abs(c_.x);
    for (double h = 0.0113 * measured_over_; h > least && h > 0; h *= 0.0713) {
      const auto right = c_.x + h, left = c_.x - h, fr = c_.f(right), fl = c_.f(left);
      const auto from = std::isfinite(fl) ? left : c_.x, to = std::isfinite(fr) ? right : c_.x;
      const auto rise = (std::isfinite(fr) ? fr : c_.value) - (std::isfinite(fl) ? fl : c_.value), run = to - from;
      const auto round_off = 2 * noise_ + 2 * std::numeric_limits<double>::epsilon() * std::abs(c_.value);
      if (!(run > 0) || round_off > 0.1 * gap * run) break;
      if (std::abs(rise / run - measured) > 0.5 * gap) return false;
    }
    return true;
  }

  auto one_sided(const estimate& e) -> test_result {
    auto a = compare(e, e.error <= 1e-3 * larger(e.slope, c_.claimed));
    if (a.what != verdict::noisy) a.method = "one-sided";
    if (a.what == verdict::pass) a.detail = "measured from one side: the value cannot be computed on the other";
    return a;
  }

  auto kink(const estimate& right, const estimate& left, std::string_view what) const -> test_result {
    const auto slack = trust * (right.error + left.error) + c_.round_off + c_.tolerance * larger(right.slope, left.slope);
    const auto low = std::min(left.slope, right.slope), high = std::max(left.slope, right.slope);
    const auto slopes = fmt::format("{} {:.6g} to the left and {:.6g} to the right", what, left.slope, right.slope);
    const auto nearest = std::clamp(c_.claimed, low, high), error = std::max(left.error, right.error);
    if (std::abs(nearest - c_.claimed) <= slack) return {verdict::kink, nearest, error, "one-sided", slopes};
    return {verdict::fail, nearest, error, "one-sided", slopes + "; the claim lies outside both"};
  }

  // Whether the value beside x, as near as one can get, differs from that at x. What counts is then the slope of each side alone.
  auto jump(test_result& a) const -> bool {
    double height[2] = {0, 0}, growth[2] = {0, 0};
    for (int sign : {1, -1}) {
      const auto s = static_cast<std::size_t>(sign > 0);
      const auto h = exact_step(std::min(base_ * 0x1p-44, room(c_, sign) / 4));
      const auto near = c_.f(c_.x + sign * h) - c_.value, far = c_.f(c_.x + sign * 4 * h) - c_.value;
      height[s] = near, growth[s] = std::abs(far) / std::abs(near);
    }
    const auto jumps = [&](std::size_t s) {
      return std::abs(height[s]) > 100 * noise_ + 1e-9 * std::abs(c_.value) && growth[s] < 1.01 && growth[s] > 0.99;
    };
    if (!jumps(0) && !jumps(1)) return false;
    estimate own[2] = {best_of(-1, room(c_, -1) / 2, true), best_of(1, room(c_, 1) / 2, true)};
    for (int s : {0, 1})
      if (!own[s].usable()) own[s] = own[1 - s];
    if (!own[0].usable()) return false;
    a = kink(own[1], own[0], fmt::format("the value jumps by {:.6g}, with slope", std::abs(height[1] - height[0])));
    return true;
  }

  // A slope that keeps growing as the step shrinks, as that of a square root at 0.
  auto vertical(test_result& a) const -> bool {
    for (int sign : {1, -1}) {
      double before = 0;
      int grew = 0, tried = 0;
      for (const double fraction : fractions) {
        const auto h = exact_step(std::min(base_ * fraction, room(c_, sign) / 2));
        const auto now = h > 0 ? (c_.f(c_.x + sign * h) - c_.value) / h : unknown;
        if (!std::isfinite(now) || c_.x + sign * h == c_.x || std::abs(now) * h < 1e3 * noise_) break;
        if (tried++ > 0 && std::abs(now) > 1.5 * std::abs(before)) ++grew;
        before = now;
      }
      if (tried >= 5 && grew == tried - 1) {
        a = {verdict::non_finite, before > 0 ? infinity_ : -infinity_, unknown, "one-sided",
             "the slope grows without limit as the step shrinks"};
        return true;
      }
    }
    return false;
  }

  // What is left when no step is good enough.
  auto without_steps() const -> test_result {
    const auto near = [&](double other) {
      return std::abs(other - c_.claimed) <= c_.tolerance * larger(other, c_.claimed) + c_.round_off;
    };
    if (near(c_.complex)) return {verdict::pass, c_.complex, 0, "complex step"};
    const bool forward_says_no = std::isfinite(c_.forward) && !near(c_.forward);
    const bool complex_says_yes_too =
        !std::isfinite(c_.complex) || std::abs(c_.complex - c_.forward) <= c_.tolerance * larger(c_.complex, c_.forward);
    if (forward_says_no && complex_says_yes_too && !central_agrees())
      return {verdict::fail, c_.forward, 0, "dot product",
              "the rule disagrees with the formula of the value; " + describe_mismatch(c_.claimed, c_.forward)};
    return {verdict::noisy, central_.slope, central_.error, "ridders", "no method measures this slope well enough to decide"};
  }
  auto central_agrees() const -> bool {
    return central_.usable() && central_.error < 0.1 * larger(central_.slope, c_.claimed) && agrees(central_);
  }

  static constexpr double infinity_ = std::numeric_limits<double>::infinity();
  static constexpr double least_ = 4 * std::numeric_limits<double>::denorm_min();
  const claim& c_;
  double base_, noise_ = 0,
                reach_ = 0;   // reach: the largest |f| over a change of the operand by its own size
  double measured_over_ = 0;  // the step of the measurement that a claim fails by; 0 if it is by none alone
  estimate central_{};
  bool confirmed_ = false;
};

}  // namespace

auto test_quickly(const claim& c, test_result& a) -> bool {
  if (!std::isfinite(c.claimed) || !std::isfinite(c.value)) return false;
  const auto h = exact_step(std::min({natural_size(c) * fractions[0], room(c, 1) / 2, room(c, -1) / 2}));
  if (!(h > 0)) return false;
  const auto e = slope_at(c.f, c.x, c.value, h, c.noise);
  if (!e.usable() || e.bent) return false;
  const auto enough = c.tolerance * larger(e.slope, c.claimed) + underflow(h);
  if (trust * e.error > enough || std::abs(e.slope - c.claimed) > trust * e.error + enough) return false;
  a.what = verdict::pass, a.measured = e.slope, a.error = e.error;
  return true;
}

auto test_fully(const claim& c) -> test_result {
  test_result a;
  return test_quickly(c, a) ? a : full_test(c).run();
}

}  // namespace seegrad::detail
