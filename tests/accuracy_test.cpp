// Operations where they once lost their digits: at the ends of what a type can hold, beside roots and poles, far from 0. docs/accuracy.md
// has the errors of all. The oracles are <cmath>, which arrays do not use there, and mpmath, whose values stand here.
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/autodiff.hpp>
#include <bit>
#include <cmath>
#include <doctest/doctest.h>
#include <numbers>
#include <string>
#include <vector>

using namespace seegrad;

namespace {

/// |computed - truth| in units in the last place of the type, around the truth.
auto ulps(double computed, double truth, dtype type) -> double {
  const int digits = type == float32 ? 24 : 53, lowest = type == float32 ? -126 : -1022;
  const int e = truth == 0 ? lowest : std::max(lowest, std::ilogb(truth));
  return computed == truth ? 0 : std::abs(computed - truth) / std::ldexp(1.0, std::max(e - digits + 1, -1074));
}

struct known {
  std::string operation;
  std::vector<double> x;
  double truth;
};

auto value_of(const operation& op, const std::vector<double>& x, dtype type) -> double {
  std::vector<array> operands;
  for (double a : x) operands.push_back(full({3}, a, type));
  return seegrad::detail::compute_pointwise(op, operands).get({1});
}

auto check_within(double most, const std::vector<known>& list, dtype type) -> void {
  for (const auto& k : list) {
    const auto& op = *find_operation(k.operation);
    CAPTURE(k.operation);
    CAPTURE(k.x[0]);
    CAPTURE(name_of(type));
    CHECK(ulps(value_of(op, k.x, type), k.truth, type) <= most);
    if (type == float64) CHECK(ulps(op.value(k.x.data()), k.truth, type) <= most);
  }
}

/// The worst error of a function over arrays, at points all over where its result is neither 0 nor infinite, and of every size.
template <class Exact>
auto worst(const char* name, dtype type, double low, double high, Exact exact) -> double {
  const auto n = index_t{20000};
  auto x = linspace(low, high, n);
  for (index_t i = 1; i < n; i += 2) {
    const double small =
        std::ldexp(1 + static_cast<double>(i) / 20000, static_cast<int>(-i % 1000 * (type == float32 ? 148 : 1073) / 1000));
    x.set(i % 4 == 1 ? std::min(small, high) : std::max(-small, low), i);
  }
  x = x.cast(type).cast(float64);
  const array typed[] = {x.cast(type)};
  const auto y = seegrad::detail::compute_pointwise(*find_operation(name), typed).cast(float64);
  double most = 0;
  for (index_t i = 0; i < n; ++i) {
    const auto truth = exact(static_cast<long double>(x.at(i)));
    const int digits = type == float32 ? 24 : 53, lowest = type == float32 ? -126 : -1022;
    const int e = truth == 0 ? lowest : std::max(lowest, std::ilogb(truth));
    most = std::max(most, static_cast<double>(std::abs(y.at(i) - truth) / std::ldexp(1.0L, e - digits + 1)));
  }
  return most;
}

struct set_back {
  instruction_set before = seegrad::detail::instructions();
  ~set_back() { limit_instructions(before); }
};
constexpr instruction_set all_sets[] = {instruction_set::baseline, instruction_set::avx2, instruction_set::avx512};

}  // namespace

TEST_CASE("exp, tanh and gelu over arrays keep their digits with every instruction set") {
  const set_back end;
  const auto e = [](long double x) { return std::exp(x); };
  const auto t = [](long double x) { return std::tanh(x); };
  const auto g = [](long double x) { return 0.5L * x * std::erfc(-x / std::sqrt(2.0L)); };
  for (auto s : all_sets) {
    limit_instructions(s);
    CAPTURE(name_of(s));
    CHECK(worst("exp", float32, -104, 88.7, e) <= 1.05);
    CHECK(worst("exp", float64, -745, 709.7, e) <= 0.8);
    CHECK(worst("tanh", float32, -10, 10, t) <= 1.25);
    CHECK(worst("tanh", float64, -20, 20, t) <= 1.25);
    CHECK(worst("gelu", float32, -14.5, 6, g) <= 6.5);
    CHECK(worst("gelu", float64, -38.6, 9, g) <= 6.5);
  }
}

