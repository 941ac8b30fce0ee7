// Wrong derivatives of operations on arrays are planted, and the checker has to name the operation, the node and the operand.

#include <autodiff/array/create.hpp>
#include <autodiff/array/print.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/ops/structural/make_structural.hpp>
#include <cmath>
#include <deque>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sanitizer.hpp"
#include "verdict_counts.hpp"

using namespace seegrad;

namespace {

// Under a sanitizer, which makes this sixty times slower, every seventh does.
constexpr int every = has_address_sanitizer ? 7 : 1;

enum class way { zero, sign, twice, percent, mean, first, dropped, rolled, transposed, reversed, swapped };
constexpr way ways[] = {way::zero,    way::sign,   way::twice,      way::percent,  way::mean,   way::first,
                        way::dropped, way::rolled, way::transposed, way::reversed, way::swapped};
constexpr const char* way_names[] = {
    "nothing",        "sign",       "factor 2",          "factor 1.01",   "a mean for the sum", "the first for the sum",
    "one is missing", "off by one", "missing transpose", "reverse order", "swapped operands"};

struct planted {
  const operation* truth = nullptr;
  int bad = 0;
  way how{};
};
planted now;

// The cotangent without what lies behind the first place of its axis 0.
auto first_only(const array& g) -> array {
  if (g.rank() == 0 || g.extent(0) < 2) return g;
  auto mask = zeros({g.extent(0)});
  mask.set(1, 0);
  dims shape = dims::filled(g.rank(), 1);
  shape[0] = g.extent(0);
  return g * reshape(mask, shape);
}

auto spoil(const planted& p, const void* parameters, std::span<const array> x, const array& y, const array& g) -> array {
  const auto vjp = [&](int i, const array& cotangent) { return p.truth->rule->vjp(parameters, i, x, y, cotangent); };
  const auto right = vjp(p.bad, g);
  const auto shape = right.shape();
  switch (p.how) {
    case way::zero: return zeros_like(right);
    case way::sign: return -right;
    case way::twice: return right * 2.0;
    case way::percent: return right * 1.01;
    case way::mean: return right * (static_cast<double>(right.size()) / static_cast<double>(std::max<index_t>(g.size(), 1)));
    case way::first: return vjp(p.bad, first_only(g));
    case way::dropped: {
      auto flat = reshape(right, {-1}).copy();
      if (flat.size() > 0) flat.set(0, flat.size() / 2);
      return reshape(flat, shape);
    }
    case way::rolled: return right.rank() == 0 ? right : roll(right, 1, -1);
    case way::transposed: return reshape(transpose(right), shape);
    case way::reversed: return right.rank() == 0 ? right : flip(right, {0});
    case way::swapped: {
      const auto other = static_cast<int>((static_cast<std::size_t>(p.bad) + 1) % x.size());
      const auto wrong = vjp(other, g);
      return wrong.shape() == shape ? wrong : right;
    }
  }
  return right;
}

// The record keeps a pointer to the operation, which therefore has to stay.
auto spoiled_copy(const operation& truth) -> const operation& {
  static std::deque<seegrad::detail::array_rule> rules;
  static std::deque<operation> all;
  auto& rule = rules.emplace_back(*truth.rule);
  rule.vjp = [](const void* p, int i, std::span<const array> x, const array& y, const array& g) {
    return i == now.bad ? spoil(now, p, x, y, g) : now.truth->rule->vjp(p, i, x, y, g);
  };
  rule.vjp_into = [](const void* p, int i, std::span<const array> x, const array& y, const array& g, array& adjoint) {
    seegrad::detail::add_into(adjoint, i == now.bad ? spoil(now, p, x, y, g) : now.truth->rule->vjp(p, i, x, y, g));
  };
  auto& op = all.emplace_back(truth);
  op.rule = &rule;
  return op;
}

auto largest(const array& a) -> double {
  double most = 0;
  for (const double v : a.to_vector<double>()) most = std::max(most, std::abs(v));
  return most;
}

// Whether the wrong rule gives something wrong here.
auto makes_a_difference(const structural_case& c) -> bool {
  const auto y = now.truth->rule->value(c.parameters.get(), c.operands);
  const auto g = sample_values(y.shape(), 3);
  const auto right = now.truth->rule->vjp(c.parameters.get(), now.bad, c.operands, y, g);
  if (right.size() == 0) return false;
  return largest(spoil(now, c.parameters.get(), c.operands, y, g) - right) > 1e-3 * largest(right);
}

struct seen {
  bool named = false;
  int elsewhere = 0;
};
auto look(const check_report& report, node_id node, int operand, std::string_view name) -> seen {
  seen s;
  for (const auto& f : report.findings) {
    if (f.what != verdict::fail || f.operand < 0) continue;
    if (f.node == node && f.operand == operand && f.operation == name) s.named = true;
    else ++s.elsewhere;
  }
  return s;
}

// In the middle of a graph, with other uses of the operands.
auto plant_and_check(const operation& wrong, const structural_case& c, const check_options& options) -> seen {
  graph g;
  std::vector<tensor> x;
  for (const auto& a : c.operands) x.push_back(a.is_floating() ? input(a) : tensor(a));
  const auto before = sum(sin(x[0]));
  const auto middle = record_structural(wrong, c.parameters, x);
  const auto after = tanh(middle * 0.1) + middle * before;
  const auto report = check(after, options);
  const auto s = look(report, g.id(middle.ref(), "test"), now.bad, wrong.name);
  if (!s.named || s.elsewhere > 0)
    MESSAGE(wrong.name, " operand ", now.bad, ", ", way_names[static_cast<int>(now.how)], "\n", report.text());
  return s;
}

}  // namespace

