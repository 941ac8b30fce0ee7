#pragma once
// Any of the optimisers, as one type: for training loops and for programs that choose at run time.
//
//   nn::optimiser chosen = fast ? nn::optimiser(nn::sgd{{.lr = 0.1}}) : nn::adam{{.lr = 1e-3}};
//   chosen.step(model);
//   chosen.set_lr(0.5 * chosen.lr());
//
// It is a value: a copy goes its own way. Options and groups are set before an optimiser is put in. L-BFGS is not among them,
// since its step computes the loss several times; see lbfgs.hpp.

#include <memory>
#include <nn/optimise/adagrad.hpp>
#include <nn/optimise/adam.hpp>
#include <nn/optimise/lion.hpp>
#include <nn/optimise/rmsprop.hpp>
#include <nn/optimise/sgd.hpp>

namespace seegrad::nn {

class optimiser {
 public:
  template <std::derived_from<stepper> Kind>
  optimiser(Kind kind) : held_(std::make_unique<of_kind<Kind>>(std::move(kind))) {}

  optimiser(const optimiser& o) : held_(o.held_->copy()) {}
  optimiser(optimiser&&) noexcept = default;
  auto operator=(const optimiser& o) -> optimiser& { return *this = optimiser(o); }
  auto operator=(optimiser&&) noexcept -> optimiser& = default;
  ~optimiser() = default;

  /// See stepper.hpp for these.
  auto step(auto& model, const clipping& clip = {}) -> void { held_->inside().step(model, clip); }
  auto step(auto& model, std::span<const array> gradients, const clipping& clip = {}) -> void {
    held_->inside().step(model, gradients, clip);
  }
  /// How often step was called.
  auto steps() const -> std::int64_t { return held_->inside().steps(); }
  /// The learning rate of its options.
  auto lr() const -> double { return held_->inside().lr(); }
  /// Changes it, as a schedule does.
  auto set_lr(double lr) -> void { held_->inside().set_lr(lr); }
  /// All that further steps depend on but the options, as stepper::state says.
  auto state() const -> std::map<std::string, array> { return held_->inside().state(); }
  /// Goes on from there, to the bit. Throws, and changes nothing, for a state of another kind or another model.
  auto load_state(std::map<std::string, array> state) -> void { held_->inside().load_state(std::move(state)); }

  /// The optimiser that was put in, or nullptr if it is of another kind.
  template <std::derived_from<stepper> Kind>
  auto get_if() -> Kind* {
    auto* is = dynamic_cast<of_kind<Kind>*>(held_.get());
    return is ? &is->kind : nullptr;
  }

 private:
  struct any_kind {
    virtual ~any_kind() = default;
    virtual auto inside() -> stepper& = 0;
    virtual auto copy() const -> std::unique_ptr<any_kind> = 0;
  };
  template <class Kind>
  struct of_kind final : any_kind {
    explicit of_kind(Kind k) : kind(std::move(k)) {}
    auto inside() -> stepper& override { return kind; }
    auto copy() const -> std::unique_ptr<any_kind> override { return std::make_unique<of_kind>(kind); }
    Kind kind;
  };

  std::unique_ptr<any_kind> held_;
};

}  // namespace seegrad::nn
