// What every operation says of itself beside its value and its slopes: a value in given memory, what its vjp reads, which elements of its
// result depend on which of an operand. Driven by the lists of operations.
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/linear_algebra/linear_algebra.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/replay.hpp>
#include <cmath>
#include <cstring>
#include <doctest/doctest.h>

using namespace seegrad;

namespace {

auto in_type(std::vector<array> x, dtype type) -> std::vector<array> {
  for (auto& a : x)
    if (a.is_floating()) a = a.cast(type);
  return x;
}

// f(operation, parameters, operands), in both float types; operations on numbers with operands of several shapes.
template <class F>
auto each_case(F f) -> void {
  for (const auto type : {float64, float32}) {
    for (const auto* op : structural_operations()) {
      CAPTURE(op->name);
      for (const auto& c : op->rule->samples()) f(*op, c.parameters.get(), in_type(c.operands, type));
    }
    for (const auto* op : operations()) {
      CAPTURE(op->name);
      const auto between = [&](int i, const dims& shape) {
        const auto [low, high] = op->samples[static_cast<std::size_t>(i)];
        return (sample_values(shape, static_cast<unsigned>(i)) * ((high - low) / 5) + (high + low) / 2).cast(type);
      };
      for (const auto& shapes : {std::array<dims, 3>{{{2, 3}, {2, 3}, {2, 3}}}, {{{2, 3}, {3}, {2, 1}}}, {{{40}, {1}, {}}}}) {
        std::vector<array> x;
        for (int i = 0; i < op->arity; ++i) x.push_back(between(i, shapes[static_cast<std::size_t>(i)]));
        f(*op, nullptr, x);
      }
    }
  }
}

auto same_bits(const array& a, const array& b) -> bool {
  if (a.shape() != b.shape() || a.type() != b.type()) return false;
  const auto x = a.contiguous(), y = b.contiguous();
  return a.size() == 0 || std::memcmp(x.raw(), y.raw(), x.bytes()) == 0;
}

auto one_at(const dims& shape, dtype type, index_t k) -> array {
  auto g = zeros({elements(shape)}, type);
  g.set(1.0, k);
  return reshape(g, shape);
}

}  // namespace

TEST_CASE("a value goes into the memory it is given") {
  each_case([](const operation& op, const void* p, const std::vector<array>& x) {
    const auto y = op.rule->value(p, x);
    auto into = full(y.shape(), y.is_floating() ? literal(NAN) : literal(1), y.type());
    const auto* memory = into.raw();
    op.rule->value_into(p, x, into);
    CHECK(same_bits(into, y));
    CHECK((into.raw() == memory || y.size() == 0));
    // What somebody else holds stays as it is.
    const auto shared = into;
    const auto before = shared.copy();
    auto other = x;
    for (auto& a : other)
      if (a.is_floating()) a = a * 0.5;
    try {
      op.rule->value_into(p, other, into);
    } catch (const error&) {}
    CHECK(same_bits(shared, before));
  });
}

TEST_CASE("a vjp does not read what it says it does not read") {
  int unread = 0;
  each_case([&](const operation& op, const void* p, const std::vector<array>& x) {
    const auto y = op.rule->value(p, x);
    if (!y.is_floating()) return;
    const auto g = sample_values(y.shape(), 5).cast(y.type());
    const auto spoilt = [](const array& a) {
      return full(a.shape(), a.is_floating() ? literal(NAN) : literal(1 << 30), a.type());
    };
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!x[i].is_floating()) continue;
      const auto slot = static_cast<int>(i);
      const auto right = op.rule->vjp(p, slot, x, y, g);
      const auto reads = vjp_reads(op, p, slot, x);
      auto other = x;
      for (std::size_t k = 0; k < x.size(); ++k)
        if (!reads.operands[k]) other[k] = spoilt(x[k]), ++unread;
      CHECK(same_bits(op.rule->vjp(p, slot, other, reads.result ? y : spoilt(y), g), right));
    }
  });
  CHECK(unread > 300);
}

