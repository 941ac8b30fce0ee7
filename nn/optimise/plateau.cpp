#include <algorithm>
#include <autodiff/array/create.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/optimise/plateau.hpp>

namespace seegrad::nn {
namespace {

constexpr auto infinity = std::numeric_limits<double>::infinity();

auto worst(progress mode) -> double { return mode == progress::min ? infinity : -infinity; }
auto need(bool good, std::string_view what) -> void {
  if (!good) throw error(std::string(what));
}
auto whole(std::int64_t n) -> array { return full({}, static_cast<double>(n), int64); }
auto number(const std::map<std::string, array>& state, const std::string& key, std::string_view who) -> double {
  const auto at = state.find(key);
  if (at == state.end() || at->second.size() != 1)
    throw error(fmt::format("{}: load_state: the state has no number \"{}\"", who, key));
  return at->second.item();
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
          {"num_bad_epochs", whole(bad_)},
          {"cooldown_counter", whole(cooldown_left_)}};
}
auto reduce_on_plateau::load_state(const std::map<std::string, array>& state) -> void {
  const auto get = [&](const char* key) { return number(state, key, "reduce_on_plateau"); };
  const double lr = get("lr"), best = get("best"), bad = get("num_bad_epochs"), left = get("cooldown_counter");
  lr_ = lr, best_ = best, bad_ = static_cast<std::int64_t>(bad), cooldown_left_ = static_cast<std::int64_t>(left);
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
  return {
      {"best", full({}, best_)}, {"num_bad_epochs", whole(bad_)}, {"epochs", whole(epochs_)}, {"best_epoch", whole(best_epoch_)}};
}
auto early_stopping::load_state(const std::map<std::string, array>& state) -> void {
  const auto get = [&](const char* key) { return number(state, key, "early_stopping"); };
  const double best = get("best"), bad = get("num_bad_epochs"), epochs = get("epochs"), at = get("best_epoch");
  best_ = best, bad_ = static_cast<std::int64_t>(bad);
  epochs_ = static_cast<std::int64_t>(epochs), best_epoch_ = static_cast<std::int64_t>(at);
}

}  // namespace seegrad::nn
