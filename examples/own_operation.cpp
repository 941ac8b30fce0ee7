// An operation of your own, by the same door as the library's: one paragraph gives its value, reverse and forward mode, recorded
// derivatives, checks, pictures and text.

#include "expect.hpp"

#include <autodiff/autodiff.hpp>

namespace mine {

using namespace seegrad;

/// Softclip, a smooth step from 0 to 1 that is steep for large b: 1/b * log((1 + e^(b a)) / (1 + e^(b (a - 1)))).
struct softclip_op : paragraph<2> {
  static constexpr std::string_view name = "softclip", help = "a held smoothly between 0 and 1; b is the sharpness";
  static constexpr intervals samples{{{-1, 2}, {1, 20}}};
  static auto value(auto a, auto b) { return (softplus(b * a) - softplus(b * (a - 1))) / b; }
  static auto d0(auto a, auto b, auto) { return sigmoid(b * a) - sigmoid(b * (a - 1)); }
  static auto d1(auto a, auto b, auto y) { return (a * sigmoid(b * a) - (a - 1) * sigmoid(b * (a - 1)) - y) / b; }
};

template <class A, class B>
  requires numbers<A, B>
auto softclip(const A& a, const B& b) {
  return apply<softclip_op>(a, b);
}

}  // namespace mine

int main() {
  using namespace seegrad;
  expectations expect;
  graph g;
  const auto x = input(0.8, "x"), sharp = input(10, "sharpness");
  const auto y = named(mine::softclip(x, sharp), "y");
  const auto nearly_one = 1 / (1 + std::exp(-8.0)) - 1 / (1 + std::exp(2.0));
  fmt::print("softclip(0.8, 10) = {:.6f}\n", y);
  expect("dy/dx", gradient(y, wrt(x))[0], nearly_one, 1e-12);

  // Second order and forward mode come from the same text.
  const auto [slope] = recorded_gradient(y, wrt(x));
  const auto curvature = gradient(slope, wrt(x))[0];
  const auto forward = mine::softclip(dual{0.8, 1.0}, 10.0).tangent;
  expect("forward mode agrees", forward, nearly_one, 1e-12);
  const auto s = [](double t) { return 1 / (1 + std::exp(-t)); };
  expect("d²y/dx²", curvature, 10 * (s(8) * s(-8) - s(-2) * s(2)), 1e-12);

  const auto report = check(y);
  fmt::print("{}\n", report);
  expect("the paragraph is right", report.passed());
  for (int i = -1; i < 2; ++i) fmt::print("  {} {}\n", i < 0 ? "y =" : i == 0 ? "dy/da =" : "dy/db =", g.op(2)->formula(i));
  picture(y, {.title = "an operation of your own"}).save("own_operation.svg");
  return expect.exit_code();
}
