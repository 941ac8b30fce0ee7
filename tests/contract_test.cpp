// What every operation says of itself beside its value and its slopes: a value in given memory, shape and type of the result, what its vjp
// reads, whether two parameters are equal. Driven by the lists of operations.
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/linear_algebra/linear_algebra.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/replay.hpp>
#include <cmath>
#include <cstring>
#include <doctest/doctest.h>

#include "operation_cases.hpp"

using namespace seegrad;

namespace {

auto same_bits(const array& a, const array& b) -> bool {
  if (a.shape() != b.shape() || a.type() != b.type()) return false;
  const auto x = a.contiguous(), y = b.contiguous();
  return a.size() == 0 || std::memcmp(x.raw(), y.raw(), x.bytes()) == 0;
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
      const auto reads = seegrad::detail::vjp_reads(op, p, slot, x);
      auto other = x;
      for (std::size_t k = 0; k < x.size(); ++k)
        if (!reads.operands[k]) other[k] = spoilt(x[k]), ++unread;
      CHECK(same_bits(op.rule->vjp(p, slot, other, reads.result ? y : spoilt(y), g), right));
    }
  });
  CHECK(unread > 300);
}

TEST_CASE("what a vjp reads") {
  const auto reads = [](const operation& op, int i, std::vector<array> x) {
    return seegrad::detail::vjp_reads(op, nullptr, i, x);
  };
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
  seegrad::detail::replay_arrays(g, last, at, first, now);
  const auto kept = now.arrays[middle - 1];
  const auto product = middle - 3;  // 1 is a node, too
  REQUIRE(g.op(product) == &structural_operation<matmul_op>());
  const auto* memory = now.arrays[product].raw();
  const auto held = kept.copy();
  seegrad::detail::replay_arrays(g, last, at, second, now);
  CHECK(now.arrays[product].raw() == memory);
  CHECK(same_bits(kept, held));  // which somebody holds
  const auto anew = seegrad::detail::replay_arrays(g, last, at, second);
  for (node_id k = 0; k <= last; ++k) CHECK(same_bits(now.array_at(k), anew.array_at(k)));
  const array wrong[] = {zeros({2})};
  CHECK_THROWS_AS(seegrad::detail::replay_arrays(g, last, at, wrong, now), error);
  CHECK(now.arrays.empty());
}

TEST_CASE("parameters of every operation can be compared, and those that are equal have one hash") {
  for (const auto* op : structural_operations()) {
    CAPTURE(op->name);
    CHECK((op->rule->same != nullptr));
    const auto once = op->rule->samples(), again = op->rule->samples();
    for (std::size_t i = 0; i < once.size(); ++i)
      for (std::size_t j = 0; j < again.size(); ++j) {
        const auto *p = once[i].parameters.get(), *q = again[j].parameters.get();
        if (i == j) CHECK(same_parameters(*op, p, q));
        if (op->rule->text(p) != op->rule->text(q)) CHECK_FALSE(same_parameters(*op, p, q));
        if (same_parameters(*op, p, q)) CHECK(parameters_hash(*op, p) == parameters_hash(*op, q));
      }
  }
}

TEST_CASE("shape and type of a result are known without computing it") {
  const auto knows = [](const operation& op, const void* p, const std::vector<array>& x) {
    const auto y = op.rule->value(p, x);
    std::vector<array> like;
    for (const auto& a : x) like.push_back(stand_in(a.shape(), a.type()));
    const auto known = op.rule->result(p, like);
    CHECK(known.shape() == y.shape());
    CHECK(known.type() == y.type());
    for (int i = 0; i < known.rank() && known.size() > 0; ++i) CHECK((known.extent(i) <= 1 || known.strides()[i] == 0));
  };
  each_case([&](const operation& op, const void* p, const std::vector<array>& x) {
    REQUIRE((op.rule->result != nullptr));
    knows(op, p, x);
  });
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    for (const auto type : {float64, float32, int64, boolean}) {
      std::vector<array> x;
      for (int i = 0; i < op->arity; ++i)
        x.push_back(full(i == 1 ? dims{3} : dims{2, i == 2 ? index_t{1} : index_t{3}}, 1.0, type));
      knows(*op, nullptr, x);
      x[0] = x[0].cast(float32);
      knows(*op, nullptr, x);
    }
  }
  // What does not fit by its shape may be said here already; what shows in values only cannot.
  int said = 0, all = 0;
  for (const auto* op : structural_operations())
    for (const auto& c : op->rule->wrong()) {
      std::vector<array> like;
      for (const auto& a : c.operands) like.push_back(stand_in(a.shape(), a.type()));
      ++all;
      try {
        op->rule->result(c.parameters.get(), like);
      } catch (const error& e) {
        ++said;
        CHECK(std::string(e.what()).find(": ") != std::string::npos);
      }
    }
  MESSAGE(said, " of ", all, " wrong calls are refused without computing");
  CHECK(said > 3 * all / 4);
}
