#include <autodiff/check/probe.hpp>

#include <algorithm>
#include <autodiff/check/double_precision.hpp>

namespace seegrad::detail {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
// What counts as the natural size of a step, as a fraction of the element: among many elements somewhere is a kink, and what is near
// is crossed less often.
constexpr double nearness = 0x1p-5;

auto root_mean_square(const std::vector<double>& x) -> double {
  double sum = 0, n = 0;
  for (const double v : x)
    if (std::isfinite(v)) sum += v * v, ++n;
  return n > 0 && sum > 0 ? std::sqrt(sum / n) : 1;
}

}  // namespace

probe::probe(std::vector<variable> variables, function f, const array& y, const array& weights, const check_options& options,
             double noise)
    : variables_(std::move(variables)),
      f_(std::move(f)),
      y_(numbers_of(y)),
      weights_(numbers_of(weights)),
      tolerance_(options.tolerance),
      noise_(noise),
      uneven_(options.seed) {
  for (auto& v : variables_) {
    v.at = in_double(v.at).copy();
    x_.push_back(numbers_of(v.at)), claims_.push_back(numbers_of(v.claimed)), typical_.push_back(root_mean_square(x_.back()));
    begins_.push_back(begins_.back() + x_.back().size());
  }
}

auto probe::variable_of(std::size_t element) const -> std::size_t {
  return static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), element) - begins_.begin()) - 1;
}

auto probe::claimed(std::size_t element) const -> double {
  const auto v = variable_of(element);
  return claims_[v][element - begins_[v]];
}

auto probe::parts(std::size_t first, std::size_t last) const -> std::vector<part> {
  std::vector<part> out;
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    const auto from = std::max(first, begins_[v]), to = std::min(last, begins_[v + 1]);
    if (from < to) out.push_back({v, from - begins_[v], to - begins_[v]});
  }
  return out;
}

auto probe::size_of_step(std::size_t v, std::size_t e) const -> double {
  const auto own = std::abs(x_[v][e]);
  if (!std::isfinite(own)) return 0;
  return nearness * (variables_[v].by_own_size && own > 0 ? own : std::max(own, typical_[v] / 4));
}

auto probe::room_along(const variable& v, double x, double step, interval& room) const -> void {
  if (x < v.domain.low || x > v.domain.high || step == 0) return;  // Who is outside the domain already knows why.
  const auto a = (v.domain.low - x) / step, b = (v.domain.high - x) / step;
  room.low = std::max(room.low, std::min(a, b)), room.high = std::min(room.high, std::max(a, b));
}

auto probe::weigh(const array& y) const -> double {
  const auto now = numbers_of(y);
  if (now.size() != y_.size()) return unknown;
  double sum = 0;
  for (std::size_t i = 0; i < now.size(); ++i)
    if (now[i] != y_[i] && weights_[i] != 0 && std::isfinite(y_[i])) sum += weights_[i] * (now[i] - y_[i]);
  return sum;
}

// Of the elements that are other ones in `there`; of all if it has no elements.
auto probe::size_of_changing(const array& there) const -> double {
  const auto now = numbers_of(there);
  double size = 0;
  for (std::size_t i = 0; i < y_.size(); ++i)
    if (std::isfinite(y_[i]) && (now.size() != y_.size() || now[i] != y_[i])) size = std::hypot(size, weights_[i] * y_[i]);
  return size;
}

// What is another one in either.
auto probe::changing(const array& a, const array& b) const -> array {
  if (a.is_null() || b.is_null()) return {};
  const auto now = numbers_of(b);
  auto out = a.cast(float64).copy();
  auto to = out.writable<double>();
  for (std::size_t i = 0; i < std::min(to.size(), now.size()); ++i)
    if (to[i] == y_[i]) to[i] = now[i];
  return out;
}

auto probe::has_no_value() const -> bool {
  bool infinite = false, finite = false;
  for (std::size_t i = 0; i < y_.size(); ++i)
    if (weights_[i] != 0) (std::isfinite(y_[i]) ? finite : infinite) = true;
  return infinite && !finite;
}

