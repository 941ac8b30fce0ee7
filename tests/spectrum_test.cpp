// Eigenvalues and singular values with their vectors: against what defines them, slopes against differences.

#include "matrix_slopes.hpp"

#include <cmath>
#include <doctest/doctest.h>

using namespace seegrad;

TEST_CASE("eigh and its slopes") {
  const auto a = random_values({2, 4, 4}, 71);
  const auto s = (a + transpose(a)) * 0.5;
  const auto [w, v] = eigh(a);
  CHECK(close(matmul(v * unsqueeze(w, -2), transpose(v)), s));
  CHECK(close(matmul(transpose(v), v), unit_of(v)));
  CHECK(all(slice(w, -1, 1, 4) > slice(w, -1, 0, 3)));
  CHECK(close(eigh(array{{2.0, 1.0}, {1.0, 2.0}}).values, array{1.0, 3.0}));
  CHECK(close(eigh(array{{0.0, 0.0}, {0.0, -3.0}}).vectors, array{{0.0, 1.0}, {1.0, 0.0}}));
  check_both([](const auto& x) { return weighed(square(eigh(x).values)); }, a, 1e-7);
  check_both([](const auto& x) { return weighed(square(eigh(x).vectors)); }, a, 1e-6);
  check_both([](const auto& x) { return weighed(eigh(x).vectors); }, a, 1e-6);  // by the rule for signs
  const auto function_of_matrix = [](const auto& x) {
    const auto y = eigh(x);
    return weighed(matmul(y.vectors * unsqueeze(tanh(y.values), -2), transpose(y.vectors)));
  };
  check_both(function_of_matrix, a, 1e-7);
}

TEST_CASE("eigh: equal eigenvalues") {
  const auto trace_of_exp = [](const auto& x) { return sum(exp(eigh(x).values)); };
  check_slopes(trace_of_exp, eye(3));
  check_slopes(trace_of_exp, array{{2.0, 0.0, 0.0}, {0.0, 2.0, 0.0}, {0.0, 0.0, 5.0}});
  // A loss by way of the vectors has finite slopes there, whatever they mean.
  CHECK(all(isfinite(gradient_of([](const auto& x) { return weighed(eigh(x).vectors); }, eye(3)))));
}

TEST_CASE("svd and its slopes") {
  for (const auto& shape : {dims{3, 3}, dims{2, 5, 3}, dims{2, 4}, dims{1, 3}}) {
    const auto a = random_values(shape, 81);
    const auto [u, s, vt] = svd(a);
    CHECK(close(matmul(u * unsqueeze(s, -2), vt), a));
    CHECK(close(matmul(transpose(u), u), unit_of(matmul(transpose(u), u))));
    CHECK(close(matmul(vt, transpose(vt)), unit_of(matmul(vt, transpose(vt)))));
    CHECK(all(s > 0.0));
    check_both([](const auto& x) { return weighed(square(svd(x).s)); }, a, 1e-7);
    check_both([](const auto& x) { return weighed(square(svd(x).u)); }, a, 1e-6);
    check_both([](const auto& x) { return weighed(square(svd(x).vt)); }, a, 1e-6);
    const auto bent = [](const auto& x) {
      const auto y = svd(x);
      return weighed(matmul(y.u * unsqueeze(tanh(y.s), -2), y.vt));
    };
    check_both(bent, a, 1e-7);
  }
  CHECK(close(svd(array{{3.0, 0.0}, {4.0, 5.0}}).s, array{std::sqrt(45.0), std::sqrt(5.0)}));
  CHECK(all(isfinite(gradient_of([](const auto& x) { return weighed(svd(x).u) + weighed(svd(x).vt); }, ones({3, 2})))));
}