TEST_CASE("NaN stays NaN, whatever its digits, and zeros keep their sign") {
  const set_back end;
  for (auto s : all_sets) {
    limit_instructions(s);
    for (const char* name : {"exp", "tanh", "gelu"}) {
      CAPTURE(name);
      std::vector<float> singles;
      std::vector<double> doubles;
      for (int bit = 0; bit < 23; ++bit)
        for (std::uint32_t sign : {0x7f800000u, 0xff800000u})
          singles.push_back(std::bit_cast<float>(sign | 0x400000u | 1u << bit));
      for (int bit = 0; bit < 52; ++bit) doubles.push_back(std::bit_cast<double>(0x7ff8000000000000u | std::uint64_t{1} << bit));
      const array nan[] = {array(std::span<const float>(singles), {static_cast<index_t>(singles.size())}),
                           array(std::span<const double>(doubles), {static_cast<index_t>(doubles.size())})};
      for (const auto& x : nan) CHECK(all(isnan(seegrad::detail::compute_pointwise(*find_operation(name), std::span(&x, 1)))));
    }
    for (const char* name : {"tanh", "gelu"})
      for (auto type : {float32, float64})
        for (double zero : {0.0, -0.0}) CHECK(std::signbit(value_of(*find_operation(name), {zero}, type)) == std::signbit(zero));
  }
}

TEST_CASE("results that are not normal numbers, or nearly too large, keep their digits") {
  std::vector<known> doubles, floats;
  for (double x : {-708.3964185322641, -710.0, -720.0, -744.0, -745.1, -746.0, 709.1, 709.78, 709.79})
    doubles.push_back({"exp", {x}, std::exp(x)});
  for (double x : {-1022.0, -1022.5, -1060.5, -1074.0, 1023.0, 1023.75, 1024.0}) doubles.push_back({"exp2", {x}, std::exp2(x)});
  floats.push_back({"exp", {89.0}, infinity});
  for (double x : {-87.5, -88.0, -95.0, -103.0, -104.5, 88.5}) floats.push_back({"exp", {x}, std::exp(x)});
  for (double x : {-126.0, -126.5, -140.5, -149.0, 127.0, 127.75}) floats.push_back({"exp2", {x}, std::exp2(x)});
  for (double x : {26.6, 26.9, 27.1, 27.2}) doubles.push_back({"erfc", {x}, std::erfc(x)});
  for (double x : {9.25, 9.5, 10.0}) floats.push_back({"erfc", {x}, std::erfc(x)});
  for (double x : {-709.0, -720.0, -744.0})
    for (const char* name : {"sigmoid", "softplus"}) doubles.push_back({name, {x}, std::exp(x)});
  for (double x : {-88.0, -95.0, -103.0})
    for (const char* name : {"sigmoid", "softplus"}) floats.push_back({name, {x}, std::exp(x)});
  for (const char* name : {"silu", "mish"}) {
    for (auto [x, y] :
         {std::pair{-720.0, -1.46320617774547e-310}, {-745.0, -2.105e-321}, {-746.0, -7.76e-322}, {-750.0, -1.5e-323}})
      doubles.push_back({name, {x}, y});
    for (auto [x, y] : {std::pair{-89.0, -1.98235357e-37}, {-100.0, -3.72007597602e-42}, {-105.0, -2.63189584969e-44}})
      floats.push_back({name, {x}, y});
  }
  doubles.push_back({"logaddexp", {1e308, 1e308}, 1e308});
  floats.push_back({"logaddexp", {3e38, 3e38}, static_cast<double>(3e38f)});
  check_within(4, doubles, float64);
  check_within(4, floats, float32);
}

TEST_CASE("roots and poles of sin, cos and tan that are not at 0") {
  std::vector<known> doubles;
  for (int k : {1, 2, 3, 7, 14, 19, 20, 37, 40, 41, 100, 1001, 123456}) {
    const double x = k * (std::numbers::pi / 2);
    for (double at : {x, -x, std::nextafter(x, 0.0)}) {
      doubles.push_back({"sin", {at}, std::sin(at)});
      doubles.push_back({"cos", {at}, std::cos(at)});
      doubles.push_back({"tan", {at}, std::tan(at)});
    }
  }
  check_within(3, doubles, float64);
}