TEST_CASE("a wrong vjp in any operation on arrays is named: operation, node and operand") {
  int found = 0, all = 0, quiet = 0, elsewhere = 0, turn = 0;
  for (const auto* op : structural_operations()) {
    const auto& wrong = spoiled_copy(*op);
    if (const auto c = op->rule->samples().at(0); !op->rule->value(c.parameters.get(), c.operands).is_floating()) continue;
    int here = 0;
    for (const auto& c : op->rule->samples())
      for (int bad = 0; bad < static_cast<int>(c.operands.size()); ++bad)
        for (const auto how : ways) {
          if (!c.operands[static_cast<std::size_t>(bad)].is_floating()) continue;
          if (++turn % every != 0) continue;
          now = {op, bad, how};
          if (!makes_a_difference(c)) {
            ++quiet;
            continue;
          }
          const auto s = plant_and_check(wrong, c, {.whole = all % 8 == 0});
          ++all, ++here, found += s.named, elsewhere += s.elsewhere;
        }
    // What is constant in pieces has the vjp 0, of which few ways make something wrong.
    CHECK_MESSAGE((here >= 5 / every || op->name == "det_sign"), op->name);
  }
  MESSAGE(found, " of ", all, " wrong vjps found, ", quiet, " more made no difference");
  CHECK(found == all);
  CHECK(elsewhere == 0);
  CHECK(all > 900 / every);
}

TEST_CASE("and in large arrays, of which only some elements are looked at") {
  int found = 0, all = 0, turn = 0;
  const auto plant = [&](const operation& op, const structural_case& c) {
    const auto& wrong = spoiled_copy(op);
    for (int bad = 0; bad < static_cast<int>(c.operands.size()); ++bad)
      for (const auto how : ways) {
        if (++turn % every != 0) continue;
        now = {&op, bad, how};
        // One element in thousands is seen along a direction and then found by halving.
        if (how != way::dropped && !makes_a_difference(c)) continue;
        const auto s = plant_and_check(wrong, c, {.whole = false});
        ++all, found += s.named && s.elsewhere == 0;
      }
  };
  const auto make = [](const auto& p) { return std::make_shared<std::decay_t<decltype(p)>>(p); };
  plant(structural_operation<matmul_op>(), {nullptr, {sample_values({40, 50}, 1), sample_values({50, 30}, 2)}});
  plant(structural_operation<matmul_op>(), {nullptr, {sample_values({6, 20, 30}, 1), sample_values({30, 12}, 2)}});
  plant(structural_operation<sum_op>(), {make(seegrad::detail::reduction_parameters{0}), {sample_values({100, 30}, 1)}});
  plant(structural_operation<softmax_op>(), {make(index_t{-1}), {sample_values({20, 40}, 1)}});
  plant(structural_operation<expand_op>(), {make(dims{50, 200}), {sample_values({200}, 1)}});
  plant(structural_operation<permute_op>(), {make(dims{2, 0, 1}), {sample_values({10, 20, 15}, 1)}});
  plant(structural_operation<concat_op>(), {make(index_t{0}), {sample_values({30, 40}, 1), sample_values({20, 40}, 2)}});
  MESSAGE(found, " of ", all, " wrong vjps in large arrays found");
  CHECK(found == all);
  CHECK(all > 80 / every);
}

