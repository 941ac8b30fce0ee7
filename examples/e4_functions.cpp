// E4. The table of derivatives: each function and its slope, computed, checked against finite differences, and plotted. The step's
// zero slope and the kinks at 0 are reported, not hidden.

#include "draw.hpp"
#include "expect.hpp"

#include <autodiff/autodiff.hpp>
#include <functional>

using namespace seegrad;

namespace {

struct row {
  const char* name;
  std::function<scalar(scalar)> f;
  double from, to;
  bool kink_at_zero = false;
};

const row table[] = {
    {"a^2", [](scalar x) { return x * x; }, -3, 3},
    {"a^3", [](scalar x) { return x * x * x; }, -2, 2},
    {"ln a", [](scalar x) { return log(x); }, 0.1, 4},
    {"e^a", [](scalar x) { return exp(x); }, -3, 2},
    {"sigmoid", [](scalar x) { return sigmoid(x); }, -6, 6},
    {"tanh", [](scalar x) { return tanh(x); }, -4, 4},
    {"ReLU", [](scalar x) { return relu(x); }, -3, 3, true},
    {"leaky ReLU", [](scalar x) { return leaky_relu(x, 0.1); }, -3, 3, true},
    {"ELU", [](scalar x) { return elu(x, 1.0); }, -3, 3},
    {"softplus", [](scalar x) { return softplus(x); }, -4, 4},
    {"GELU", [](scalar x) { return gelu(x); }, -3, 3},
    {"step", [](scalar x) { return step(x); }, -3, 3, true},
};

auto slope(const row& r, double at) -> double {
  graph g;
  const auto x = input(at);
  return gradient(r.f(x), wrt(x))[0];
}

}  // namespace

int main() {
  expectations expect;
  fmt::print("slopes\n");
  expect("a^2 at 2", slope(table[0], 2), 4);
  expect("a^2 at 5", slope(table[0], 5), 10);
  expect("a^3 at 2", slope(table[1], 2), 12);
  expect("ln a at 2", slope(table[2], 2), 0.5);
  expect("e^a at 0", slope(table[3], 0), 1);
  expect("sigmoid at 0", slope(table[4], 0), 0.25);
  expect("tanh at 0", slope(table[5], 0), 1);

  fmt::print("\nsoftmax of (1.2, 0.9, 0.75), and the slope of its first component\n");
  {
    graph g;
    const scalar z[] = {input(1.2, "z1"), input(0.9, "z2"), input(0.75, "z3")};
    const auto e1 = exp(z[0]), e2 = exp(z[1]), e3 = exp(z[2]);
    const auto sum = e1 + e2 + e3;
    const auto s1 = named(e1 / sum, "s1"), s2 = named(e2 / sum, "s2"), s3 = named(e3 / sum, "s3");
    expect("s1", s1.value(), 0.42, 0.005);
    expect("s2", s2.value(), 0.31, 0.005);
    expect("s3", s3.value(), 0.27, 0.005);
    backward(s1);
    expect("ds1/dz1 = s1 (1 - s1)", grad(z[0]), s1.value() * (1 - s1.value()));
    expect("ds1/dz2 = -s1 s2", grad(z[1]), -s1.value() * s2.value());
  }

  fmt::print("\nagainst finite differences, at a smooth point and at 0\n");
  plot plot("e4_functions.svg");
  plot.title("Functions and their slopes").panels(4, 3);
  for (const auto& r : table) {
    std::vector<double> at, values, slopes;
    constexpr int points = 241;
    for (int i = 0; i < points; ++i) {
      const double a = r.from + (r.to - r.from) * i / (points - 1);
      graph g;
      const auto x = input(a);
      const auto y = r.f(x);
      at.push_back(a), values.push_back(y.value()), slopes.push_back(gradient(y, wrt(x))[0]);
    }
    plot.panel(r.name).line("value", at, values).line("slope", at, slopes, {.dashed = true});

    graph g;
    const auto smooth = check(r.f(input(0.7, "a")));
    expect(fmt::format("{} at 0.7 passes", r.name), smooth.passed());
    if (r.from < 0) {
      const auto at_zero = check(r.f(input(0.0, "a")));
      const bool kink = at_zero.count(verdict::kink) > 0;
      expect(fmt::format("{} at 0 is {}", r.name, kink ? "a kink or a jump, and said to be" : "smooth"), kink == r.kink_at_zero);
    }
  }
  draw(plot);
  return expect.exit_code();
}
