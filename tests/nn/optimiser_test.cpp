// Optimisers against PyTorch, step by step, with clipping, schedules and groups.

#include <algorithm>
#include <nn/optimise/optimiser.hpp>
#include <nn/optimise/schedule.hpp>

#include "optimiser_support.hpp"

using namespace seegrad;
using namespace seegrad::testing;

namespace {

using clipper = std::function<nn::clipping(const net&)>;

// Five steps in float64 to 1e-12, and the same in float32 to 1e-6.
auto agrees(
    const std::string& name, const nn::optimiser& fresh, const clipper& clip = [](const net&) { return nn::clipping{}; },
    const nn::schedule& lr = nullptr, std::vector<int> without_bias = {}) -> void {
  for (const auto type : {float64, float32}) {
    net m;
    nn::to(m, type);
    auto optimiser = fresh;
    std::vector<double> got;
    graph g;
    for (int k = 0; k < 5; ++k) {
      rewind_scope step;
      const bool with_bias = std::find(without_bias.begin(), without_bias.end(), k) == without_bias.end();
      backward(loss_of(m, with_bias), adjoints::inputs);
      if (lr) optimiser.set_lr(lr(k));
      optimiser.step(m, clip(m));
      const auto now = numbers_of(m);
      got.insert(got.end(), now.begin(), now.end());
    }
    CHECK(m.weight.type() == type);
    compare(name, got, type == float64 ? 1e-12 : 1e-6);
  }
}

}  // namespace

TEST_CASE("sgd does what PyTorch's does") {
  agrees("sgd", nn::sgd{{.lr = 0.1}});
  agrees("sgd_momentum", nn::sgd{{.lr = 0.05, .momentum = 0.9}});
  agrees("sgd_dampening", nn::sgd{{.lr = 0.05, .momentum = 0.9, .dampening = 0.3, .weight_decay = 0.1}});
  agrees("sgd_nesterov", nn::sgd{{.lr = 0.05, .momentum = 0.8, .weight_decay = 0.01, .nesterov = true}});
  agrees("sgd_maximize", nn::sgd{{.lr = 0.01, .momentum = 0.5, .weight_decay = 0.1, .maximize = true}});
}

TEST_CASE("clipped gradients are PyTorch's") {
  agrees("sgd_clip_norm", nn::sgd{{.lr = 0.1, .momentum = 0.9}}, [](const net& m) { return nn::clip_grad_norm(m, 0.5); });
  agrees("sgd_clip_norm_inf", nn::sgd{{.lr = 0.1}},
         [](const net& m) { return nn::clip_grad_norm(m, 0.5, std::numeric_limits<double>::infinity()); });
  agrees("sgd_clip_value", nn::sgd{{.lr = 0.1, .weight_decay = 0.1}}, [](const net&) { return nn::clip_grad_value(0.3); });

  nn::parameter p(array{3.0, 4.0}), unused(array{7.0});
  const std::vector<nn::parameter> model{p, unused};
  graph g;
  backward(sum(model[0]() * model[0]()));  // the gradient is 6, 8
  CHECK(nn::grad_norm(model) == doctest::Approx(10));
  CHECK(nn::grad_norm(model, 1) == doctest::Approx(14));
  CHECK(nn::grad_norm(model, 3) == doctest::Approx(std::cbrt(216.0 + 512.0)));
  CHECK(nn::grad_norm(model, std::numeric_limits<double>::infinity()) == 8);
  CHECK(nn::clip_grad_norm(model, 20).scale == 1);
  CHECK(nn::clip_grad_norm(model, 20).norm == doctest::Approx(10));
  CHECK(nn::clip_grad_norm(model, 2).scale == doctest::Approx(0.2));
  CHECK_THROWS_AS(nn::grad_norm(model, 0), error);
  CHECK_THROWS_AS(nn::clip_grad_norm(model, -1), error);
  CHECK_THROWS_AS(nn::clip_grad_value(-1), error);
}

TEST_CASE("rmsprop does what PyTorch's does") {
  agrees("rmsprop", nn::rmsprop{});
  agrees("rmsprop_momentum", nn::rmsprop{{.lr = 0.02, .alpha = 0.9, .weight_decay = 0.1, .momentum = 0.7}});
  agrees("rmsprop_centered", nn::rmsprop{{.lr = 0.02, .alpha = 0.8, .eps = 1e-3, .centered = true}});
  agrees("rmsprop_all", nn::rmsprop{{.lr = 0.02, .alpha = 0.8, .momentum = 0.6, .centered = true, .maximize = true}});
}

