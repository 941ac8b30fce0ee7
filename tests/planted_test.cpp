// The checker proves itself: wrong derivatives are planted, and it has to name the operation, the node and the operand.

#include <autodiff/autodiff.hpp>
#include <autodiff/check/check.hpp>
#include <cmath>
#include <deque>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <random>

#include "draw.hpp"

using namespace seegrad;

namespace {

// --- wrong rules for the whole list of operations -------------------------------------------------------------------------

enum class way { factor, sign, swapped, dropped, shifted };
constexpr way ways[] = {way::factor, way::sign, way::swapped, way::dropped, way::shifted};
constexpr const char* way_names[] = {"factor 1.01", "sign", "swapped operands", "dropped term", "a term too many"};

// What the rule for operand `bad` of `truth` is replaced by.
auto spoil(const operation& truth, int bad, way how, const double* x, double y) -> double {
  const auto right = truth.partial(bad, x, y);
  switch (how) {
    case way::factor: return 1.01 * right;
    case way::sign: return -right;
    case way::swapped: return truth.arity > 1 ? truth.partial((bad + 1) % truth.arity, x, y) : right;
    // Some part of the rule: 2x loses an x, 1 - y² its y², 1/x turns into 1/x - 1.
    case way::dropped: return right - x[bad] * right * right;
    case way::shifted: return right + 0.01;
  }
  return right;
}

struct planted {
  const operation* truth;
  int bad;
  way how;
};
planted now;

// The record keeps a pointer to the operation, which therefore has to stay.
auto spoiled_copy(const operation& truth) -> const operation& {
  static std::deque<operation> all;
  auto& op = all.emplace_back(truth);
  op.partial = [](int i, const double* x, double y) {
    return i == now.bad ? spoil(*now.truth, i, now.how, x, y) : now.truth->partial(i, x, y);
  };
  return op;
}

auto record(const operation& op, const std::vector<scalar>& x) -> scalar {
  std::vector<seegrad::detail::operand> operands;
  std::vector<double> values;
  for (const auto& v : x) operands.push_back({v.value(), v.ref()}), values.push_back(v.value());
  const auto y = op.value(values.data());
  return {y, seegrad::detail::record_wide(op, seegrad::detail::code::extended, y, operands.data())};
}

// How many of the findings that are FAIL, by their own rule, are about other places.
auto fails_elsewhere(const check_report& report, node_id node, int operand) -> int {
  int n = 0;
  for (const auto& f : report.findings)
    n += f.what == verdict::fail && f.operand >= 0 && !(f.node == node && f.operand == operand);
  return n;
}

auto fails_at(const check_report& report, node_id node, int operand, std::string_view name) -> bool {
  for (const auto& f : report.findings)
    if (f.what == verdict::fail && f.node == node && f.operand == operand && f.operation == name) return true;
  return false;
}

}  // namespace

TEST_CASE("a wrong rule in any operation of the list is named: operation, node and operand") {
  std::mt19937_64 random(2024);
  int planted_in_all = 0, quiet = 0;
  for (const auto* op : operations())
    for (int bad = 0; bad < op->arity; ++bad) {
      const auto& wrong = spoiled_copy(*op);
      for (const auto how : ways) {
        now = {op, bad, how};
        int planted_here = 0;
        for (int trial = 0; trial < 25; ++trial) {
          graph g;
          std::vector<scalar> x;
          std::vector<double> values;
          for (int i = 0; i < op->arity; ++i)
            values.push_back(draw(random, op->samples[static_cast<std::size_t>(i)])), x.push_back(input(values.back()));
          const auto y = op->value(values.data());
          const auto right = op->partial(bad, values.data(), y), claim = spoil(*op, bad, how, values.data(), y);
          // A wrong rule that happens to give the right number, or one where there is no number, is no plant.
          if (!(std::abs(claim - right) > 1e-3 * std::abs(right))) {
            ++quiet;
            continue;
          }
          const auto before = sin(x[0]) * 2;
          const auto middle = record(wrong, x);
          const auto after = tanh(middle * 0.1 + before) + middle;
          const auto report = check(after, {.whole = false});
          ++planted_here;
          INFO(op->name, " operand ", bad, " ", way_names[static_cast<int>(how)], " at ", values[0], " ", values.back(), "\n",
               report.text());
          CHECK(fails_at(report, g.id(middle.ref(), "test"), bad, op->name));
          CHECK(fails_elsewhere(report, g.id(middle.ref(), "test"), bad) == 0);
        }
        planted_in_all += planted_here;
        const bool by_order = op->name == "polygamma" && bad == 0;
        if (how == way::shifted && !by_order) CHECK_MESSAGE(planted_here > 0, op->name);
      }
    }
  MESSAGE(planted_in_all, " wrong rules planted, ", quiet, " more made no difference");
  CHECK(planted_in_all > 5000);
}

// --- wrong rules written as a user writes them ----------------------------------------------------------------------------

