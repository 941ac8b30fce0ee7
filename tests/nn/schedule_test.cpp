// Learning rates against torch.optim.lr_scheduler; early stopping by hand.

#include <cmath>
#include <doctest/doctest.h>
#include <nn/optimise/schedule.hpp>

#include "oracle/optimisers.hpp"

using namespace seegrad;

namespace {

auto close(double a, double b) -> bool { return std::abs(a - b) <= 1e-13; }
auto agrees(const std::string& name, const nn::schedule& schedule) -> void {
  const auto& wanted = optimisers_oracle.at(name);
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    const double got = schedule(static_cast<index_t>(k));
    CHECK_MESSAGE(close(got, wanted[k]), name, " ", k, ": ", got, " and not ", wanted[k]);
  }
}
auto agrees(const std::string& name, const nn::reduce_on_plateau_options& options, double sign = 1, bool backwards = false)
    -> void {
  auto losses = optimisers_oracle.at("losses");
  if (backwards) losses = {losses.rbegin(), losses.rend()};
  const auto& wanted = optimisers_oracle.at(name);
  nn::reduce_on_plateau plateau(options);
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    // Saved and restored at every step.
    nn::reduce_on_plateau next(options);
    next.load_state(plateau.state());
    plateau = next;
    const double got = plateau.step(sign * losses[k]);
    CHECK_MESSAGE(close(got, wanted[k]), name, " ", k, ": ", got, " and not ", wanted[k]);
    CHECK(plateau.lr() == got);
  }
}

}  // namespace

TEST_CASE("schedules are PyTorch's") {
  agrees("step_lr", nn::step_lr{.lr = 0.1, .step_size = 3, .gamma = 0.5});
  agrees("multi_step_lr", nn::multi_step_lr{.lr = 0.1, .milestones = {12, 7, 2, 7}});
  agrees("exponential_lr", nn::exponential_lr{.lr = 0.1, .gamma = 0.8});
  agrees("cosine_annealing", nn::cosine_annealing{.lr = 0.1, .T_max = 8, .eta_min = 0.01});
  agrees("one_cycle", nn::one_cycle{.max_lr = 0.5, .total_steps = 20});
  agrees("one_cycle_other",
         nn::one_cycle{.max_lr = 0.5, .total_steps = 20, .pct_start = 0.45, .div_factor = 5, .final_div_factor = 100});
  agrees("linear_lr", nn::warmup(5, nn::constant_lr{.lr = 0.1}));
}

TEST_CASE("schedules at their ends") {
  CHECK(nn::constant_lr{.lr = 0.3}(7) == 0.3);
  const nn::inverse_time_decay decay{.lr = 0.2, .rate = 1};
  CHECK(decay(0) == 0.2);
  CHECK(close(decay(1), 0.1));
  CHECK(close(decay(3), 0.05));
  const nn::one_cycle cycle{.max_lr = 1, .total_steps = 10};
  CHECK(cycle(9) == doctest::Approx(1.0 / 25 / 1e4));
  CHECK(cycle(1000) == cycle(9));
  CHECK(nn::one_cycle{.max_lr = 1, .total_steps = 10, .pct_start = 0}(0) == 1);
  CHECK(nn::one_cycle{.max_lr = 1, .total_steps = 10, .pct_start = 1}(9) == 1);
  CHECK(std::isfinite(nn::one_cycle{.max_lr = 1, .total_steps = 1}(0)));
  CHECK_THROWS_AS(nn::one_cycle{.total_steps = 0}(0), error);
  CHECK_THROWS_AS(nn::one_cycle{.pct_start = 2}(0), error);
  CHECK_THROWS_AS(nn::one_cycle{.div_factor = 0}(0), error);
  CHECK_THROWS_AS(nn::step_lr{.step_size = 0}(0), error);
  CHECK_THROWS_AS(nn::cosine_annealing{.T_max = 0}(0), error);
}

TEST_CASE("a warm-up, and then another from its beginning") {
  const nn::cosine_annealing cosine{.lr = 0.4, .T_max = 10};
  const auto both = nn::warmup(4, cosine, 0);
  CHECK(both(0) == 0);
  CHECK(close(both(1), 0.1));
  CHECK(close(both(3), 0.3));
  CHECK(both(4) == 0.4);
  CHECK(both(9) == cosine(5));
  CHECK(nn::warmup(0, cosine)(0) == 0.4);
  CHECK(close(nn::warmup(
                  2, [](index_t k) { return k == 0 ? 1.0 : 0.5; }, 0.5)(1),
              0.75));
}

TEST_CASE("reduce_on_plateau is PyTorch's") {
  using enum nn::progress;
  agrees("plateau", {.lr = 0.1, .factor = 0.5, .patience = 1});
  agrees("plateau_cooldown", {.lr = 0.1, .factor = 0.3, .patience = 1, .cooldown = 2, .min_lr = 0.02});
  agrees("plateau_max", {.lr = 0.1, .mode = max, .patience = 2, .threshold = 0.05, .threshold_mode = nn::threshold_mode::abs},
         -1);
  agrees("plateau_max_rel", {.lr = 0.1, .mode = max, .patience = 0, .threshold = 0.2}, 1, true);
  agrees("plateau_eps", {.lr = 0.1, .factor = 0.5, .patience = 0, .eps = 0.02});
  CHECK_THROWS_AS(nn::reduce_on_plateau({.factor = 1}), error);
  CHECK_THROWS_AS(nn::reduce_on_plateau({.patience = -1}), error);
  CHECK_THROWS_AS(nn::reduce_on_plateau{}.load_state({}), error);
}

TEST_CASE("early stopping counts epochs without progress") {
  nn::early_stopping stop{{.patience = 2, .min_delta = 0.1}};
  CHECK_FALSE(stop.improved());
  CHECK_FALSE(stop.step(1.0));
  CHECK(stop.improved());
  CHECK_FALSE(stop.step(0.95));  // not enough
  CHECK_FALSE(stop.improved());
  CHECK_FALSE(stop.step(0.8));
  CHECK(stop.best() == 0.8);
  CHECK_FALSE(stop.step(std::nan("")));
  nn::early_stopping again{{.patience = 2, .min_delta = 0.1}};
  again.load_state(stop.state());
  CHECK(stop.step(0.71));
  CHECK(again.step(0.9));
  CHECK(again.best_epoch() == 2);
  nn::early_stopping most{{.patience = 1, .mode = nn::progress::max}};
  CHECK_FALSE(most.step(1));
  CHECK_FALSE(most.step(2));
  CHECK(most.step(2));
  nn::early_stopping eager{{.patience = 0}};
  CHECK_FALSE(eager.step(1));
  CHECK_FALSE(eager.step(0.5));
  CHECK(eager.step(0.5));
  CHECK_THROWS_AS(nn::early_stopping({.patience = -1}), error);
}
