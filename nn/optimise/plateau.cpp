#include <algorithm>
#include <autodiff/array/create.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/optimise/kept_number.hpp>
#include <nn/optimise/plateau.hpp>

namespace seegrad::nn {
namespace {

constexpr auto infinity = std::numeric_limits<double>::infinity();

auto worst(progress mode) -> double { return mode == progress::min ? infinity : -infinity; }
auto need(bool good, std::string_view what) -> void {
  if (!good) throw error(std::string(what));
}

}  // namespace

reduce_on_plateau::reduce_on_plateau(const reduce_on_plateau_options& o) : options_(o), lr_(o.lr), best_(worst(o.mode)) {
  need(o.factor >= 0 && o.factor < 1, fmt::format("reduce_on_plateau: the factor is {}; it is at least 0 and below 1", o.factor));
  need(o.lr >= 0 && o.threshold >= 0 && o.min_lr >= 0 && o.eps >= 0 && o.patience >= 0 && o.cooldown >= 0,
       "reduce_on_plateau: lr, patience, threshold, cooldown, min_lr and eps cannot be negative");
}

auto reduce_on_plateau::step(double metric) -> double {
  const bool least = options_.mode == progress::min;
  const double margin = least ? -options_.threshold : options_.threshold;
  const double bound = options_.threshold_mode == threshold_mode::rel ? best_ * (1 + margin) : best_ + margin;
  if (least ? metric < bound : metric > bound) best_ = metric, bad_ = 0;
  else ++bad_;
  if (cooldown_left_ > 0) --cooldown_left_, bad_ = 0;
  if (bad_ > options_.patience) {
    if (const double less = std::max(lr_ * options_.factor, options_.min_lr); lr_ - less > options_.eps) lr_ = less;
    cooldown_left_ = options_.cooldown, bad_ = 0;
  }
  return lr_;
}

auto reduce_on_plateau::state() const -> std::map<std::string, array> {
  return {{"lr", full({}, lr_)},
          {"best", full({}, best_)},
          {"num_bad_epochs", detail::kept(bad_)},
          {"cooldown_counter", detail::kept(cooldown_left_)}};
}
auto reduce_on_plateau::load_state(const std::map<std::string, array>& state) -> void {
  const auto* who = "reduce_on_plateau";
  const double lr = detail::kept_number(state, "lr", who), best = detail::kept_number(state, "best", who);
  const auto bad = detail::kept_count(state, "num_bad_epochs", who), left = detail::kept_count(state, "cooldown_counter", who);
  lr_ = lr, best_ = best, bad_ = bad, cooldown_left_ = left;
}

early_stopping::early_stopping(const early_stopping_options& o) : options_(o), best_(worst(o.mode)) {
  need(o.patience >= 0 && o.min_delta >= 0, "early_stopping: patience and min_delta cannot be negative");
}

auto early_stopping::step(double metric) -> bool {
  const bool better = options_.mode == progress::min ? metric < best_ - options_.min_delta : metric > best_ + options_.min_delta;
  if (better) best_ = metric, best_epoch_ = epochs_, bad_ = 0;
  else ++bad_;
  ++epochs_;
  return bad_ > 0 && bad_ >= options_.patience;
}

auto early_stopping::state() const -> std::map<std::string, array> {
  return {{"best", full({}, best_)},
          {"num_bad_epochs", detail::kept(bad_)},
          {"epochs", detail::kept(epochs_)},
          {"best_epoch", detail::kept(best_epoch_)}};
}
auto early_stopping::load_state(const std::map<std::string, array>& state) -> void {
  const auto* who = "early_stopping";
  const double best = detail::kept_number(state, "best", who);
  const auto bad = detail::kept_count(state, "num_bad_epochs", who), epochs = detail::kept_count(state, "epochs", who),
             at = detail::kept_count(state, "best_epoch", who, -1);
  best_ = best, bad_ = bad, epochs_ = epochs, best_epoch_ = at;
}

}  // namespace seegrad::nn