namespace {

template <class Op, int Bad, class Wrong>
struct spoiled : Op {
  template <int I, class... A>
  static auto rule(const A&... a) {
    if constexpr (I == Bad) return Wrong::template of<Op, I>(a...);
    else return partial<Op, I>(a...);
  }
  static auto d0(const auto&... a) { return rule<0>(a...); }
  static auto d1(const auto&... a) { return rule<1>(a...); }
  static auto d2(const auto&... a) { return rule<2>(a...); }
};

struct by_factor {
  template <class Op, int I>
  static auto of(const auto&... a) {
    return partial<Op, I>(a...) * 1.01;
  }
};
struct by_sign {
  template <class Op, int I>
  static auto of(const auto&... a) {
    return -partial<Op, I>(a...);
  }
};
struct by_swap {
  template <class Op, int I>
  static auto of(const auto&... a) {
    return partial<Op, (I + 1) % Op::arity>(a...);
  }
};

template <class Op, int Bad, class Wrong>
auto caught(auto... values) -> bool {
  graph g;
  const auto y = apply<spoiled<Op, Bad, Wrong>>(input(values)...);
  const auto report = check(y * 2 + 1);
  return fails_at(report, g.id(y.ref(), "test"), Bad, Op::name) && fails_elsewhere(report, g.id(y.ref(), "test"), Bad) == 0 &&
         !report.passed() && report.whole_verdict() == verdict::fail;
}

// Rules with a term that was forgotten.
struct forgetful_tanh : paragraph<1> {
  static constexpr std::string_view name = "forgetful_tanh", help = "1 - y² without the y²";
  static auto value(auto x) { return tanh(x); }
  static auto d0(auto, auto) { return 1.0; }
};
struct forgetful_silu : paragraph<1> {
  static constexpr std::string_view name = "forgetful_silu", help = "the product rule's second term is missing";
  static auto value(auto x) { return x * sigmoid(x); }
  static auto d0(auto x, auto) { return sigmoid(x); }
};
struct forgetful_tgamma : paragraph<1> {
  static constexpr std::string_view name = "forgetful_tgamma", help = "the inner derivative is missing";
  static auto value(auto x) { return tgamma(x); }
  static auto d0(auto, auto y) { return y; }
};
struct squared_brackets : paragraph<1> {
  static constexpr std::string_view name = "squared_brackets", help = "(1 - y)² for 1 - y²";
  static auto value(auto x) { return tanh(x); }
  static auto d0(auto, auto y) { return (1 - y) * (1 - y); }
};
struct quotient_rule : paragraph<2> {
  static constexpr std::string_view name = "quotient_rule", help = "-a/b for -a/b²";
  static auto value(auto a, auto b) { return a / b; }
  static auto d0(auto, auto b, auto) { return 1 / b; }
  static auto d1(auto a, auto b, auto) { return -a / b; }
};
struct rounded_constant : paragraph<1> {
  static constexpr std::string_view name = "rounded_constant", help = "a constant with three digits";
  static auto value(auto x) { return erf(x); }
  static auto d0(auto x, auto) { return 1.128 * exp(-(x * x)); }
};

template <class Op>
auto first_finding(auto... values) -> finding {
  graph g;
  return check(apply<Op>(input(values)...), {.whole = false}).findings.at(0);
}

}  // namespace

TEST_CASE("paragraphs of a user with a wrong rule are named") {
  CHECK(caught<mul_op, 0, by_factor>(7.0, 4.0));
  CHECK(caught<mul_op, 1, by_factor>(7.0, 4.0));
  CHECK(caught<mul_op, 0, by_swap>(7.0, 4.0));
  CHECK(caught<sub_op, 1, by_sign>(7.0, 4.0));
  CHECK(caught<pow_op, 0, by_swap>(2.0, 3.0));
  CHECK(caught<pow_op, 1, by_factor>(2.0, 3.0));
  CHECK(caught<atan2_op, 1, by_sign>(1.0, 2.0));
  CHECK(caught<fma_op, 2, by_factor>(1.0, 2.0, 3.0));
  CHECK(caught<fma_op, 0, by_swap>(1.0, 2.0, 3.0));
  CHECK(caught<clamp_op, 0, by_sign>(0.1, -1.0, 1.0));
  CHECK(caught<exp_op, 0, by_factor>(-3.0));
  CHECK(caught<log_op, 0, by_sign>(1e-200));
  CHECK(caught<sqrt_op, 0, by_factor>(1e200));
  CHECK(caught<mul_op, 0, by_factor>(1e100, 1e-100));
}

TEST_CASE("a forgotten term is caught, with what was measured") {
  const auto tanh_finding = first_finding<forgetful_tanh>(0.5);
  CHECK(tanh_finding.what == verdict::fail);
  CHECK(tanh_finding.operation == "forgetful_tanh");
  CHECK(tanh_finding.claimed == 1.0);
  CHECK(tanh_finding.measured == doctest::Approx(1 - std::pow(std::tanh(0.5), 2)).epsilon(1e-9));
  CHECK(first_finding<forgetful_silu>(0.5).what == verdict::fail);
  CHECK(first_finding<forgetful_tgamma>(2.5).what == verdict::fail);
  CHECK(first_finding<squared_brackets>(0.5).what == verdict::fail);
  CHECK(first_finding<rounded_constant>(0.5).what == verdict::fail);
  const auto quotient = first_finding<quotient_rule>(3.0, 4.0);
  CHECK(quotient.what == verdict::fail);
  CHECK(quotient.operand == 1);
  CHECK(quotient.detail == "4 times too large");
}

TEST_CASE("a wrong rule is described where it looks like something") {
  const auto detail = [](const scalar& y) { return check(y, {.whole = false}).findings.at(0).detail; };
  graph g;
  const auto a = input(7.0), b = input(4.0);
  CHECK(detail(apply<spoiled<mul_op, 0, by_swap>>(a, b)) == "this is the derivative by operand 1: are the operands mixed up?");
  CHECK(detail(apply<spoiled<mul_op, 1, by_sign>>(a, b)) == "the sign is flipped");
  CHECK(detail(apply<spoiled<mul_op, 1, by_factor>>(a, b)) == "the claim is 1.01 times what it should be");
}