TEST_CASE("the tail of gelu, and erfc between") {
  check_within(6,
               {{"gelu", {-1.3}, -0.12584062996129342},
                {"gelu", {-3.2492}, -0.0018801508559710455},
                {"gelu", {-10.0}, -7.619853024160526e-23},
                {"gelu", {-20.0}, -5.507248237212468e-88},
                {"gelu", {-36.739999999995575}, -3.0849619979886947e-294}},
               float64);
  check_within(
      6, {{"gelu", {-3.25}, -0.00187533138777}, {"gelu", {-10.0}, -7.61985302416e-23}, {"gelu", {-12.5}, -4.6657053736e-35}},
      float32);
  std::vector<known> doubles, floats;
  for (int i = -400; i < 1600; ++i) {
    const double x = i / 64.0;
    doubles.push_back({"erfc", {x}, std::erfc(x)});
    if (x < 9) floats.push_back({"erfc", {x}, std::erfc(x)});
  }
  check_within(6, doubles, float64);
  check_within(4, floats, float32);
}

TEST_CASE("digamma far below 0, polygamma of high order or far from 0") {
  check_within(4,
               {{"digamma", {-67108863.99999999}, -134217709.97817327},
                {"digamma", {-1000000.3}, 16.098012025764003},
                {"polygamma", {2, 1.34e154}, -5.56916907997327e-309},
                {"polygamma", {3, 1e-200}, infinity},
                {"polygamma", {8, 3.4028234663852882e+38}, -2.8035943985767833e-305},
                {"polygamma", {12, 12}, -7.110163679899815e-06},
                {"polygamma", {17, 2.2453963625072685e+17}, 2.2317129977258677e-282},
                {"polygamma", {20, 2524275224459194.5}, -1.1024541235115657e-291},
                {"polygamma", {100, 1e5}, 0},
                {"polygamma", {150, 0.5}, -1.6308828138761189e+308},
                {"polygamma", {150, 1000}, -4.101778391925375e-190}},
               float64);
}

TEST_CASE("gelu and its relatives at the ends") {
  for (const char* name : {"gelu", "silu", "mish"})
    for (auto type : {float64, float32})
      for (double x : {infinity, type == float64 ? 1.7e308 : 3e38, -infinity, type == float64 ? -1.7e308 : -3e38}) {
        CAPTURE(x);
        const double y = value_of(*find_operation(name), {x}, type), expected = x > 0 ? x : 0;
        CHECK(y == (type == float32 ? static_cast<double>(static_cast<float>(expected)) : expected));
        CHECK(find_operation(name)->value(&x) == expected);
      }
}

TEST_CASE("fma over arrays is rounded once, and zeros keep their sign") {
  for (auto type : {float64, float32}) {
    const double a = type == float64 ? 1 + 0x1p-40 : 1 + 0x1p-20;
    CHECK(value_of(*find_operation("fma"), {a, a, -(2 * a - 1)}, type) == (a - 1) * (a - 1));
    for (const char* name : {"floor", "ceil", "trunc"}) {
      CHECK(std::signbit(value_of(*find_operation(name), {-0.0}, type)));
      CHECK(!std::signbit(value_of(*find_operation(name), {0.0}, type)));
    }
    for (const char* name : {"ceil", "trunc"}) CHECK(std::signbit(value_of(*find_operation(name), {-0.5}, type)));
    CHECK(std::signbit(value_of(*find_operation("neg"), {0.0}, type)));
    CHECK(!std::signbit(value_of(*find_operation("neg"), {-0.0}, type)));
  }
}

TEST_CASE("a number gets the same result whatever stands beside it") {
  for (const auto* op : operations())
    for (auto type : {float64, float32}) {
      const auto middle = [&](double beside) {
        std::vector<array> x;
        for (int i = 0; i < op->arity; ++i) {
          const auto in = op->samples[static_cast<std::size_t>(i)];
          auto one = full({64}, beside);
          for (index_t k = 1; k < 64; k += 2) one.set(in.low + (in.high - in.low) * static_cast<double>(k) / 64, k);
          x.push_back(one.cast(type));
        }
        return seegrad::detail::compute_pointwise(*op, x);
      };
      const auto expected = middle(1);
      for (double beside : {100.0, 709.5, -720.0, 88.5, -95.0, 1050.5, 1e8, 0.5e-310}) {
        const auto got = middle(beside);
        CAPTURE(op->name);
        CAPTURE(beside);
        for (index_t k = 1; k < 64; k += 2)
          CHECK((got.get({k}) == expected.get({k}) || (std::isnan(got.get({k})) && std::isnan(expected.get({k})))));
      }
    }
}