TEST_CASE("the missing element of a large array is told by its index") {
  const auto& op = structural_operation<matmul_op>();
  now = {&op, 0, way::dropped};
  graph g;
  const auto a = input(sample_values({40, 50}, 1), "a"), b = input(sample_values({50, 30}, 2), "b");
  const std::vector<tensor> x{a, b};
  const auto y = record_structural(spoiled_copy(op), nullptr, x);
  const auto report = check(y, {.whole = false});
  const auto& f = report.findings.at(0);
  CHECK(f.what == verdict::fail);
  CHECK(f.by == "a");
  CHECK(f.element == "[20, 0]");  // the middle of 2000
  CHECK(f.claimed == 0);
  CHECK(std::abs(f.measured) > 1e-3);
  CHECK(report.text().find("0: a[20, 0]") != std::string::npos);
}

// --- as a user writes them -------------------------------------------------------------------------------------------------

namespace {

template <class Parameters = no_parameters>
struct mine : structural<1, Parameters> {
  static auto samples() -> typename structural<1, Parameters>::samples_t { return {}; }
};

struct centred_op : mine<> {
  static constexpr std::string_view name = "centred", help = "less its mean, with the vjp of a plain copy";
  static constexpr bool linear = true;
  static auto value(const no_parameters&, std::span<const array> x) -> array { return x[0] - mean(x[0]); }
  template <class T>
  static auto vjp(const no_parameters&, int, std::span<const T>, const T&, const T& g) -> T {
    return g;
  }
};
struct repeated_op : mine<index_t> {
  static constexpr std::string_view name = "repeated", help = "as rows, with the sum over them missing";
  static auto value(const index_t& n, std::span<const array> x) -> array { return expand(x[0], dims{n} + x[0].shape()).copy(); }
  template <class T>
  static auto vjp(const index_t&, int, std::span<const T>, const T&, const T& g) -> T {
    return g;
  }
  static auto text(const index_t& n) -> std::string { return fmt::format("{} times", n); }
};
struct squares_op : mine<> {
  static constexpr std::string_view name = "squares", help = "said to be linear";
  static constexpr bool linear = true;
  static auto value(const no_parameters&, std::span<const array> x) -> array { return x[0] * x[0]; }
  template <class T>
  static auto vjp(const no_parameters&, int, std::span<const T> x, const T&, const T& g) -> T {
    return 2.0 * g * x[0];
  }
};
struct two_texts_op : mine<> {
  static constexpr std::string_view name = "two_texts", help = "the vjp that is recorded is another";
  static auto value(const no_parameters&, std::span<const array> x) -> array { return x[0] * x[0]; }
  template <class T>
  static auto vjp(const no_parameters&, int, std::span<const T> x, const T&, const T& g) -> T {
    return (std::same_as<T, tensor> ? 1.0 : 2.0) * g * x[0];
  }
};
struct adds_twice_op : two_texts_op {
  static constexpr std::string_view name = "adds_twice", help = "the vjp in place adds too much";
  template <class T>
  static auto vjp(const no_parameters&, int, std::span<const T> x, const T&, const T& g) -> T {
    return 2.0 * g * x[0];
  }
  static auto vjp_into(const no_parameters&, int, std::span<const array> x, const array&, const array& g, array& adjoint)
      -> void {
    adjoint = adjoint + 4.0 * g * x[0];
  }
};
struct half_wrong_tanh : paragraph<1> {
  static constexpr std::string_view name = "half_wrong_tanh", help = "wrong where x is positive";
  static auto value(auto x) { return tanh(x); }
  static auto d0(auto x, auto y) { return select(x > 0, 1 - y, 1 - y * y); }
};
struct mixed_up : paragraph<2> {
  static constexpr std::string_view name = "mixed_up", help = "product";
  static auto value(auto a, auto b) { return a * b; }
  static auto d0(auto a, auto, auto) { return a; }
  static auto d1(auto, auto b, auto) { return b; }
};

template <class Op>
auto finding_of(const typename Op::parameters& p, const array& value) -> finding {
  graph g;
  const auto x = input(value, "x");
  return check(structured<Op>(p, x), {.whole = false}).findings.at(0);
}

}  // namespace

