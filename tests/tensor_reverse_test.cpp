// The reverse sweep over arrays: what it keeps, what it shares, what it says, and how a graph's memory is used again.
#include <autodiff/array/create.hpp>
#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>

#include "message.hpp"

using namespace seegrad;

namespace {}  // namespace

TEST_CASE("a product of matrices, by the formulas of the course") {
  graph g;
  const auto W = input(array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, "W");
  const auto X = input(array{{1.0, -1.0}, {0.5, 2.0}, {-2.0, 1.0}}, "X");
  const array dZ{{1.0, 2.0}, {3.0, -1.0}};
  backward(matmul(W, X), dZ);
  CHECK(identical(grad(W), matmul(dZ, transpose(X.value()))));
  CHECK(identical(grad(X), matmul(transpose(W.value()), dZ)));
}

TEST_CASE("all adjoints are kept, or those of inputs") {
  graph g;
  const auto x = input(array{1.0, 2.0}), y = square(x), z = sum(y);
  backward(z);
  CHECK(identical(grad(y), array{1.0, 1.0}));
  backward(z, adjoints::inputs);
  CHECK(identical(grad(x), array{2.0, 4.0}));
  CHECK(grad_state(y) == adjoint_state::not_computed);
  CHECK(message_of([&] { grad(y); }).find("adjoints::all") != std::string::npos);
  CHECK(g.memory().array_adjoints == 16);
}

TEST_CASE("no path, a path of zeros, and no sweep are told apart") {
  graph g;
  const auto x = input(array{1.0, 2.0}), apart = input(array{3.0});
  const scalar k = input(0.0);
  const auto s = item(sum(x));
  CHECK(message_of([&] { grad(x); }).find("backward") != std::string::npos);
  backward(k * s);
  CHECK(grad(k) == 3);
  CHECK(grad_state(x) == adjoint_state::number);
  CHECK(identical(grad(x), array{0.0, 0.0}));
  CHECK(grad_state(apart) == adjoint_state::structural_zero);
  CHECK(identical(grad(apart), array{0.0}));
  const auto later = input(array{1.0});
  CHECK(grad_state(later) == adjoint_state::not_computed);
}

TEST_CASE("an adjoint that is shared is not changed through another") {
  graph g;
  const auto a = input(array{1.0, 2.0}), b = input(array{3.0, 4.0});
  const auto s = a + b;  // hands one cotangent to both
  const auto y = sum(s * 2.0) + sum(a * 5.0);
  const auto before = array{2.0, 2.0};
  backward(y);
  CHECK(identical(grad(b), before));
  CHECK(identical(grad(s), before));
  CHECK(identical(grad(a), array{7.0, 7.0}));
}

TEST_CASE("a value that is used many times gets the sum, in any form") {
  graph g;
  const auto x = input(array{{1.0, 2.0}, {3.0, 4.0}});
  const auto y =
      sum(x) + sum(transpose(x) * array{{1.0, 10.0}, {100.0, 1000.0}}) + sum(x * x) + sum(reshape(x, {4}) * arange(4.0));
  backward(y);
  CHECK(identical(grad(x), array{{1 + 1 + 2 + 0.0, 1 + 100 + 4 + 1.0}, {1 + 10 + 6 + 2.0, 1 + 1000 + 8 + 3.0}}));
}

