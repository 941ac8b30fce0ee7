// What optimisers leave alone, saving, threads, the edges of types and shapes, mistakes, penalties.

#include <autodiff/array/npz.hpp>
#include <autodiff/array/parallel.hpp>
#include <nn/optimise/optimiser.hpp>
#include <nn/optimise/penalty.hpp>
#include <sstream>

#include "optimiser_support.hpp"

using namespace seegrad;
using namespace seegrad::testing;

TEST_CASE("frozen parameters are left alone, whatever the weight decay") {
  net m, start;
  m.bias.trainable = false;
  nn::adamw optimiser{{.lr = 0.1, .weight_decay = 0.5}};
  descend(m, optimiser, 3);
  CHECK(identical(m.bias.value(), start.bias.value()));
  CHECK_FALSE(identical(m.weight.value(), start.weight.value()));
  CHECK_FALSE(optimiser.state().contains("step.bias"));
  m.weight.trainable = false;
  const auto before = m;
  graph g;
  optimiser.step(m);  // Nothing is to be trained, and that is no mistake.
  CHECK(same(m, before));
}

TEST_CASE("what the graph and copies show does not change") {
  net m, start;
  nn::sgd optimiser{{.lr = 0.1, .momentum = 0.9}};
  graph g;
  const auto w = m.weight();
  const auto copy = m;
  backward(loss_of(m));
  optimiser.step(m);
  CHECK(identical(w.value(), start.weight.value()));
  CHECK(same(copy, start));
  auto other = optimiser;  // state and all
  auto twin = m;
  const auto kept = optimiser.state();
  const auto buffer = kept.at("momentum_buffer.weight").copy();
  descend(m, optimiser, 2);
  CHECK(identical(kept.at("momentum_buffer.weight"), buffer));
  descend(twin, other, 2);
  CHECK(same(m, twin));
}

TEST_CASE("a saved state goes on to the bit") {
  const auto resumes = [](const auto& fresh) {
    for (const auto type : {float64, float32}) {
      net m;
      nn::to(m, type);
      auto first = fresh;
      descend(m, first, 3);
      first.set_lr(0.7 * first.lr());
      std::stringstream file;
      save_npz(file, first.state());
      auto twin = m, again = m;
      descend(m, first, 3);

      auto second = fresh;
      second.load_state(load_npz(file));
      CHECK(second.lr() == first.lr());
      CHECK(second.state().size() == first.state().size());
      descend(twin, second, 3);
      CHECK(same(m, twin));
      CHECK(second.steps() == 6);

      auto third = fresh;  // one that has made steps already
      net elsewhere;
      nn::to(elsewhere, type);
      descend(elsewhere, third, 1);
      file.clear(), file.seekg(0);
      third.load_state(load_npz(file));
      descend(again, third, 3);
      CHECK(same(m, again));
    }
  };
  resumes(nn::sgd{{.lr = 0.1, .momentum = 0.9, .dampening = 0.5}});
  resumes(nn::rmsprop{{.momentum = 0.9, .centered = true}});
  resumes(nn::adagrad{{.lr_decay = 0.1}});
  resumes(nn::adam{{.lr = 0.1, .amsgrad = true}});
  resumes(nn::optimiser(nn::adamw{}));
  resumes(nn::lion{});
}