TEST_CASE("structural paragraphs of a user with a wrong rule are named and described") {
  const array x{{1.0, 2.0, 4.0}, {-3.0, 0.5, 7.0}};
  auto f = finding_of<centred_op>({}, x);
  CHECK(f.what == verdict::fail);
  CHECK(f.operation == "centred");
  CHECK(f.by == "x");
  CHECK(f.detail.find("6 of the 6 elements") != std::string::npos);

  f = finding_of<repeated_op>(2, x);
  CHECK(f.what == verdict::fail);
  CHECK(f.parameters == "2 times");
  CHECK(f.detail == "the vjp gives the shape [2x2x3], but the operand has [2x3]: is a sum over a repeated axis missing?");

  f = finding_of<squares_op>({}, x);
  CHECK(f.what == verdict::fail);
  CHECK(f.method == "linearity");
  f = finding_of<two_texts_op>({}, x);
  CHECK(f.what == verdict::fail);
  CHECK(f.method == "recorded vjp");
  f = finding_of<adds_twice_op>({}, x);
  CHECK(f.what == verdict::fail);
  CHECK(f.method == "vjp in place");
}

TEST_CASE("wrong pointwise rules are named on arrays too, with the element") {
  graph g;
  const auto x = input(array{{1.0, -2.0}, {-0.5, -3.0}}, "x"), row = input(array{0.3, 0.4}, "row");
  auto f = check(apply<half_wrong_tanh>(x), {.whole = false}).findings.at(0);
  CHECK(f.what == verdict::fail);
  CHECK(f.operation == "half_wrong_tanh");
  CHECK(f.element == "[0, 0]");
  CHECK(f.detail.find("1 of the 4 elements") != std::string::npos);
  const auto report = check(apply<mixed_up>(x, row), {.whole = false});
  CHECK(locally(report, verdict::fail) == 2);
}

TEST_CASE("a wrong arrangement is recognised") {
  const auto detail = [](const operation& op, const structural_case& c, way how) {
    now = {&op, 0, how};
    graph g;
    std::vector<tensor> x;
    for (const auto& a : c.operands) x.push_back(input(a));
    return check(record_structural(spoiled_copy(op), c.parameters, x), {.whole = false}).findings.at(0).detail;
  };
  const structural_case square{nullptr, {sample_values({3, 3}, 1), sample_values({3, 3}, 2)}};
  const auto& product = structural_operation<matmul_op>();
  CHECK(detail(product, square, way::transposed).find("this is the transpose of what it should be") == 0);
  CHECK(detail(product, square, way::rolled).find("this is off by one place along axis 1") == 0);
  CHECK(detail(product, square, way::reversed).find("this is in reverse order along axis 0") == 0);
  CHECK(detail(product, square, way::swapped).find("this is the derivative by operand 1: are the operands mixed up?") == 0);
  CHECK(detail(product, square, way::sign) == "9 of the 9 elements looked at: the sign is flipped");
}
