#pragma once
// The small model of oracle/optimisers.py, for the tests of what trains it.

#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <nn/module/walk.hpp>

#include "oracle/optimisers.hpp"

namespace seegrad::testing {

struct net {
  nn::parameter weight{array{{0.5, -1.0, 0.25}, {1.5, 0.75, -0.5}}}, bias{array{0.1, -0.2, 0.3}};
};
inline const array x{{1.0, -2.0}, {0.5, 0.25}, {-1.5, 1.0}, {2.0, 0.75}};
inline const array y{{0.5, -0.5, 1.0}, {0.0, 0.25, -0.75}, {1.0, 0.5, -1.0}, {-0.25, 0.0, 0.5}};

// The loss of oracle/optimisers.py.
inline auto loss_of(const net& m, bool with_bias = true) -> tensor {
  const auto type = m.weight.type();
  tensor h = matmul(tensor(x.cast(type)), m.weight());
  if (with_bias) h = h + m.bias();
  const tensor d = tanh(h) - y.cast(type), w2 = m.weight() * m.weight();
  return sum(d * d) + sum(w2 * w2) / 10.0;
}
auto descend(net& m, auto& optimiser, int steps = 1) -> void {
  graph g;
  for (int k = 0; k < steps; ++k) {
    rewind_scope step;
    backward(loss_of(m), adjoints::inputs);
    optimiser.step(m);
  }
}
inline auto numbers_of(const net& m) -> std::vector<double> {
  auto all = m.weight.value().to_vector<double>();
  const auto more = m.bias.value().to_vector<double>();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}
inline auto same(const net& a, const net& b) -> bool {
  return identical(a.weight.value(), b.weight.value()) && identical(a.bias.value(), b.bias.value());
}
inline auto compare(const std::string& name, const std::vector<double>& got, double tolerance) -> void {
  const auto& wanted = optimisers_oracle.at(name);
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    CHECK_MESSAGE(std::abs(got[i] - wanted[i]) <= tolerance * (1 + std::abs(wanted[i])), name, " ", i, ": ", got[i], " and not ",
                  wanted[i]);
}

}  // namespace seegrad::testing
