#pragma once
// What the optimisers have in common: the state they keep for each parameter, its groups, and saving it.
//
//   nn::adam optimiser{{.lr = 1e-3}};
//   graph g;
//   for (const auto& batch : batches) {
//     rewind_scope step;
//     backward(loss(model, batch), adjoints::inputs);
//     optimiser.step(model);
//   }
//   save_npz("optimiser.npz", optimiser.state());          // and later: optimiser.load_state(load_npz("optimiser.npz"))
//
// An optimiser is a value that owns its state and has no pointers into the model: it knows parameters by where they stand in the
// list and, from its first step on, by their names, so models may be moved, copied, saved and loaded. Parameters that are frozen
// or have no gradient in the active graph are passed over; they keep their numbers, their state and their own count of steps. An
// update writes new numbers into new memory where a graph, or anything else, still shows the old ones, and else over them, as it does with
// its state; it is one pass, by several threads if it is large, and gives the same bits for any number of them.
//
// An optimiser of your own derives from first_order, gives its options and says what one parameter's update is; sgd.cpp is short.

#include <map>
#include <nn/optimise/clip.hpp>
#include <nn/optimise/groups.hpp>
#include <span>

namespace seegrad::nn {

class stepper {
 public:
  /// One update of all parameters of the model that have a gradient in the active graph. Throws, and changes nothing, if none
  /// has; if the parameters differ in number, shape or type from those of the first step; or if an option is out of its range.
  template <class M>
    requires(!std::convertible_to<M&, std::span<parameter* const>>)
  auto step(M& model, const clipping& clip = {}) -> void {
    list(model);
    run(list_, nullptr, clip);
  }
  /// The same with gradients of the caller's, such as sums over several graphs: one for each parameter of the model, null for none.
  template <class M>
  auto step(M& model, std::span<const array> gradients, const clipping& clip = {}) -> void {
    list(model);
    run(list_, &gradients, clip);
  }
  /// The same for a list of parameters, whose names are their numbers if this is the first step.
  auto step(std::span<parameter* const> parameters, const clipping& clip = {}) -> void;

  /// How often step was called.
  auto steps() const -> std::int64_t { return steps_; }
  /// The learning rate of the options, by which it can be changed, too.
  virtual auto lr() const -> double = 0;
  /// Changes it, as a schedule does.
  virtual auto set_lr(double lr) -> void = 0;

  /// Everything that further steps depend on but the options and groups: "step", "lr", and for each parameter its own count and
  /// tensors, as "step.hidden.weight" and "exp_avg.hidden.weight". The arrays are shared until the next step and not copied.
  auto state() const -> std::map<std::string, array>;
  /// Goes on from there, to the bit. Before the first step, the parameters' names and shapes are checked by that step. Throws,
  /// and changes nothing, for a state of another kind of optimiser or another model.
  auto load_state(std::map<std::string, array> state) -> void;

 protected:
  static constexpr std::size_t most_tensors = 3;
  struct slot {
    std::string name;
    dims shape;
    dtype type = float64;
    group_options group;
    std::int64_t steps = 0;
    std::array<array, most_tensors> tensors;  // null until they are needed
  };

  /// The optimiser's name, and those of the tensors it keeps, of which every parameter that was stepped has the first few.
  stepper(std::string_view kind, std::initializer_list<std::string_view> tensors, std::size_t required);
  stepper(const stepper&) = default;
  stepper(stepper&&) = default;
  auto operator=(const stepper&) -> stepper& = default;
  auto operator=(stepper&&) -> stepper& = default;
  ~stepper() = default;

  /// The new numbers of a parameter. Its count of steps has this one, and p and g are contiguous and of the slot's type.
  virtual auto update(slot& s, const array& p, const array& g, const clipping& clip) const -> array = 0;
  virtual auto check_options() const -> void = 0;

  auto add_group(detail::group g) -> void;
  auto kind() const -> std::string_view { return kind_; }
  /// Throws unless low <= x < high.
  auto require_in(double x, double low, double high, std::string_view name) const -> void;
  /// Throws for the first that is below 0, infinite or NaN.
  auto require_not_negative(std::initializer_list<std::pair<std::string_view, double>> options) const -> void;

 private:
  auto list(auto& model) -> void {
    list_.clear(), names_.clear();
    if (slots_.empty()) name_layers(model);
    each<parameter>(model, [this](parameter& p, const path* at) {
      list_.push_back(&p);
      if (slots_.empty()) names_.push_back(at ? at->text() : "");
    });
  }
  auto run(std::span<parameter* const> list, const std::span<const array>* gradients, const clipping& clip) -> void;
  auto bind(std::span<parameter* const> list) const -> std::vector<slot>;
  auto collect(std::span<parameter* const> list, const std::span<const array>* gradients, std::span<const slot> slots) -> void;
  auto choose_groups(std::span<slot> slots, std::span<const detail::group> groups) const -> void;
  auto fill(std::span<slot> slots, const std::map<std::string, array>& state) const -> void;
  auto check_keys(const std::map<std::string, array>& state) const -> void;

  std::string_view kind_;
  std::vector<std::string_view> tensor_names_;
  std::size_t required_;
  std::vector<detail::group> groups_;
  std::vector<slot> slots_;               // empty before the first step
  std::map<std::string, array> pending_;  // loaded before the first step
  std::int64_t steps_ = 0;
  // What a step needs and the next one would otherwise allocate again.
  std::vector<parameter*> list_;
  std::vector<std::string> names_;
  std::vector<array> gradients_;
};

/// A stepper with its options, which can be changed at any time.
template <class Options>
class first_order : public stepper {
 public:
  Options options;  ///< may be changed between steps

  auto lr() const -> double final { return options.lr; }
  auto set_lr(double lr) -> void final { options.lr = lr; }
  /// Other settings for parameters whose names fit the pattern; see groups.hpp. Throws for a setting that this optimiser has not,
  /// and, here or at the first step, if no parameter fits.
  auto group(std::string_view pattern, const group_options& settings) -> void {
    if constexpr (!requires(Options& o) { o.momentum; })
      if (settings.momentum) throw error(std::string(kind()) + ": group: there is no momentum to set");
    if constexpr (!requires(Options& o) { o.eps; })
      if (settings.eps) throw error(std::string(kind()) + ": group: there is no eps to set");
    add_group({std::string(pattern), settings});
  }

 protected:
  first_order(const Options& o, std::string_view kind, std::initializer_list<std::string_view> tensors, std::size_t required)
      : stepper(kind, tensors, required), options(o) {}
  auto options_of(const slot& s) const -> Options { return detail::with_group(options, s.group); }
};

}  // namespace seegrad::nn
