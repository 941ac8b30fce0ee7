#include <algorithm>
#include <autodiff/array/error.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/optimise/schedule.hpp>
#include <numbers>

namespace seegrad::nn {
namespace {

auto number(index_t n) -> double { return static_cast<double>(n); }
auto need_positive(index_t n, std::string_view what) -> void {
  if (n <= 0) throw error(fmt::format("{} is {}; it is at least 1", what, n));
}
// From one rate to the other along half a cosine, as `part` goes from 0 to 1.
auto ease(double from, double to, double part) -> double {
  return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * part));
}

}  // namespace

auto step_lr::operator()(index_t step) const -> double {
  need_positive(step_size, "step_lr: step_size");
  return lr * std::pow(gamma, number(step / step_size));
}

auto multi_step_lr::operator()(index_t step) const -> double {
  const auto passed = std::count_if(milestones.begin(), milestones.end(), [&](index_t m) { return m <= step; });
  return lr * std::pow(gamma, number(passed));
}

auto exponential_lr::operator()(index_t step) const -> double { return lr * std::pow(gamma, number(step)); }

auto cosine_annealing::operator()(index_t step) const -> double {
  need_positive(T_max, "cosine_annealing: T_max");
  return ease(lr, eta_min, number(step) / number(T_max));
}

auto one_cycle::operator()(index_t step) const -> double {
  need_positive(total_steps, "one_cycle: total_steps");
  if (!(pct_start >= 0 && pct_start <= 1)) throw error(fmt::format("one_cycle: pct_start is {}; it is from 0 to 1", pct_start));
  if (!(div_factor > 0 && final_div_factor > 0))
    throw error(fmt::format("one_cycle: the factors are {} and {}; they are above 0", div_factor, final_div_factor));
  const double first = max_lr / div_factor, least = first / final_div_factor;
  const double at = number(std::min(step, total_steps - 1)), top = pct_start * number(total_steps) - 1,
               end = number(total_steps - 1);
  if (at <= top) return top > 0 ? ease(first, max_lr, at / top) : max_lr;
  // Without room to rise it begins at the top.
  const double from = std::max(top, 0.0);
  return end > from ? ease(max_lr, least, (at - from) / (end - from)) : least;
}

}  // namespace seegrad::nn