TEST_CASE("slices that lie over each other each add their part") {
  graph g;
  const auto x = input(array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  const auto back = slice(x, 1, 2, -4, -2), middle = slice(x, 1, 1, 3), row = take(x, -1), nothing = slice(x, 0, 1, 1);
  backward(sum(back * array{{1.0, 2.0}, {3.0, 4.0}}) + sum(middle * 10.0) + sum(row * 100.0) + sum(nothing));
  CHECK(identical(grad(x), array{{2.0, 10.0, 11.0}, {104.0, 110.0, 113.0}}));
  const auto single = input(array({{1.0, 2.0}, {3.0, 4.0}}, float32));
  backward(sum(take(single, 0) * array{1.0, 2.0}) + sum(take(single, 1) * array{3.0, 4.0}));
  CHECK(grad(single).type() == float32);
  CHECK(identical(grad(single).cast(float64), array{{1.0, 2.0}, {3.0, 4.0}}));
}

TEST_CASE("an LSTM's gates in float, with a state in double, get gradients in float, however often they are used") {
  graph g;
  const auto gates = input(sample_values({2, 12}, 1).cast(float32)), c = input(sample_values({2, 3}, 2));
  const auto next = lstm_state(gates, c);
  CHECK(next.type() == float64);
  backward(sum(lstm_output(gates, next)) + sum(next));
  CHECK(grad(gates).type() == float32);
  CHECK(grad(c).type() == float64);
  // sigmoid(f) reaches c along two ways: by the state, and by tanh of it behind sigmoid(o).
  const auto x = gates.value().cast(float64), o = sigmoid(slice(x, -1, 9, 12)), t = tanh(next.value());
  CHECK(all_close(grad(c), sigmoid(slice(x, -1, 3, 6)) * (1.0 + o * (1.0 - t * t)), 1e-12, 1e-12));
}

TEST_CASE("only one number has a gradient without a seed") {
  graph g;
  const auto x = input(array{1.0, 2.0});
  CHECK(message_of([&] { backward(x * 2); }).starts_with("backward: the output has the shape [2]"));
  CHECK(message_of([&] { backward(x * 2, zeros({3})); }).starts_with("backward: seed and output"));
  CHECK(message_of([&] { backward(tensor(array{1.0})); }).find("constant") != std::string::npos);
  backward(reshape(sum(x), {1, 1}));
  CHECK(identical(grad(x), array{1.0, 1.0}));
  backward(x * 2, array(3.0));  // one number is repeated
  CHECK(identical(grad(x), array{6.0, 6.0}));
}

TEST_CASE("rewound arrays are gone, and the next step asks for no memory") {
  graph g;
  const auto W = input(sample_values({20, 30}, 1));
  const auto step = [&] {
    const rewind_scope again;
    const auto y = sum(square(tanh(matmul(W, sample_values({30, 40}, 2)))));
    backward(y, adjoints::inputs);
    return grad(W);
  };
  const auto first = step();
  const auto stale = [&] {
    const rewind_scope again;
    return W * 2;
  }();
  CHECK(message_of([&] { stale + W; }).find("rewound") != std::string::npos);
  const auto size = g.size();
  step();
  const auto used = seegrad::detail::pool::in_use();
  for (int k = 0; k < 5; ++k) CHECK(identical(step(), first));
  CHECK(seegrad::detail::pool::in_use().live == used.live);
  CHECK(seegrad::detail::pool::in_use().spare == used.spare);
  CHECK(g.size() == size);
}

TEST_CASE("no_record computes and records nothing; detach stops the gradient") {
  graph g;
  const auto x = input(array{1.0, 2.0});
  const auto before = g.size();
  {
    const no_record quiet;
    CHECK(matmul(x, x).is_constant());
    CHECK(identical((x * 2).value(), array{2.0, 4.0}));
  }
  CHECK(g.size() == before);
  backward(sum(detach(x) * x));
  CHECK(identical(grad(x), array{1.0, 2.0}));
}

TEST_CASE("jacobian and hessian of arrays") {
  graph g;
  const auto x = input(array{1.0, 2.0, 3.0});
  const array A{{1.0, 2.0, 0.0}, {0.0, -1.0, 4.0}};
  CHECK(identical(jacobian(matmul(A, x), x), A));
  const auto H = hessian(sum(x * x * x), x);
  CHECK(identical(H, array{{6.0, 0.0, 0.0}, {0.0, 12.0, 0.0}, {0.0, 0.0, 18.0}}));
  CHECK(identical(hessian_vector(sum(x * x * x), x, array{1.0, 0.0, 2.0}), array{6.0, 0.0, 36.0}));
  const auto cube = [&] { return sum(x * x * x); };
  const auto [d1] = recorded_gradient(cube(), wrt(x));
  const auto [d2] = recorded_gradient(sum(d1), wrt(x));
  CHECK(identical(gradient(sum(d2), wrt(x))[0], array{6.0, 6.0, 6.0}));
}

TEST_CASE("einsum is what its letters say") {
  const auto A = sample_values({3, 4}, 1), B = sample_values({4, 5}, 2), C = sample_values({2, 3, 4}, 3),
             S = sample_values({3, 3}, 4);
  CHECK(all_close(einsum("ij,jk->ik", std::vector{A, B}), matmul(A, B), 1e-14, 1e-14));
  CHECK(all_close(einsum("ij,jk", std::vector{A, B}), matmul(A, B), 1e-14, 1e-14));
  CHECK(all_close(einsum("ij->ji", std::vector{A}), transpose(A)));
  CHECK(all_close(einsum("ii->i", std::vector{S}), diagonal(S)));
  // "..." is what is left: of any number of axes, repeated to each other from the last.
  const auto many = sample_values({2, 1, 3, 4}, 7), other = sample_values({5, 4, 2}, 8);
  CHECK(all_close(einsum("...ij,...jk->...ik", std::vector{many, other}), matmul(many, other), 1e-14, 1e-14));
  CHECK(all_close(einsum("...ij,...jk", std::vector{many, other}), matmul(many, other), 1e-14, 1e-14));
  CHECK(all_close(einsum("...ij,...jk->ik...", std::vector{many, other}), permute(matmul(many, other), {2, 3, 0, 1}), 1e-14,
                  1e-14));
  CHECK(all_close(einsum("i...->...", std::vector{many}), sum(many, 0), 1e-14, 1e-14));
  CHECK(all_close(einsum("...i->i", std::vector{many}), sum(many, {0, 1, 2}), 1e-14, 1e-14));
  CHECK(all_close(einsum("...,...", std::vector{A, array(2.0)}), A * 2.0));
  CHECK(einsum("...", std::vector{zeros({1, 3})}).shape() == dims{1, 3});
  CHECK(einsum("...,...", std::vector{zeros({1, 3}), zeros({1, 1})}).shape() == dims{1, 3});
  CHECK(all_close(einsum("...ii ->...i", std::vector{stack(std::vector{S, S})}), diagonal(stack(std::vector{S, S}), 0, 1, 2)));
  for (const auto* bad : {"...i...", "ij->...", "....", "..i", "...ijk", "ij...,...j"})
    CHECK_THROWS_AS(einsum(bad, std::vector{A}), error);
  CHECK_THROWS_AS(einsum("...i,...i", std::vector{zeros({2, 3}), zeros({4, 3})}), error);
  CHECK(all_close(einsum("ii", std::vector{S}), sum(diagonal(S))));
  CHECK(all_close(einsum("bij,ij->b", std::vector{C, A}), sum(C * A, {1, 2}), 1e-14, 1e-14));
  CHECK(all_close(einsum("ij,kl->jlik", std::vector{A, B}), permute(reshape(A, {3, 4, 1, 1}) * B, {1, 3, 0, 2}), 1e-14, 1e-14));
  CHECK(all_close(einsum("ij,jk,k->i", std::vector{A, B, sample_values({5}, 6)}), matmul(A, matmul(B, sample_values({5}, 6))),
                  1e-13, 1e-13));
  graph g;
  const auto a = input(A), b = input(B);
  backward(sum(einsum("ij,jk->ik", std::vector{a, b})));
  CHECK(all_close(grad(a), matmul(ones({3, 5}), transpose(B)), 1e-14, 1e-14));
  CHECK(message_of([&] {
          einsum("ij,jk->ik", std::vector{A, A});
        }).find("axis j is 4 in one place and 3 in another") != std::string::npos);
  CHECK(message_of([&] { einsum("ij->k", std::vector{A}); }).find("in no operand") != std::string::npos);
  CHECK(message_of([&] { einsum("i1", std::vector{A}); }).find("no letter") != std::string::npos);
}

TEST_CASE("order, sorting and ties") {
  const array x{{3.0, 1.0, 3.0}, {-1.0, 5.0, 5.0}};
  CHECK(identical(argmax(x, 1), array{0, 1}));
  CHECK(identical(argmin(x, 0), array{1, 0, 0}));
  CHECK(argmax(x) == 4);
  CHECK(identical(argsort(x, 1), array{{1, 0, 2}, {0, 1, 2}}));
  CHECK(identical(argsort(x, 1, true), array{{0, 2, 1}, {1, 2, 0}}));
  CHECK(identical(topk(x, 2, 1).values, array{{3.0, 3.0}, {5.0, 5.0}}));
  graph g;
  const auto t = input(x);
  backward(sum(max(t, {1})));
  CHECK(identical(grad(t), array{{0.5, 0.0, 0.5}, {0.0, 0.5, 0.5}}));
  backward(sum(sort(t, 1).values * array{1.0, 10.0, 100.0}));
  CHECK(identical(grad(t), array{{10.0, 1.0, 100.0}, {1.0, 10.0, 100.0}}));
  const auto nan = std::nan("");
  CHECK(argmax(array{1.0, nan, 7.0}) == 1);
  CHECK(std::isnan(max(array{1.0, nan, 7.0}).item()));
  CHECK(identical(pad(array{1.0, 2.0}, {1}, {2}, 9), array{9.0, 1.0, 2.0, 9.0, 9.0}));
}

TEST_CASE("a sum of a million floats has the error of one rounding") {
  const auto x = full({1000003}, 0.1, float32);
  CHECK(sum(x).item() == doctest::Approx(1000003 * static_cast<double>(0.1f)).epsilon(1e-7));
  CHECK(sum(reshape(x, {1000003, 1}), 0).item() == doctest::Approx(1000003 * static_cast<double>(0.1f)).epsilon(1e-7));
}

TEST_CASE("the norm of nothing has the slope 0") {
  graph g;
  const auto x = input(array{{0.0, 0.0}, {3.0, 4.0}});
  backward(sum(norm(x, 1)));
  CHECK(all_close(grad(x), array{{0.0, 0.0}, {0.6, 0.8}}, 1e-15, 0));
}
