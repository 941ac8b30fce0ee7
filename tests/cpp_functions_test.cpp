// Operations written as functions in C++: compiled, they give the numbers that the library gives, and what cannot be written says so.
#include "cpp_functions/function.hpp"
#include "cpp_functions/paragraphs.hpp"

#include <autodiff/ops/table/functions.hpp>
#include <bit>
#include <cstdlib>
#include <doctest/doctest.h>
#include <numbers>
#include <random>
#include <set>

#include "message.hpp"

using namespace seegrad;

namespace {

using bits = std::uint64_t;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// How many doubles lie between; 0 for two NaN.
auto apart(double a, double b) -> bits {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b) ? 0 : ~bits{};
  const auto place = [](double x) {
    const auto n = std::bit_cast<std::int64_t>(x);
    return n < 0 ? std::numeric_limits<std::int64_t>::min() - n : n;
  };
  if (a == b) return std::signbit(a) == std::signbit(b) ? 0 : 1;
  const auto p = place(a), q = place(b);
  return p < q ? static_cast<bits>(q) - static_cast<bits>(p) : static_cast<bits>(p) - static_cast<bits>(q);
}

/// What calls digamma or polygamma, which the library has otherwise than a program, whose text needs <cmath> alone.
auto has_digamma(const operation& op, int i) -> bool {
  for (const auto* callee : op.cpp_calls(i))
    if (callee->name == "digamma" || callee->name == "polygamma") return true;
  return i < 0 && op.name == "digamma";
}

auto uniform(std::mt19937_64& draw, interval i) -> double {
  return i.low + (i.high - i.low) * (static_cast<double>(draw()) / 18446744073709551616.0);
}

auto function(std::string_view name, int i = -1) -> double (*)(const double*, double) {
  for (int k = 0; k < written_functions_count; ++k)
    if (written_functions[k].operation == name && written_functions[k].i == i) return written_functions[k].run;
  return nullptr;
}

}  // namespace

TEST_CASE("every operation of the list, and each derivative, has a function") {
  std::set<std::pair<std::string_view, int>> written;
  for (int k = 0; k < written_functions_count; ++k) written.emplace(written_functions[k].operation, written_functions[k].i);
  for (const auto* op : mine::all_operations())
    for (int i = -1; i < op->arity; ++i) CHECK_MESSAGE(written.count({op->name, i}) == 1, op->name);
}

TEST_CASE("written functions give what the library gives, to the last bit") {
  const auto compare = [](const operation& op, int i, const double* x) {
    CAPTURE(op.name);
    CAPTURE(i);
    CAPTURE(x[0]);
    CAPTURE(op.arity > 1 ? x[1] : 0);
    CAPTURE(op.arity > 2 ? x[2] : 0);
    const double y = op.value(x);
    const double expected = i < 0 ? y : op.partial(i, x, y), got = function(op.name, i)(x, y);
    CAPTURE(expected);
    CAPTURE(got);
#ifdef __FMA__
    // The compiler contracts a * b + c where it likes, here and in the library; at the edges that may be another number altogether.
    CHECK((apart(got, expected) <= 16 || std::abs(got - expected) <= 1e-10 * std::max(1.0, std::abs(expected))));
#else
    if (has_digamma(op, i)) CHECK((apart(got, expected) <= 16 || std::abs(got - expected) < 1e-15));
    else CHECK(apart(got, expected) == 0);
#endif
  };
  std::mt19937_64 draw(7);
  for (const auto* op : mine::all_operations()) {
    for (int i = -1; i < op->arity; ++i) {
      for (int n = 0; n < 200; ++n) {
        double x[max_arity] = {};
        for (std::size_t k = 0; k < static_cast<std::size_t>(op->arity); ++k) x[k] = uniform(draw, op->samples[k]);
        compare(*op, i, x);
      }
    }
  }
#ifndef __FMA__
  using limits = std::numeric_limits<double>;
  std::vector<double> edges{not_a_number};
  for (double e : {0.0, 1.0, 0.5, 2.0, limits::infinity(), limits::max(), limits::min(), limits::denorm_min()})
    edges.insert(edges.end(), {e, -e});
  for (const auto* op : mine::all_operations())
    for (int i = -1; i < op->arity; ++i)
      for (double a : edges)
        for (double b : op->arity > 1 ? edges : std::vector{0.0})
          for (double c : op->arity > 2 ? edges : std::vector{0.0}) {
            const double x[] = {a, b, c};
            compare(*op, i, x);
          }
#endif
}