auto probe::test_along(const std::vector<part>& where, const std::vector<std::vector<double>>& steps, double& claimed)
    -> test_result {
  claimed = 0;
  if (has_no_value()) return {verdict::non_finite, unknown, unknown, "value", "the value here is not finite"};
  std::vector<std::size_t> changed;
  std::vector<array> values;
  interval room;
  for (std::size_t p = 0; p < where.size(); ++p) {
    const auto [v, first, last] = where[p];
    changed.push_back(v), values.push_back(variables_[v].at.copy());
    for (auto e = first; e < last; ++e) {
      const auto step = steps[p][e - first];
      if (step == 0) continue;
      claimed += claims_[v][e] * step;
      room_along(variables_[v], x_[v][e], step, room);
    }
  }
  const auto evaluate = [&](double t) -> array {
    ++evaluations_;
    for (std::size_t p = 0; p < where.size(); ++p) {
      const auto [v, first, last] = where[p];
      auto to = values[p].writable<double>();
      for (auto e = first; e < last; ++e)
        if (steps[p][e - first] != 0) to[e] = x_[v][e] + t * steps[p][e - first];
    }
    try {
      return f_(changed, values);
    } catch (const error&) {
      return {};
    }
  };
  double spacing = 0, least = 0, longest = 0;  // least: what the last digits of the claims come to, however small they are
  bool coarse = false;
  for (std::size_t p = 0; p < where.size(); ++p)
    for (auto e = where[p].first; e < where[p].last; ++e) {
      const auto step = std::abs(steps[p][e - where[p].first]);
      if (step == 0) continue;
      const auto apart = spacing_at(x_[where[p].v][e]);
      least = std::max(least, 8 * std::numeric_limits<double>::denorm_min() * step), longest = std::max(longest, step);
      spacing = std::max(spacing, apart / step), coarse = coarse || 8 * apart >= 1;
    }
  // What the changing elements come to stands for the size of the value, whose last digits nobody can see. Where nothing changes, as at
  // the top of a cosine, all of it does.
  const auto there = evaluate(std::min(0x1p-3, room.high / 2));
  auto size = size_of_changing(there);
  if (size == 0) size = size_of_changing({});
  auto f = [&](double t) { return size + weigh(evaluate(t)); };
  if (!std::isfinite(claimed)) {
    bool anywhere = false;
    for (const double t : {0x1p-3, 0x1p-10, 0x1p-20, -0x1p-3, -0x1p-10, -0x1p-20})
      if (t > room.low && t < room.high) anywhere = anywhere || std::isfinite(f(t));
    if (!anywhere)
      return {verdict::untested, unknown, unknown, "none", "the value cannot be computed on either side of this point"};
  }
  claim c{.f = f,
          .x = 0,
          .value = size,
          .claimed = claimed,
          .tolerance = tolerance_,
          .domain = room,
          .noise = noise_ + 2 * epsilon * size,
          .round_off = least,
          .spacing = spacing,
          .coarse = coarse};
  test_result a;
  if (test_quickly(c, a)) return a;
  if (evaluations_ > most_evaluations) {
    a.detail = "not measured: check_options::effort is used up";
    return a;
  }
  for (std::size_t p = 0; p < where.size(); ++p) {
    const auto [v, first, last] = where[p];
    auto& round_off = variables_[v].round_off;
    if (round_off.is_null() && find_round_off) round_off = find_round_off(v);
    if (round_off.is_null()) continue;
    const auto r = numbers_of(round_off);
    for (auto e = first; e < last; ++e)
      if (std::isfinite(r[e])) c.round_off = std::hypot(c.round_off, r[e] * steps[p][e - first]);
  }
  a = test_fully(c);
  if (a.what == verdict::noisy && coarse) a.method = too_coarse;
  if (a.what != verdict::fail && a.what != verdict::kink) return a;
  // An element may be so large that what changes in it is lost. It shows that it depends on what moves when that moves far.
  auto depends = there;
  for (const double far : {0x1p10, 0x1p60, 0x1p1000 / longest, -0.9 / nearness, -1 / nearness})
    if (room.low < far && far < room.high) depends = changing(depends, evaluate(far));
  const auto all = size_of_changing(depends);
  if (!(all > 2 * size)) return a;
  c.noise = noise_ + 2 * epsilon * all;
  return test_fully(c);
}

auto probe::test_element(std::size_t element) -> test_result {
  const auto where = parts(element, element + 1);
  const auto [v, e, end] = where[0];
  const auto size = size_of_step(v, e), own = nearness * std::abs(x_[v][e]);
  if (size == 0) return {verdict::non_finite, unknown, unknown, "value", "the operand is not finite"};
  const auto over = [&](double step) {
    double claimed = 0;
    auto a = test_along(where, {{step}}, claimed);
    a.measured /= step, a.error /= step;
    return a;
  };
  auto a = over(size);
  // One that is small beside the others may still be what a step should be measured by.
  const bool may_be_coarse = own > 0 && own < 0x1p-4 * size && (a.what == verdict::fail || a.what == verdict::kink);
  return may_be_coarse ? over(own) : a;
}

auto probe::test_direction(std::size_t first, std::size_t last, double& claimed) -> test_result {
  const auto where = parts(first, last);
  std::vector<std::vector<double>> steps;
  for (const auto& [v, from, to] : where) {
    auto& s = steps.emplace_back();
    // In an operation on single elements, one that is exactly 0 came out of a relu or a mask, and may be at its kink.
    const bool zeros_too = !variables_[v].by_own_size;
    for (auto e = from; e < to; ++e) {
      const auto claim = claims_[v][e];
      const auto step = uneven_() * direction_scale * size_of_step(v, e);
      s.push_back(std::isfinite(claim) && (zeros_too || x_[v][e] != 0) ? step : 0.0);
    }
  }
  return test_along(where, steps, claimed);
}

auto probe::find_wrong(std::size_t first, std::size_t last) -> std::size_t {
  most_evaluations = std::numeric_limits<std::size_t>::max();  // A fault that is known is followed to its place.
  while (last - first > 1) {
    const auto middle = first + (last - first) / 2;
    double claimed = 0;
    if (test_direction(first, middle, claimed).what == verdict::fail) last = middle;
    else first = middle;
  }
  return first;
}

}  // namespace seegrad::detail
