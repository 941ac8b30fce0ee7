#pragma once
// What the tests of nn::diagnose share: data that is easy to learn, and the question what is said of a model now and after some steps.

#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <nn/data/synthetic.hpp>
#include <nn/init/init.hpp>
#include <nn/layer/layers.hpp>
#include <nn/loss/loss.hpp>
#include <nn/optimise/optimiser.hpp>
#include <nn/see/diagnose.hpp>

using namespace seegrad;

inline auto accusations(const nn::diagnosis& d) -> std::string {
  std::string text;
  for (const auto& f : d.findings)
    if (f.how == annotation::mood::bad || f.how == annotation::mood::doubtful) text += f.where + ": " + f.text + "\n";
  return text;
}

/// What is said of the model that `make` gives, at first and after each of `steps` steps of Adam or of another optimiser; `loss_of(model)` is its loss.
template <class Make, class Loss, class Optimiser = nn::adam>
auto said_after(int steps, Make make, Loss loss_of, Optimiser by = nn::adam{{.lr = 3e-3}}) -> nn::diagnosis {
  auto model = make();
  nn::train(model);
  graph g;
  for (int step = 0;; ++step) {
    const rewind_scope again;
    const tensor J = loss_of(model);
    backward(J);
    if (step == steps) return nn::diagnose(J);
    by.step(model);
  }
}

/// From three first weights, and after no, one and forty steps.
template <class Make, class Loss, class... Optimiser>
auto healthy(const std::string& name, Make make, Loss loss_of, Optimiser... by) -> void {
  for (unsigned seed = 1; seed <= 3; ++seed)
    for (const int steps : {0, 1, 40}) {
      CAPTURE(name);
      CAPTURE(seed);
      CAPTURE(steps);
      nn::manual_seed(seed);
      CHECK(accusations(said_after(steps, make, loss_of, by...)) == "");
    }
}