TEST_CASE("digamma and polygamma, by values from the literature and beside the library") {
  using namespace std::numbers;
  const auto psi = [](double x) { return function("digamma")(&x, 0); };
  const auto poly = [](double n, double x) {
    const double a[] = {n, x};
    return function("polygamma")(a, 0);
  };
  const auto near = [](double v) { return doctest::Approx(v).epsilon(1e-15); };
  CHECK(psi(1) == near(-egamma));
  CHECK(psi(0.5) == near(-egamma - 2 * ln2));
  CHECK(psi(-0.5) == near(2 - egamma - 2 * ln2));
  CHECK(std::abs(psi(1.4616321449683622) / -9.2412655217294275e-17 - 1) <
        1e-14);  // the root lies 9.55e-17 above; the slope is 0.9677
  CHECK(psi(1e300) == near(300 * ln10));
  CHECK(poly(0, 0.25) == psi(0.25));
  CHECK(poly(1, 1) == near(pi * pi / 6));
  CHECK(poly(1, 0.5) == near(pi * pi / 2));
  CHECK(poly(1, -0.5) == near(pi * pi / 2 + 4));
  CHECK(poly(2, 1) == near(-2 * 1.2020569031595942));  // Apéry's constant
  CHECK(poly(3, 1) == near(std::pow(pi, 4) / 15));
  CHECK(std::abs(poly(1, 1e300) * 1e300 - 1) < 1e-15);

  std::mt19937_64 draw(11);
  const auto close = [&](double n, double x, double tolerance) {
    const double a[] = {n, x}, expected = find_operation("polygamma")->value(a), got = poly(n, x);
    CAPTURE(n);
    CAPTURE(x);
    CAPTURE(got);
    CAPTURE(expected);
    CHECK((apart(got, expected) <= 1 || std::abs(got - expected) <= tolerance * std::abs(expected)));
  };
  const auto whole = [&](interval from) { return std::floor(uniform(draw, from)); };
  for (int k = 0; k < 300; ++k) {
    close(0, uniform(draw, {1e-3, 1.4}), 4e-15);
    close(0, uniform(draw, {1.5, 1000}), 4e-15);
    const double low = whole({1, 30}), lower = whole({1, 10});
    close(low, uniform(draw, {0.05, 60}), 2e-14);
    close(lower, uniform(draw, {-8, 0}), 1e-12);
  }
  // From mpmath: at high orders and large numbers Boost.Math 1.74 has no right digit, the library all, and this ten.
  const double high[][3] = {{100, 100.0, -1.4771021691741669e-44},  {109, 867.5, 7.5461987927695407e-147},
                            {116, 524.25, -1.113926976087085e-127}, {300, 400.5, -2.4017150966689627e-169},
                            {500, 700.0, -9.6461778205137419e-292}, {150, 2.5, -4.6553474663569881e+202}};
  for (const auto& [n, x, expected] : high) CHECK(std::abs(poly(n, x) / expected - 1) < 1e-10);
}

TEST_CASE("expressions") {
  const auto cpp = [](std::string_view name, int i) { return find_operation(name)->cpp(i); };
  CHECK(cpp("tanh", -1) == "std::tanh(x)");
  CHECK(cpp("relu", -1) == "x > 0.0 ? x : x <= 0.0 ? 0.0 : x");
  CHECK(cpp("cbrt", 0) == "1.0 / (3.0 * (y * y))");
  CHECK(cpp("pow", 0) == "b == 0.0 ? 0.0 : strong_mul_value(b, std::pow(a, b - 1.0))");
  CHECK(cpp("polygamma", 0) == "std::numeric_limits<double>::quiet_NaN()");
  CHECK(cpp("log_sigmoid", 0) == "sigmoid_value(-x)");
  CHECK(find_operation("log_sigmoid")->cpp_calls(0) == std::vector{find_operation("sigmoid")});
  CHECK(find_operation("log_sigmoid")->cpp_calls(-1).empty());
}

TEST_CASE("what is used twice is computed once, but not what a branch alone may need") {
  const auto body = [](std::string_view name, int i) { return find_operation(name)->cpp_body(i); };
  using lines = std::vector<std::string>;
  CHECK(body("pow", 0) == lines{"return b == 0.0 ? 0.0 : strong_mul_value(b, std::pow(a, b - 1.0));"});
  CHECK(body("atan2", 0) == lines{"const double t1 = std::hypot(a, b);",
                                  "return t1 == std::numeric_limits<double>::infinity() ? 0.0 : b / t1 / t1;"});
  CHECK(body("tanh", 0) ==
        lines{"const double t1 = 1.0 - y * y;",
              "return t1 < 0.01 ? 4.0 * std::exp(-2.0 * std::abs(x)) / square_value(1.0 + std::exp(-2.0 * std::abs(x))) : t1;"});
  // A text that doubled at every step would be a million times as long in the end.
  CHECK(operation_of<mine::power_op>().cpp_body(-1).size() == 20);
  for (const auto& line : operation_of<mine::power_op>().cpp_body(0)) CHECK(line.size() < 300);
}

