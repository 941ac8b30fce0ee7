// Which elements of a result depend on which of an operand, of every operation and along a record.
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/linear_algebra/linear_algebra.hpp>
#include <doctest/doctest.h>

#include "operation_cases.hpp"

using namespace seegrad;

namespace {

auto one_at(const dims& shape, dtype type, index_t k) -> array {
  auto g = zeros({elements(shape)}, type);
  g.set(1.0, k);
  return reshape(g, shape);
}

}  // namespace

TEST_CASE("elements that do not depend have the slope 0, and few others") {
  each_case([](const operation& op, const void* p, const std::vector<array>& x) {
    const auto y = op.rule->value(p, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto s = seegrad::detail::local_sparsity(op, p, static_cast<int>(i), x);
      CHECK(s.rows() == y.size());
      CHECK(s.columns == x[i].size());
      if (!y.is_floating() || !x[i].is_floating()) {
        CHECK(s.count() == 0);
        continue;
      }
      index_t nonzero = 0;
      for (index_t k = 0; k < y.size(); ++k) {
        const auto slopes = op.rule->vjp(p, static_cast<int>(i), x, y, one_at(y.shape(), y.type(), k)).to_vector<double>();
        CHECK(std::is_sorted(s.row(k).begin(), s.row(k).end()));
        for (index_t c = 0; c < x[i].size(); ++c)
          if (slopes[static_cast<std::size_t>(c)] != 0) {
            ++nonzero;
            CHECK(s.has(k, c));
          }
      }
      // What is numbered is exact, but for dropout's zeros and slopes that happen to be 0 in the sample.
      const auto kind = op.rule->sparsity;
      if (op.is_structural() && (kind == sparsity_kind::moves || kind == sparsity_kind::sums)) CHECK(s.count() == nonzero);
      if (kind != sparsity_kind::dense && y.size() > 1 && x[i].size() > 1 && nonzero < y.size() * x[i].size())
        CHECK((s.count() < y.size() * x[i].size() || kind == sparsity_kind::axes));
    }
  });
}

TEST_CASE("the sparsity of a stack of matrices is that of each") {
  const auto count = [](const operation& op, int i, std::vector<array> x) {
    return seegrad::detail::local_sparsity(op, nullptr, i, x).count();
  };
  const auto stack = stand_in({5, 3, 3}, float64), columns = stand_in({5, 3, 2}, float64);
  CHECK(count(structural_operation<inverse_op>(), 0, {stack}) == 5 * 9 * 9);
  CHECK(count(structural_operation<det_op>(), 0, {stack}) == 5 * 9);
  CHECK(count(structural_operation<solve_op>(), 0, {stack, columns}) == 5 * 6 * 9);
  CHECK(count(structural_operation<solve_op>(), 1, {stack, columns}) == 5 * 6 * 3);  // a column by its right-hand side
  CHECK(count(structural_operation<matmul_op>(), 0, {stack, columns}) == 5 * 6 * 3);
  CHECK(count(structural_operation<matmul_op>(), 1, {stack, columns}) == 5 * 6 * 3);
  CHECK(count(structural_operation<matmul_op>(), 1, {stack, stand_in({3, 2}, float64)}) == 5 * 6 * 3);
  CHECK(count(structural_operation<softmax_op>(), 0, {columns}) == 30 * 5);  // along the first axis
}

TEST_CASE("the sparsity of a Jacobian") {
  graph g;
  const auto x = input(array{1.0, 2.0, 3.0, 4.0}, "x");
  // The second differences of the interior: three neighbours each.
  const auto d = slice(x, 0, 0, 2) - 2.0 * slice(x, 0, 1, 3) + slice(x, 0, 2, 4);
  const auto s = jacobian_sparsity(d * d, x);
  CHECK(s.rows() == 2);
  CHECK(s.columns == 4);
  CHECK(std::vector<index_t>(s.row(0).begin(), s.row(0).end()) == std::vector<index_t>{0, 1, 2});
  CHECK(std::vector<index_t>(s.row(1).begin(), s.row(1).end()) == std::vector<index_t>{1, 2, 3});
  CHECK(jacobian_sparsity(sum(d), x).count() == 4);
  CHECK(jacobian_sparsity(x, x).count() == 4);
  CHECK(jacobian_sparsity(floor(x), x).count() == 0);
  CHECK(jacobian_sparsity(x, d).count() == 0);  // the other way round
  CHECK(jacobian_sparsity(detach(d), x).count() == 0);
  const auto picked = take(x, array{3, 0, 3}, 0);
  CHECK(jacobian_sparsity(picked, x).has(0, 3));
  CHECK(jacobian_sparsity(picked, x).count() == 3);

  const auto a = input(1.0), b = input(2.0), c = input(3.0);
  const std::array ys{a * b, sin(c), scalar(2.0), a + floor(b)};
  const std::array xs{a, b, c};
  const auto t = jacobian_sparsity(ys, xs);
  CHECK(t.start == std::vector<index_t>{0, 2, 3, 3, 4});
  CHECK(t.column == std::vector<index_t>{0, 1, 2, 0});
}
