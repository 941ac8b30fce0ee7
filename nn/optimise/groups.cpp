#include <autodiff/array/error.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/optimise/groups.hpp>

namespace seegrad::nn {

// The last star takes as little as it can, and one letter more whenever the rest does not fit: no recursion, and never
// exponential.
auto fits(std::string_view pattern, std::string_view name) -> bool {
  std::size_t p = 0, n = 0, star = std::string_view::npos, taken = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') star = p++, taken = n;
    else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) ++p, ++n;
    else if (star != std::string_view::npos) p = star + 1, n = ++taken;
    else return false;
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

auto detail::check(const group& g, std::string_view optimiser) -> void {
  const auto& o = g.options;
  if (o.lr && o.lr_scale) throw error(fmt::format("{}: group \"{}\" has both lr and lr_scale; give one", optimiser, g.pattern));
  const auto positive = [&](const std::optional<double>& x, std::string_view name) {
    if (x && !(*x >= 0 && std::isfinite(*x)))
      throw error(fmt::format("{}: {} of group \"{}\" is {}; it is a number from 0 on", optimiser, name, g.pattern, *x));
  };
  positive(o.lr, "lr"), positive(o.lr_scale, "lr_scale"), positive(o.weight_decay, "weight_decay");
  positive(o.momentum, "momentum"), positive(o.eps, "eps");
}

auto detail::merged(group_options sooner, const group_options& later) -> group_options {
  if (later.lr || later.lr_scale) sooner.lr = later.lr, sooner.lr_scale = later.lr_scale;
  if (later.weight_decay) sooner.weight_decay = later.weight_decay;
  if (later.momentum) sooner.momentum = later.momentum;
  if (later.eps) sooner.eps = later.eps;
  return sooner;
}

}  // namespace seegrad::nn