TEST_CASE("numbers read back as they were") {
  std::mt19937_64 draw(3);
  for (int n = 0; n < 2000; ++n) {
    const auto x = std::bit_cast<double>(draw());
    if (!std::isfinite(x)) continue;
    const auto text = cpp_source(x).text();
    CHECK(std::strtod(text.c_str(), nullptr) == x);
    CHECK(text.find_first_of(".e") != std::string::npos);  // no whole number, which would divide as one
  }
  CHECK(cpp_source(-0.0).text() == "-0.0");
  CHECK(cpp_source(2).text() == "2.0");
  CHECK(cpp_source::negative(-2.0).text() == "-(-2.0)");
  CHECK(cpp_source(-infinity).text() == "-std::numeric_limits<double>::infinity()");
}

TEST_CASE("the text has what is asked for and what that calls, each once, what is called first") {
  const operation* const softplus[] = {find_operation("softplus")};
  const auto text = cpp_functions(softplus);
  CHECK(text ==
        "#include <cmath>\n#include <limits>\n\nnamespace seegrad_functions {\n\n"
        "inline double softplus_value(double x) { return (x > 0.0 ? x : 0.0) + std::log1p(std::exp(x > 0.0 ? -x : x)); }\n"
        "inline double sigmoid_value(double x) {\n"
        "  const double t1 = std::exp(x >= 0.0 ? -x : x);\n"
        "  return (x >= 0.0 ? 1.0 : t1) / (1.0 + t1);\n"
        "}\n"
        "inline double softplus_d0(double x, double) { return sigmoid_value(x); }\n"
        "\n}  // namespace seegrad_functions\n");
  const operation* const twice[] = {softplus[0], softplus[0]};
  CHECK(cpp_functions(twice) == text);
  CHECK(cpp_functions({}).find("inline") == std::string::npos);
}

namespace mine {

struct twice_op;
auto twice(double x) -> double { return 2 * x; }
auto twice(stepped x) -> stepped { return 2 * x; }
auto twice(const lifted auto& x) { return apply<twice_op>(x); }

struct twice_op : paragraph<1> {
  static constexpr std::string_view name = "twice", help = "";
  static auto value(auto x) { return twice(x); }
  static auto d0(auto, auto) { return 2.0; }
};

struct half_op : paragraph<1> {
  static constexpr std::string_view name = "half", help = "";
  static auto value(auto x) { return x / twice(1 + x - x); }
  static auto d0(auto, auto) { return 0.5; }
};
struct told_op : paragraph<1> {
  static constexpr std::string_view name = "told", help = "", cpp = "x < 0 ? 2 * x : x + x";
  static auto value(auto x) { return twice(x); }
  static auto d0(auto x, auto) { return apply<told_op>(x) / x; }
};
struct another_sigmoid_op : paragraph<1> {
  static constexpr std::string_view name = "sigmoid", help = "";
  static auto value(auto x) { return sigmoid(x); }
  static auto d0(auto, auto y) { return y * (1 - y); }
};
struct nameless_op : paragraph<1> {
  static constexpr std::string_view name = "2nd", help = "";
  static auto value(auto x) { return -x; }
  static auto d0(auto, auto) { return -1.0; }
};

}  // namespace mine

TEST_CASE("what cannot be written says so") {
  const auto write = [](const operation& op) {
    const operation* const ops[] = {&op};
    return cpp_functions(ops);
  };
  CHECK(operation_of<mine::twice_op>().cpp(-1).empty());
  CHECK(
      message_of([&] { write(operation_of<mine::twice_op>()); }) ==
      "cpp_functions: twice cannot be written, since its value is a function that <cmath> does not have; its paragraph may say it as `cpp`");
  CHECK(message_of([&] {
          write(operation_of<mine::half_op>());
        }).starts_with("cpp_functions: twice, which half calls, cannot be written"));
  for (const auto* op : structural_operations())  // of any number of operands, too
    CHECK(contains(message_of([&] { write(*op); }), "is an operation on whole arrays"));
  CHECK(message_of([&] { write(operation_of<mine::another_sigmoid_op>()); }) ==
        "cpp_functions: two operations have the name sigmoid");
  CHECK(message_of([&] { write(operation_of<mine::nameless_op>()); }) ==
        "cpp_functions: \"2nd\" is no name for a function in C++");
  const auto told = write(operation_of<mine::told_op>());
  CHECK(told.find("told_value(double x) { return x < 0 ? 2 * x : x + x; }\n") != std::string::npos);
  CHECK(told.find("told_d0(double x, double) { return told_value(x) / x; }\n") != std::string::npos);
}