TEST_CASE("adagrad does what PyTorch's does") {
  agrees("adagrad", nn::adagrad{});
  agrees("adagrad_all",
         nn::adagrad{{.lr = 0.1, .lr_decay = 0.2, .weight_decay = 0.1, .initial_accumulator_value = 0.5, .eps = 1e-3}});
  agrees("adagrad_maximize", nn::adagrad{{.lr = 0.05, .maximize = true}});
}

TEST_CASE("adam and adamw do what PyTorch's do") {
  agrees("adam", nn::adam{});
  agrees("adam_all", nn::adam{{.lr = 0.05, .betas = {0.8, 0.9}, .eps = 1e-2, .weight_decay = 0.1}});
  agrees("adam_amsgrad", nn::adam{{.lr = 0.2, .betas = {0.5, 0.6}, .amsgrad = true}});
  agrees("adam_maximize", nn::adam{{.lr = 0.01, .maximize = true}});
  agrees(
      "adam_schedule", nn::adam{}, [](const net&) { return nn::clipping{}; }, nn::inverse_time_decay{.lr = 0.1});
  agrees("adamw", nn::adamw{});
  agrees("adamw_all",
         nn::adamw{{.lr = 0.1, .betas = {0.5, 0.6}, .eps = 1e-3, .weight_decay = 0.5, .amsgrad = true, .maximize = true}});
}

TEST_CASE("a parameter without a gradient is passed over, and counts its own steps") {
  agrees("adam_without_bias", nn::adam{{.lr = 0.1}}, [](const net&) { return nn::clipping{}; }, nullptr, {0, 3});
}

TEST_CASE("lion does what its paper says") {
  agrees("lion", nn::lion{});
  agrees("lion_all", nn::lion{{.lr = 0.05, .betas = {0.6, 0.7}, .weight_decay = 0.3}});
  nn::parameter p(array{1.0, 2.0});
  nn::lion still{{.lr = 0.5}};
  graph g;
  backward(sum(p() * array{0.0, -3.0}));
  still.step(p);
  CHECK(identical(p.value(), array{1.0, 2.5}));  // the sign of 0 is 0
}

TEST_CASE("groups have settings of their own, and the last wins") {
  nn::adamw grouped{{.lr = 0.1, .weight_decay = 0.5}};
  grouped.group("*", {.weight_decay = 0.25});
  grouped.group("w*", {.lr = 0.02, .weight_decay = 0.5});
  grouped.group("?ias", {.weight_decay = 0});
  agrees("adamw_groups", grouped);
  nn::adamw scaled{{.lr = 0.1, .weight_decay = 0.5}};
  scaled.group("weight", {.lr = 7});
  scaled.group("weight", {.lr_scale = 0.2});
  scaled.group("bias", {.weight_decay = 0});
  agrees("adamw_groups", scaled);

  net m;
  nn::sgd later{{.lr = 0.5}};
  descend(m, later);
  CHECK_THROWS_WITH_AS(later.group("nobody", {.lr = 1}),
                       "sgd: no parameter has a name that fits group \"nobody\"; the first is \"weight\"", error);
  later.group("bias", {.lr = 0});
  const auto before = m;
  descend(m, later);
  CHECK(identical(m.bias.value(), before.bias.value()));
  CHECK_FALSE(identical(m.weight.value(), before.weight.value()));

  nn::sgd wrong;
  wrong.group("biases", {.lr = 1});
  CHECK_THROWS_AS(descend(m, wrong), error);
  CHECK_THROWS_AS(wrong.group("*", {.lr = 1, .lr_scale = 1}), error);
  CHECK_THROWS_AS(wrong.group("*", {.lr = -1}), error);
  CHECK_THROWS_AS(wrong.group("*", {.eps = 1}), error);
  nn::adam none;
  CHECK_THROWS_AS(none.group("*", {.momentum = 0.5}), error);

  CHECK(nn::fits("*", ""));
  CHECK(nn::fits("a*b*c", "axbxbxc"));
  CHECK(nn::fits("*.bias", "hidden.0.bias"));
  CHECK_FALSE(nn::fits("*.bias", "bias"));
  CHECK_FALSE(nn::fits("a?", "a"));
  CHECK_FALSE(nn::fits("", "a"));
}