TEST_CASE("states are named as in PyTorch, and those of others are refused") {
  net m;
  nn::adam optimiser;
  descend(m, optimiser, 2);
  std::vector<std::string> keys;
  for (const auto& [key, value] : optimiser.state()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"exp_avg.bias", "exp_avg.weight", "exp_avg_sq.bias", "exp_avg_sq.weight", "lr", "step",
                                         "step.bias", "step.weight"});
  const auto good = optimiser.state();
  const auto refuses = [&](auto&& change, auto other) {
    auto state = good;
    change(state);
    auto used = other;
    CHECK_THROWS_AS((other.load_state(state), descend(m, other)), error);
    net n;
    descend(n, used);
    const auto before = used.state();
    CHECK_THROWS_AS(used.load_state(state), error);
    CHECK(used.steps() == 1);
    for (const auto& [key, value] : before) CHECK(identical(value, used.state().at(key)));
  };
  using state = std::map<std::string, array>;
  refuses([](state&) {}, nn::lion{});
  refuses([](state&) {}, nn::sgd{});
  refuses([](state& s) { s.erase("step"); }, nn::adam{});
  refuses([](state& s) { s.erase("lr"); }, nn::adam{});
  refuses([](state& s) { s.erase("step.bias"); }, nn::adam{});
  refuses([](state& s) { s.erase("exp_avg.bias"); }, nn::adam{});
  refuses([](state& s) { s.at("exp_avg.bias") = zeros({4}); }, nn::adam{});
  refuses([](state& s) { s.at("exp_avg.bias") = zeros({3}, float32); }, nn::adam{});
  refuses([](state& s) { s["step.more"] = s["exp_avg.more"] = s["exp_avg_sq.more"] = array{1.0}; }, nn::adam{});
  refuses([](state& s) { s.at("step") = array{1.0, 2.0}; }, nn::adam{});
  nn::adamw cousin;
  cousin.load_state(good);
  CHECK(cousin.steps() == 2);
  CHECK(cousin.state().size() == good.size());  // before its first step, too
}

TEST_CASE("the same bits with any number of threads, and for any piece of a parameter") {
  generator random(3);
  const array start = randn(random, {140001}), slope = randn(random, {140001});
  const auto after = [&](int threads, dtype type, nn::optimiser optimiser) {
    set_num_threads(threads);
    nn::parameter p(start.cast(type));
    graph g;
    for (int k = 0; k < 3; ++k) {
      rewind_scope step;
      backward(sum(p() * p() * slope.cast(type)), adjoints::inputs);
      optimiser.step(p, nn::clip_grad_norm(p, 30));
    }
    set_num_threads(1);
    return p.value();
  };
  for (const auto type : {float32, float64})
    for (const auto& kind :
         {nn::optimiser(nn::adam{{.amsgrad = true}}), nn::optimiser(nn::sgd{{.momentum = 0.9}}),
          nn::optimiser(nn::rmsprop{{.centered = true}}), nn::optimiser(nn::lion{}), nn::optimiser(nn::adagrad{})})
      CHECK(identical(after(1, type, kind), after(2, type, kind)));
}

TEST_CASE("gradients that are views, numbers and shapes at the edge") {
  nn::parameter wide(array{{1.0, 2.0}, {3.0, 4.0}}), number(array(2.0)), empty(zeros({0, 3}));
  std::tuple<nn::parameter, nn::parameter, nn::parameter> model{wide, number, empty};
  auto& [w, n, e] = model;
  nn::sgd optimiser{{.lr = 1}};
  graph g;
  backward(sum(transpose(w()) * array{{1.0, 2.0}, {3.0, 4.0}}) + n() * n() + sum(e()));
  optimiser.step(model);
  CHECK(identical(w.value(), array{{0.0, -1.0}, {1.0, 0.0}}));
  CHECK(n.value().item() == -2);
  CHECK(e.size() == 0);
  backward(sum(w() * w()) + 0.0 * n() * n());  // n is on a path with slope 0, e on none
  optimiser.step(model);
  CHECK(identical(w.value(), array{{0.0, 1.0}, {-1.0, 0.0}}));
}

TEST_CASE("a list of parameters, and numbers that are hardly there") {
  net m;
  std::vector<nn::parameter*> list{&m.weight, &m.bias};
  nn::adam optimiser;
  {
    graph g;
    backward(loss_of(m));
    optimiser.step(list);
  }
  CHECK(optimiser.state().contains("exp_avg.0"));
  nn::parameter tiny(array{5e-324, 1e-310, 0.0});
  for (nn::optimiser o : {nn::optimiser(nn::adam{}), nn::optimiser(nn::rmsprop{}), nn::optimiser(nn::adagrad{})}) {
    auto p = tiny;
    for (int k = 0; k < 5; ++k) {
      graph g;
      backward(sum(p() * p()));
      o.step(p);
    }
    CHECK(all_close(p.value(), array{0.0, 0.0, 0.0}, 0, 1e-9));
    CHECK(p.value().at(2) == 0);
  }
}