TEST_CASE("what a vjp reads") {
  const auto reads = [](const operation& op, int i, std::vector<array> x) { return vjp_reads(op, nullptr, i, x); };
  const auto m = stand_in({3, 3}, float32);
  const auto& matmul = structural_operation<matmul_op>();
  CHECK(reads(matmul, 0, {m, m}).operands == std::vector{false, true});
  CHECK(reads(matmul, 1, {m, m}).operands == std::vector{true, false});
  CHECK(!reads(matmul, 0, {m, m}).result);
  // By their formulas: tanh' = 1 - y², sin' = cos(x), the slope of a sum is 1. A factor of 0 at all points is none.
  CHECK(reads(operation_of<add_op>(), 0, {m, m}).operands == std::vector{false, false});
  CHECK(reads(operation_of<mul_op>(), 0, {m, m}).operands == std::vector{false, true});
  CHECK(reads(operation_of<sin_op>(), 0, {m}).operands == std::vector{true});
  CHECK(!reads(operation_of<sin_op>(), 0, {m}).result);
  CHECK(reads(operation_of<exp_op>(), 0, {m}).operands == std::vector{false});
  CHECK(reads(operation_of<exp_op>(), 0, {m}).result);
  CHECK(reads(operation_of<floor_op>(), 0, {m}).operands == std::vector{false});
  // Values are not looked at: what is singular, or has no such element, is no matter.
  CHECK(reads(structural_operation<inverse_op>(), 0, {m}).result);
  CHECK(!reads(structural_operation<inverse_op>(), 0, {m}).operands[0]);
  CHECK_THROWS_AS(reads(matmul, 0, {m, stand_in({2, 3}, float32)}), error);
}

TEST_CASE("elements that do not depend have the slope 0, and few others") {
  each_case([](const operation& op, const void* p, const std::vector<array>& x) {
    const auto y = op.rule->value(p, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto s = local_sparsity(op, p, static_cast<int>(i), x);
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
  const auto count = [](const operation& op, int i, std::vector<array> x) { return local_sparsity(op, nullptr, i, x).count(); };
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

TEST_CASE("a graph of shapes computes nothing, and knows what would come out") {
  const auto build = [](const tensor& x) {
    const auto w = input(zeros({3, 3}, float32), "w");
    const auto y = softmax(matmul(x, w) + 1.0, -1);
    const auto [values, vectors] = eigh(matmul(transpose(y), y));
    return std::vector<tensor>{
        y, values, vectors, inverse(w), cholesky(w), y > 0.5, argsort(y), sum(y), stack({item(sum(y)), scalar(1.0)})};
  };
  std::vector<tensor> known;
  graph outer;
  {
    graph g(shapes_only);
    known = build(input(stand_in({1000000, 3}, float32)));
    CHECK(g.memory().array_values < 100000);
    const no_record quiet;
    CHECK(cos(known[0]).shape() == dims{1000000, 3});
  }
  CHECK(known[0].shape() == dims{1000000, 3});
  CHECK(known[1].shape() == dims{3});
  CHECK(known[2].shape() == dims{3, 3});
  CHECK(known[3].type() == float32);  // of a matrix that has no inverse
  CHECK(known[5].type() == boolean);
  CHECK(known[6].type() == int64);
  CHECK(known[8].shape() == dims{2});
  // Constants are computed as ever, and so is everything in another graph.
  graph inner(shapes_only);
  CHECK(sum(array{1.0, 2.0} + 1.0).item() == 5);
  CHECK((tensor(array{1.0, 2.0}) + 1.0).value().at(1) == 3);
  graph usual;
  CHECK((input(array{1.0, 2.0}) * 2.0).value().at(1) == 4);
}

TEST_CASE("a replay goes into the memory of the one before") {
  graph g;
  const auto x = input(sample_values({64, 64}, 1), "x");
  const auto y = tanh(matmul(x, x) + 1.0);
  const auto z = sum(reshape(y, {-1}));
  const std::array at{g.id(x.ref(), "test")};
  const auto last = g.id(z.ref(), "test"), middle = g.id(y.ref(), "test");
  replayed now;
  const array first[] = {sample_values({64, 64}, 2)}, second[] = {sample_values({64, 64}, 3)};
  replay_arrays(g, last, at, first, now);
  const auto kept = now.arrays[middle - 1];
  const auto product = middle - 3;  // 1 is a node, too
  REQUIRE(g.op(product) == &structural_operation<matmul_op>());
  const auto* memory = now.arrays[product].raw();
  const auto held = kept.copy();
  replay_arrays(g, last, at, second, now);
  CHECK(now.arrays[product].raw() == memory);
  CHECK(same_bits(kept, held));  // which somebody holds
  const auto anew = replay_arrays(g, last, at, second);
  for (node_id k = 0; k <= last; ++k) CHECK(same_bits(now.array_at(k), anew.array_at(k)));
  const array wrong[] = {zeros({2})};
  CHECK_THROWS_AS(replay_arrays(g, last, at, wrong, now), error);
  CHECK(now.arrays.empty());
}
