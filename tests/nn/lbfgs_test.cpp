// L-BFGS against PyTorch's, on functions with known minima, saved, frozen and interrupted.

#include <nn/optimise/lbfgs.hpp>

#include "optimiser_support.hpp"

using namespace seegrad;
using namespace seegrad::testing;

namespace {

auto agrees(const std::string& name, const nn::lbfgs_options& options, int calls, double tolerance, dtype type = float64)
    -> void {
  net m;
  nn::to(m, type);
  nn::lbfgs optimiser(options);
  std::vector<double> got;
  for (int k = 0; k < calls; ++k) {
    optimiser.step(m, [&] { return loss_of(m); });
    const auto now = numbers_of(m);
    got.insert(got.end(), now.begin(), now.end());
  }
  got.push_back(static_cast<double>(optimiser.evaluations()));
  CHECK(m.weight.type() == type);
  compare(name, got, tolerance);
}

// sum over i of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2, least where all are 1.
auto rosenbrock(const nn::parameter& p) -> tensor {
  const auto n = p.size();
  const tensor x = p(), a = slice(x, 0, 0, n - 1), b = slice(x, 0, 1, n), u = b - a * a, v = 1.0 - a;
  return sum(100.0 * u * u + v * v);
}

}  // namespace

TEST_CASE("lbfgs does what PyTorch's does, and as often") {
  using enum nn::line_search;
  agrees("lbfgs", {.lr = 0.1, .max_iter = 5}, 3, 1e-12);
  agrees("lbfgs_history", {.lr = 0.3, .max_iter = 4, .history_size = 2}, 3, 1e-12);
  agrees("lbfgs_wolfe", {.max_iter = 3, .max_eval = 100, .line_search = strong_wolfe}, 3, 1e-11);
  agrees("lbfgs_wolfe_default", {.lr = 3, .line_search = strong_wolfe}, 1, 1e-9);
  agrees("lbfgs_wolfe_short", {.lr = 0.001, .max_iter = 2, .line_search = strong_wolfe}, 2, 1e-12);
  agrees("lbfgs", {.lr = 0.1, .max_iter = 5}, 3, 1e-3, float32);  // Rounding of gradients grows from iteration to iteration.
}

TEST_CASE("lbfgs goes PyTorch's way on Rosenbrock's function, and to its minimum if it is let") {
  const auto search = nn::line_search::strong_wolfe;
  const auto from = [](const char* name, const array& start, nn::lbfgs_options options) {
    nn::parameter p(start);
    options.max_iter = 200, options.max_eval = 1000;
    nn::lbfgs optimiser(options);
    optimiser.step(p, [&] { return rosenbrock(p); });
    auto got = p.value().to_vector<double>();
    got.push_back(static_cast<double>(optimiser.iterations())), got.push_back(static_cast<double>(optimiser.evaluations()));
    compare(name, got, 1e-8);
  };
  from("rosenbrock", {-1.2, 1.0}, {.line_search = search});
  from("rosenbrock_long", {0.5, 2.0, -0.5, 1.5, 0.0, 0.75}, {.history_size = 5, .line_search = search});

  nn::parameter p(array{-1.2, 1.0});
  nn::lbfgs optimiser{{.max_iter = 200, .tolerance_change = 1e-30, .line_search = search}};
  const double before = optimiser.step(p, [&] { return rosenbrock(p); });
  CHECK(before == doctest::Approx(24.2));  // 100 * 0.44^2 + 2.2^2
  CHECK(all_close(p.value(), ones({2}), 0, 1e-9));
}

TEST_CASE("lbfgs in a graph that is there leaves it as it was") {
  nn::parameter p(array{3.0, -4.0});
  graph g;
  const auto a = input(array{1.0, 2.0});
  nn::lbfgs optimiser{{.line_search = nn::line_search::strong_wolfe}};
  optimiser.step(p, [&] {
    const tensor d = p() - a;
    return sum(d * d);
  });
  CHECK(g.size() == 1);
  CHECK(all_close(p.value(), array{1.0, 2.0}, 0, 1e-8));
}

TEST_CASE("lbfgs resumes to the bit") {
  for (const auto search : {nn::line_search::none, nn::line_search::strong_wolfe}) {
    const nn::lbfgs_options options{.lr = 0.2, .max_iter = 3, .history_size = 4, .line_search = search};
    net m;
    nn::lbfgs first(options), second(options);
    for (int k = 0; k < 2; ++k) first.step(m, [&] { return loss_of(m); });
    auto twin = m;
    second.load_state(first.state());
    for (int k = 0; k < 2; ++k) first.step(m, [&] { return loss_of(m); }), second.step(twin, [&] { return loss_of(twin); });
    CHECK(same(m, twin));
    CHECK(first.evaluations() == second.evaluations());
    auto bad = first.state();
    bad.at("d") = array{1.0};
    CHECK_THROWS_AS(second.load_state(bad), error);
    bad = first.state();
    bad.erase("ro");
    CHECK_THROWS_AS(second.load_state(bad), error);
    second.step(twin, [&] { return loss_of(twin); });
    first.step(m, [&] { return loss_of(m); });
    CHECK(same(m, twin));
  }
}

TEST_CASE("lbfgs leaves frozen parameters, and everything if the closure throws") {
  net m, start;
  nn::lbfgs optimiser{{.line_search = nn::line_search::strong_wolfe}};
  int calls = 0;
  const auto broken = [&]() -> tensor {
    if (++calls == 4) throw error("broken");
    return loss_of(m);
  };
  CHECK_THROWS_WITH_AS(optimiser.step(m, broken), "broken", error);
  CHECK(same(m, start));
  CHECK(optimiser.iterations() == 0);
  CHECK_THROWS_WITH_AS(optimiser.step(m, [&] { return m.bias(); }), "lbfgs: the closure returned [3]; a loss is one number",
                       error);
  m.bias.trainable = false;
  optimiser.step(m, [&] { return loss_of(m); });
  CHECK(identical(m.bias.value(), start.bias.value()));
  CHECK_FALSE(identical(m.weight.value(), start.weight.value()));
  m.bias = array{1.0, 2.0};
  CHECK_THROWS_AS(optimiser.step(m, [&] { return loss_of(m); }), error);
  CHECK_THROWS_AS(nn::lbfgs({.lr = -1}), error);
  CHECK_THROWS_AS(nn::lbfgs({.history_size = 0}), error);
}
