#pragma once
// L-BFGS: steps along the gradient times an estimate of the inverse Hessian, made from the last steps. For losses without noise.
//
//   nn::lbfgs optimiser{{.line_search = nn::line_search::strong_wolfe}};
//   for (int i = 0; i < 10; ++i) {
//     const double before = optimiser.step(model, [&] { return mse_loss(model(x), y); });
//   }
//
// The closure computes the loss and returns it, a tensor or scalar recorded with the model's parameters; the optimiser does the
// rest, in the active graph, which it rewinds each time, or in one of its own. A step is up to max_iter iterations, and what it
// learned of the curvature is kept for the next. Vectors are in double whatever the model's type. This is torch.optim.LBFGS,
// after Schmidt's minFunc; source: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", 1989.

#include <functional>
#include <map>
#include <nn/module/walk.hpp>
#include <span>

namespace seegrad::nn {

/// Whether steps have the length lr, or one that satisfies the strong Wolfe conditions.
enum class line_search { none, strong_wolfe };

struct lbfgs_options {
  double lr = 1;                                        ///< the length of each step, or the first that the line search tries
  std::int64_t max_iter = 20;                           ///< iterations in a step
  std::optional<std::int64_t> max_eval{};               ///< evaluations of the loss in a step; 5/4 of max_iter if not given
  double tolerance_grad = 1e-7;                         ///< ends when no derivative is larger
  double tolerance_change = 1e-9;                       ///< ends when neither the loss nor a parameter changes by more
  std::int64_t history_size = 100;                      ///< how many differences of gradients are kept
  nn::line_search line_search = nn::line_search::none;  ///< how a step gets its length
};

class lbfgs {
 public:
  /// Throws for options out of range, here and at each step.
  explicit lbfgs(const lbfgs_options& o = {});
  lbfgs_options options;  ///< may be changed between steps

  /// Several iterations; returns the loss before them. If the closure throws, the parameters and the state are as they were.
  /// Frozen parameters are left alone. Throws if the number or the size of the parameters has changed since the first step.
  template <class M, class Closure>
    requires(!std::convertible_to<M&, std::span<parameter* const>>)
  auto step(M& model, Closure&& closure) -> double {
    const auto list = parameter_list(model);
    return run(list, [&]() -> tensor { return closure(); });
  }
  template <class Closure>
  auto step(std::span<parameter* const> parameters, Closure&& closure) -> double {
    return run(parameters, [&]() -> tensor { return closure(); });
  }

  /// Iterations and evaluations of the loss so far.
  auto iterations() const -> std::int64_t { return memory_.n_iter; }
  /// Evaluations of the loss so far, those of line searches among them.
  auto evaluations() const -> std::int64_t { return memory_.func_evals; }

  /// Everything that further steps depend on but the options, under PyTorch's names; vectors are of all parameters in one row,
  /// differences of gradients and of parameters in the rows of "old_dirs" and "old_stps".
  auto state() const -> std::map<std::string, array>;
  /// Goes on from there, to the bit. Throws, and changes nothing, for anything but a state of L-BFGS.
  auto load_state(const std::map<std::string, array>& state) -> void;

 private:
  using vector = std::vector<double>;
  struct pair {
    vector y, s;  // differences of gradients, of parameters
    double ro;    // 1 / y·s
  };
  struct memory {
    std::int64_t n_iter = 0, func_evals = 0;
    vector d, prev_flat_grad;
    double t = 0, h_diag = 1, prev_loss = 0;
    std::vector<pair> pairs;
  };
  class problem;

  auto run(std::span<parameter* const> list, const std::function<tensor()>& closure) -> double;
  auto iterate(problem& f, memory& m) const -> double;
  auto direction(memory& m, const vector& gradient) const -> void;
  auto check_options() const -> void;

  memory memory_;
};

}  // namespace seegrad::nn
