#include <algorithm>
#include <autodiff/array/create.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/optimise/kept_number.hpp>
#include <nn/optimise/stepper.hpp>

namespace seegrad::nn {

stepper::stepper(std::string_view kind, std::initializer_list<std::string_view> tensors, std::size_t required)
    : kind_(kind), tensor_names_(tensors), required_(required) {
  if (tensors.size() > most_tensors) throw error(fmt::format("{}: an optimiser keeps at most {} tensors", kind, most_tensors));
}

auto stepper::require_in(double x, double low, double high, std::string_view name) const -> void {
  if (x >= low && x < high) return;
  throw error(std::isinf(high) ? fmt::format("{}: {} is {}; it is a number from {} on", kind_, name, x, low)
                               : fmt::format("{}: {} is {}; it is at least {} and below {}", kind_, name, x, low, high));
}

auto stepper::require_not_negative(std::initializer_list<std::pair<std::string_view, double>> options) const -> void {
  for (const auto& [name, x] : options) require_in(x, 0, std::numeric_limits<double>::infinity(), name);
}

auto stepper::step(std::span<parameter* const> parameters, const clipping& clip) -> void {
  names_.clear();
  run(parameters, nullptr, clip);
}

auto stepper::run(std::span<parameter* const> list, const std::span<const array>* gradients, const clipping& clip) -> void {
  check_options();
  std::vector<slot> first;
  if (slots_.empty()) first = bind(list);
  collect(list, gradients, slots_.empty() ? first : slots_);
  // From here on nothing is wrong with what was given.
  if (slots_.empty()) slots_.swap(first), pending_.clear();
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (gradients_[i].is_null()) continue;
    ++slots_[i].steps;
    auto numbers = list[i]->release().contiguous();
    try {
      *list[i] = update(slots_[i], numbers, gradients_[i], clip);
    } catch (...) {
      *list[i] = std::move(numbers);
      throw;
    }
  }
  gradients_.clear();
  ++steps_;
}

auto stepper::bind(std::span<parameter* const> list) const -> std::vector<slot> {
  if (list.empty()) throw error(fmt::format("{}: the model has no parameters", kind_));
  std::vector<slot> slots(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    slots[i].name = names_.empty() ? std::to_string(i) : names_[i];
    slots[i].shape = list[i]->shape(), slots[i].type = list[i]->type();
  }
  choose_groups(slots, groups_);
  if (!pending_.empty()) fill(slots, pending_);
  return slots;
}

auto stepper::collect(std::span<parameter* const> list, const std::span<const array>* gradients, std::span<const slot> slots)
    -> void {
  if (list.size() != slots.size())
    throw error(
        fmt::format("{}: the model has {} parameters, and had {} at the first step; make a new optimiser for another model",
                    kind_, list.size(), slots.size()));
  if (gradients && gradients->size() != list.size())
    throw error(fmt::format("{}: {} gradients for {} parameters", kind_, gradients->size(), list.size()));
  gradients_.assign(list.size(), {});
  bool any = false, trainable = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const parameter& p = *list[i];
    const slot& s = slots[i];
    if (p.shape() != s.shape || p.type() != s.type)
      throw error(fmt::format("{}: parameter {} is {} {}, and was {} {} at the first step; make a new optimiser", kind_, s.name,
                              to_string(p.shape()), name_of(p.type()), to_string(s.shape), name_of(s.type)));
    if (!is_floating(s.type))
      throw error(fmt::format("{}: parameter {} is {}; only float32 and float64 are trained", kind_, s.name, name_of(s.type)));
    trainable |= p.trainable;
    const bool given = gradients && !(*gradients)[i].is_null() && p.trainable;
    if (!given && (gradients || !has_grad(p))) continue;
    any = true;
    gradients_[i] = (given ? (*gradients)[i] : grad(p)).cast(s.type).contiguous();
    if (gradients_[i].shape() != s.shape)
      throw error(fmt::format(
          "{}: the gradient of parameter {} is {}, and its numbers are {}; they were set anew after the loss was computed", kind_,
          s.name, to_string(gradients_[i].shape()), to_string(s.shape)));
  }
  if (trainable && !any)
    throw error(fmt::format(
        "{}: no parameter has a gradient in the active graph; call backward(loss) first, and step before the graph or its "
        "rewind_scope ends",
        kind_));
}

