#pragma once
// Other settings for some of the parameters, chosen by their names.
//
//   nn::adamw optimiser{{.lr = 1e-3}};
//   optimiser.group("*.bias", {.weight_decay = 0});
//   optimiser.group("encoder.*", {.lr_scale = 0.1});     // a tenth of whatever the learning rate is then
//
// What a group does not mention stays as the options say, and of several groups with the same setting the last wins. In a
// pattern, * stands for any letters, dots among them, and ? for one letter.

#include <optional>
#include <string>
#include <string_view>

namespace seegrad::nn {

struct group_options {
  std::optional<double> lr{};            ///< fixed: schedules, which change options.lr, do not reach it
  std::optional<double> lr_scale{};      ///< times options.lr
  std::optional<double> weight_decay{};  ///< in the place of the options'
  std::optional<double> momentum{};      ///< the same, of optimisers that have one
  std::optional<double> eps{};           ///< the same, of optimisers that have one
};

/// Whether the whole name fits the pattern.
auto fits(std::string_view pattern, std::string_view name) -> bool;

namespace detail {

struct group {
  std::string pattern;
  group_options options;
};
/// Throws for settings that are negative or not finite, and for lr together with lr_scale.
auto check(const group& g, std::string_view optimiser) -> void;
/// `later` over `sooner`.
auto merged(group_options sooner, const group_options& later) -> group_options;

/// An optimiser's options with those of a group in their place.
template <class Options>
auto with_group(Options o, const group_options& g) -> Options {
  if (g.lr) o.lr = *g.lr;
  if (g.lr_scale) o.lr *= *g.lr_scale;
  if (g.weight_decay) o.weight_decay = *g.weight_decay;
  if constexpr (requires { o.momentum; }) o.momentum = g.momentum.value_or(o.momentum);
  if constexpr (requires { o.eps; }) o.eps = g.eps.value_or(o.eps);
  return o;
}

}  // namespace detail
}  // namespace seegrad::nn
