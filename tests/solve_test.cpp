// Systems of equations and inverses: values against identities and numpy, slopes against differences.

#include "matrix_slopes.hpp"
#include "message.hpp"

#include <doctest/doctest.h>

using namespace seegrad;

TEST_CASE("solve: vectors, matrices, stacks and their slopes") {
  const auto a = random_values({4, 4}, 1), b = random_values({4}, 2), many = random_values({4, 3}, 3);
  const auto stack = random_values({2, 3, 4, 4}, 4), column = random_values({1, 3, 4, 1}, 5),
             vectors = random_values({2, 3, 4}, 6);
  CHECK(solve(a, b).shape() == dims{4});
  CHECK(close(matmul(a, solve(a, b)), b));
  CHECK(close(matmul(a, solve(a, many)), many));
  CHECK(solve(stack, column).shape() == dims{2, 3, 4, 1});
  CHECK(close(matmul(stack, solve(stack, column)), expand(column, {2, 3, 4, 1}), 1e-10));
  CHECK(close(matmul(stack, unsqueeze(solve(stack, vectors), -1)), unsqueeze(vectors, -1), 1e-10));
  CHECK(close(solve(a, stack), matmul(inverse(a), stack), 1e-10));
  CHECK(close(solve(flip(a, {0, 1}), b), flip(solve(a, flip(b, {0})), {0}), 1e-11));  // strides below 0
  // numpy.linalg.solve([[2, 1], [1, 3]], [3, 5])
  CHECK(close(solve(array{{2.0, 1.0}, {1.0, 3.0}}, array{3.0, 5.0}), array{0.8, 1.4}));

  const auto regular = stack + 3 * eye(4);
  check_both([&](const auto& x) { return weighed(square(solve(x, b))); }, a + 2 * eye(4));
  check_both([&](const auto& x) { return weighed(square(solve(a + 2 * eye(4), x))); }, many);
  check_both([&](const auto& x) { return weighed(solve(x, column)); }, regular);
  check_both([&](const auto& x) { return weighed(square(solve(regular, x))); }, column);
  check_slopes([&](const auto& x) { return weighed(solve(x, vectors)); }, regular);
  check_both([&](const auto& x) { return weighed(solve(x, regular)); }, a + 2 * eye(4));
  check_both([&](const auto& x) { return weighed(solve(x, square(x))); }, a + 2 * eye(4));
}

TEST_CASE("triangular_solve: every kind, and its slopes") {
  const auto a = random_values({2, 4, 4}, 11) + 2 * eye(4), b = random_values({1, 4, 3}, 12), v = random_values({2, 4}, 13);
  for (int kind = 0; kind < 8; ++kind) {
    const triangular how{(kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0};
    CAPTURE(kind);
    auto t = how.upper ? triu(a) : tril(a);
    if (how.unit_diagonal) t = (how.upper ? triu(a, 1) : tril(a, -1)) + eye(4);
    if (how.transposed) t = transpose(t);
    CHECK(close(matmul(t, triangular_solve(a, b, how)), expand(b, {2, 4, 3}), 1e-11));
    CHECK(close(matmul(t, unsqueeze(triangular_solve(a, v, how), -1)), unsqueeze(v, -1), 1e-11));
    check_both([&](const auto& x) { return weighed(square(triangular_solve(x, b, how))); }, a);
    check_both([&](const auto& x) { return weighed(square(triangular_solve(a, x, how))); }, b);
  }
  check_contains(message_of([] {
                   triangular_solve(array{{1.0, 0.0}, {2.0, 0.0}}, array{1.0, 1.0});
                 }),
                 "element 1 of its diagonal is 0");
}

TEST_CASE("inverse and its slopes") {
  const auto a = random_values({3, 4, 4}, 21) + 2 * eye(4);
  CHECK(close(matmul(a, inverse(a)), unit_of(a), 1e-11));
  CHECK(close(inverse(array{{1.0, 2.0}, {3.0, 4.0}}), array{{-2.0, 1.0}, {1.5, -0.5}}));
  check_both([](const auto& x) { return weighed(inverse(x)); }, a);
}