TEST_CASE("mistakes are said, and change nothing") {
  net m, start;
  nn::adam optimiser;
  CHECK_THROWS_WITH_AS(
      optimiser.step(m),
      "adam: no parameter has a gradient in the active graph; call backward(loss) first, and step before the graph or its "
      "rewind_scope ends",
      error);
  {
    graph g;
    (void)loss_of(m);
    CHECK_THROWS_AS(optimiser.step(m), error);
  }
  CHECK(optimiser.steps() == 0);
  CHECK(optimiser.state().size() == 2);
  descend(m, optimiser);
  const auto after = m;
  std::vector<net> two(2);
  nn::parameter other(array{1.0});
  {
    graph g;
    backward(loss_of(m));
    const auto more = std::vector<nn::parameter*>{&m.weight};
    CHECK_THROWS_WITH_AS(optimiser.step(more),
                         "adam: the model has 1 parameters, and had 2 at the first step; make a new optimiser for another model",
                         error);
    CHECK_THROWS_AS(optimiser.step(two), error);
    m.bias = array{1.0, 2.0};
    CHECK_THROWS_WITH_AS(optimiser.step(m),
                         "adam: parameter bias is [2] float64, and was [3] float64 at the first step; make a new optimiser",
                         error);
    CHECK(identical(m.weight.value(), after.weight.value()));
    nn::sgd fresh;  // which has seen no other shape, but the gradient is of the old one
    CHECK_THROWS_AS(fresh.step(m), error);
    m.bias = after.bias.value().cast(float32);
    CHECK_THROWS_AS(optimiser.step(m), error);
    m.bias = after.bias.value();
    optimiser.options.lr = -1;
    CHECK_THROWS_AS(optimiser.step(m), error);
    CHECK(same(m, after));
    CHECK(optimiser.steps() == 1);
    optimiser.options.lr = 1e-3;
    optimiser.step(m);
    CHECK(optimiser.steps() == 2);
  }
  CHECK_THROWS_AS(nn::adam({.betas = {1.0, 0.9}}), error);
  CHECK_THROWS_AS(nn::adamw({.eps = -1}), error);
  CHECK_THROWS_AS(nn::lion({.betas = {0.9, -0.1}}), error);
  CHECK_THROWS_AS(nn::sgd({.nesterov = true}), error);
  CHECK_THROWS_AS(nn::sgd({.lr = std::nan("")}), error);
  CHECK_THROWS_AS(nn::rmsprop({.alpha = -1}), error);
  CHECK_THROWS_AS(nn::adagrad({.lr_decay = -1}), error);
  std::vector<nn::parameter> none;
  nn::sgd idle;
  CHECK_THROWS_AS(idle.step(none), error);
}

TEST_CASE("any optimiser as a value") {
  nn::optimiser a = nn::adam{{.lr = 0.1}};
  net m;
  descend(m, a);
  auto b = a;
  auto twin = m;
  descend(m, a);
  b.set_lr(0.2);
  CHECK(a.lr() == 0.1);
  CHECK(b.get_if<nn::sgd>() == nullptr);
  REQUIRE(b.get_if<nn::adam>() != nullptr);
  b.get_if<nn::adam>()->options.lr = 0.1;
  descend(twin, b);
  CHECK(same(m, twin));
}

TEST_CASE("penalties have the gradients they should") {
  net m;
  graph g;
  backward(0.5 * nn::l1_penalty(m) + nn::l2_penalty(m, "bias"));
  CHECK(nn::l1_penalty(m).value().item() == doctest::Approx(5.1));
  CHECK(nn::l2_penalty(m).value().item() == doctest::Approx(4.375 + 0.14));
  CHECK(nn::l2_penalty(m, "none").value().item() == 0);
  CHECK(all_close(nn::grad(m.weight), array{{0.5, -0.5, 0.5}, {0.5, 0.5, -0.5}}));
  CHECK(all_close(nn::grad(m.bias), array{0.7, -0.9, 1.1}));
  no_record quiet;
  CHECK(nn::l1_penalty(m).value().item() == doctest::Approx(5.1));
  m.weight.trainable = false;
  CHECK(nn::l1_penalty(m).value().item() == doctest::Approx(0.6));
}
