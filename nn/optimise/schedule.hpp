#pragma once
// How the learning rate changes while training goes on.
//
//   const auto schedule = nn::warmup(5, nn::cosine_annealing{.lr = 0.1, .T_max = 95});
//   for (int epoch = 0; epoch < 100; ++epoch) {
//     optimiser.options.lr = schedule(epoch);
//     …
//   }
//
// A schedule is a pure function from a step, counted from 0, to a learning rate: it can be plotted, tested, and asked again after
// a restart. Whether steps are epochs or batches is up to the loop. Anything that can be called with a number is one, a lambda
// too, and nn::schedule holds any of them. Names and defaults are those of torch.optim.lr_scheduler; `lr` is the rate to begin
// with. reduce_on_plateau, which looks at the loss and so has a state, is in plateau.hpp.

#include <autodiff/array/dims.hpp>
#include <concepts>
#include <functional>
#include <nn/optimise/plateau.hpp>
#include <utility>

namespace seegrad::nn {

/// Any of them: the learning rate of a step, counted from 0.
using schedule = std::function<double(index_t)>;

/// The same at each step.
struct constant_lr {
  double lr = 1e-3;  ///< the rate of every step
  auto operator()(index_t) const -> double { return lr; }
};

/// Times gamma every step_size steps. Throws if step_size is not positive.
struct step_lr {
  double lr = 1e-3;       ///< the first rate
  index_t step_size = 1;  ///< how many steps have one rate
  double gamma = 0.1;     ///< the factor between one rate and the next
  auto operator()(index_t step) const -> double;
};

/// Times gamma at each of the milestones, in any order.
struct multi_step_lr {
  double lr = 1e-3;                   ///< the first rate
  std::vector<index_t> milestones{};  ///< the steps from which on the rate is another
  double gamma = 0.1;                 ///< the factor between one rate and the next
  auto operator()(index_t step) const -> double;
};

/// Times gamma at each step.
struct exponential_lr {
  double lr = 1e-3;    ///< the first rate
  double gamma = 0.9;  ///< the factor between one step and the next
  auto operator()(index_t step) const -> double;
};

/// Down to eta_min along half a cosine in T_max steps, then up again, and so on. Source: Loshchilov and Hutter, arXiv:1608.03983.
/// Throws if T_max is not positive.
struct cosine_annealing {
  double lr = 1e-3;    ///< the first rate
  index_t T_max = 1;   ///< steps of the way down
  double eta_min = 0;  ///< the lowest rate
  auto operator()(index_t step) const -> double;
};

/// Up from max_lr / div_factor to max_lr, then down to 1 / final_div_factor of where it began, each along half a cosine;
/// PyTorch's kind of two phases. After total_steps - 1 it stays there. Source: Smith and Topin, arXiv:1708.07120. Throws if
/// total_steps is not positive, pct_start is not from 0 to 1, or a factor is not positive.
struct one_cycle {
  double max_lr = 1e-3;           ///< the highest rate
  index_t total_steps = 1;        ///< steps of the way up and the way down
  double pct_start = 0.3;         ///< which part of them goes up
  double div_factor = 25;         ///< the first rate is max_lr divided by it
  double final_div_factor = 1e4;  ///< the last rate is the first divided by it
  auto operator()(index_t step) const -> double;
};

/// lr / (1 + rate * step).
struct inverse_time_decay {
  double lr = 1e-3;  ///< the first rate
  double rate = 1;   ///< how fast it falls; at step 1 / rate it is half
  auto operator()(index_t step) const -> double { return lr / (1 + rate * static_cast<double>(step)); }
};

/// See warmup.
template <class Then>
struct warmed_up {
  index_t steps;        ///< of the way up
  Then then;            ///< what goes on from there, at its step 0
  double start_factor;  ///< the first rate, as a part of the first of `then`
  auto operator()(index_t step) const -> double {
    if (step >= steps) return then(steps > 0 ? step - steps : step);
    return then(0) * (start_factor + (1 - start_factor) * static_cast<double>(step) / static_cast<double>(steps));
  }
};
/// For n steps on a line from start_factor times the first rate of `then` up to that rate; then what `then` says, which begins at
/// its step 0. None for n <= 0. This is torch's LinearLR, and after it another.
template <std::invocable<index_t> Then>
auto warmup(index_t n, Then then, double start_factor = 1.0 / 3) -> warmed_up<Then> {
  return {n, std::move(then), start_factor};
}

}  // namespace seegrad::nn