auto stepper::add_group(detail::group g) -> void {
  check(g, kind_);
  auto groups = groups_;
  groups.push_back(std::move(g));
  auto slots = slots_;
  if (!slots.empty()) choose_groups(slots, groups);
  groups_.swap(groups), slots_.swap(slots);
}

auto stepper::choose_groups(std::span<slot> slots, std::span<const detail::group> groups) const -> void {
  for (auto& s : slots) s.group = {};
  for (const auto& g : groups) {
    bool any = false;
    for (auto& s : slots)
      if (fits(g.pattern, s.name)) s.group = detail::merged(s.group, g.options), any = true;
    if (!any)
      throw error(fmt::format("{}: no parameter has a name that fits group \"{}\"; the first is \"{}\"", kind_, g.pattern,
                              slots[0].name));
  }
}

auto stepper::state() const -> std::map<std::string, array> {
  auto all = pending_;
  all.insert_or_assign("step", detail::kept(steps_));
  all.insert_or_assign("lr", full({}, lr()));
  for (const auto& s : slots_) {
    if (s.steps == 0) continue;
    all.emplace("step." + s.name, detail::kept(s.steps));
    for (std::size_t k = 0; k < tensor_names_.size(); ++k)
      if (!s.tensors[k].is_null()) all.emplace(fmt::format("{}.{}", tensor_names_[k], s.name), s.tensors[k]);
  }
  return all;
}

auto stepper::check_keys(const std::map<std::string, array>& state) const -> void {
  for (const auto& [key, value] : state) {
    const auto dot = key.find('.');
    const auto what = std::string_view(key).substr(0, dot);
    if (dot == std::string::npos ? what == "step" || what == "lr" : what == "step") continue;
    const bool known = std::find(tensor_names_.begin(), tensor_names_.end(), what) != tensor_names_.end();
    if (dot == std::string::npos || !known)
      throw error(fmt::format("{}: load_state: \"{}\" is nothing that {} keeps; it is the state of another kind of optimiser",
                              kind_, key, kind_));
    if (!state.contains("step" + key.substr(dot)))
      throw error(fmt::format("{}: load_state: the state has \"{}\" and no \"step{}\"", kind_, key, key.substr(dot)));
  }
  for (const auto& [key, value] : state) {
    if (!key.starts_with("step.")) continue;
    for (std::size_t k = 0; k < required_; ++k)
      if (const auto wanted = std::string(tensor_names_[k]) + key.substr(4); !state.contains(wanted))
        throw error(fmt::format("{}: load_state: the state has \"{}\" and no \"{}\"", kind_, key, wanted));
  }
}

auto stepper::fill(std::span<slot> slots, const std::map<std::string, array>& state) const -> void {
  std::size_t used = 2;  // step and lr
  for (auto& s : slots) {
    s.steps = 0, s.tensors = {};
    if (!state.contains("step." + s.name)) continue;
    s.steps = detail::kept_count(state, "step." + s.name, kind_), ++used;
    for (std::size_t k = 0; k < tensor_names_.size(); ++k) {
      const auto at = state.find(fmt::format("{}.{}", tensor_names_[k], s.name));
      if (at == state.end()) continue;
      const auto& x = at->second;
      if (x.shape() != s.shape || x.type() != s.type)
        throw error(fmt::format("{}: load_state: \"{}\" is {} {}, and the parameter is {} {}", kind_, at->first,
                                to_string(x.shape()), name_of(x.type()), to_string(s.shape), name_of(s.type)));
      s.tensors[k] = x, ++used;
    }
  }
  if (used != state.size())
    throw error(fmt::format("{}: load_state: the state is of another model: it has parameters that this one has not", kind_));
}

auto stepper::load_state(std::map<std::string, array> state) -> void {
  const auto steps = detail::kept_count(state, "step", kind_);
  const double lr = detail::kept_number(state, "lr", kind_);
  if (lr < 0) throw error(fmt::format("{}: load_state: \"lr\" is {}; it cannot be negative", kind_, lr));
  check_keys(state);
  auto slots = slots_;
  if (!slots.empty()) fill(slots, state);
  else pending_ = std::move(state);
  slots_ = std::move(slots);
  steps_ = steps, set_lr(lr);
}

}  // namespace seegrad::nn
