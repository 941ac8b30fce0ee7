// Arrays as text. What is expected was printed by numpy 1.24.
#include <autodiff/array/create.hpp>
#include <autodiff/array/npy.hpp>
#include <autodiff/array/print.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>

#include "numpy_program.hpp"

using namespace seegrad;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity(), NaN = std::numeric_limits<double>::quiet_NaN();
}

TEST_CASE("numbers line up") {
  CHECK(to_string(array{1.0, 2.5, -3.0}) == "[ 1.   2.5 -3. ]");
  CHECK(to_string(array{{1.0, 2.5}, {3.0, 4.25}}) == "[[1.   2.5 ]\n [3.   4.25]]");
  CHECK(to_string(array{1e-5, 1.0}) == "[1.e-05 1.e+00]");
  CHECK(to_string(array{1.5e10, 1e-300}) == "[1.5e+010 1.0e-300]");
  CHECK(to_string(array{1e8}) == "[1.e+08]");
  CHECK(to_string(array{99999999.0, 1e5 + 0.5}) == "[99999999.    100000.5]");
  CHECK(to_string(array{0.001, 1.0}) == "[0.001 1.   ]");
  CHECK(to_string(array{0.001, 1.001}) == "[1.000e-03 1.001e+00]");
  CHECK(to_string(array{1.0 / 3, 2.0}) == "[0.33333333 2.        ]");
  CHECK(to_string(array{NaN, inf, -inf, -0.0, 1.0}) == "[ nan  inf -inf  -0.   1.]");
  CHECK(to_string(array{NaN}) == "[nan]");
  CHECK(to_string(array{-inf, NaN}) == "[-inf  nan]");
  CHECK(to_string(array{NaN, 1e-10}) == "[   nan 1.e-10]");
  CHECK(to_string(array({0.1, 1.0 / 3}, float32)) == "[0.1        0.33333334]");
  CHECK(to_string(array({1.1, 16777216.0}, float32)) == "[1.1000000e+00 1.6777216e+07]");
  CHECK(to_string(array{10, -3, 2}) == "[10 -3  2]");
  CHECK(to_string(array{{true, false}, {false, false}}) == "[[ True False]\n [False False]]");
}

TEST_CASE("shapes") {
  CHECK(to_string(array(0.1)) == "0.1");
  CHECK(to_string(array(1e16)) == "1e+16");
  CHECK(to_string(array(-1.5e-7)) == "-1.5e-07");
  CHECK(to_string(array(1.0 / 3)) == "0.3333333333333333");
  CHECK(to_string(full({}, 0.1, float32)) == "0.1");
  CHECK(to_string(full({}, 3, int64)) == "3");
  CHECK(to_string(full({}, 1, boolean)) == "True");
  CHECK(to_string(array()) == "[]");
  CHECK(to_string(zeros({3, 0, 2})) == "[]");
  CHECK(to_string(arange(8, int64).reshape({2, 2, 2})) == "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]");
  CHECK(to_string(array{{1, 2}, {3, 4}}.permute({1, 0})) == "[[1 3]\n [2 4]]");
  CHECK(to_string(arange(1001, int64)) == "[   0    1    2 ...  998  999 1000]");
  CHECK(
      to_string(arange(1200).reshape({300, 4})) ==
      "[[0.000e+00 1.000e+00 2.000e+00 3.000e+00]\n [4.000e+00 5.000e+00 6.000e+00 7.000e+00]\n [8.000e+00 9.000e+00 1.000e+01 1.100e+01]\n"
      " ...\n [1.188e+03 1.189e+03 1.190e+03 1.191e+03]\n [1.192e+03 1.193e+03 1.194e+03 1.195e+03]\n [1.196e+03 1.197e+03 1.198e+03 1.199e+03]]");
  CHECK(to_string(arange(30, int64)) ==
        "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29]");
}

TEST_CASE("forms") {
  const array x({1.0 / 3, 2.0}, float32);
  CHECK(fmt::format("{}", x) == "[0.33333334 2.        ]");
  CHECK(fmt::format("{:.3}", x) == "[0.333 2.   ]");
  CHECK(fmt::format("{:.0}", x) == "[0. 2.]");
  CHECK(fmt::format("{:r}", x) == "array([0.33333334, 2.        ], dtype=float32)");
  CHECK(fmt::format("{:.2r}", x) == "array([0.33, 2.  ], dtype=float32)");
  CHECK(fmt::format("{:.3}", array(2.0 / 3)) == "0.667");
  CHECK(fmt::format("{:r}", zeros({0, 3}, int64)) == "array([], shape=(0, 3), dtype=int64)");
  CHECK(fmt::format("{:r}", array{{1, 2}, {3, 4}}) == "array([[1, 2],\n       [3, 4]], dtype=int64)");
  CHECK_THROWS_AS(static_cast<void>(fmt::format(fmt::runtime("{:x}"), x)), fmt::format_error);
  std::ostringstream out;
  out << array{1, 2};
  CHECK(out.str() == "[1 2]");
  CHECK(to_string(arange(5, int64), {.threshold = 4, .edge = 1}) == "[0 ... 4]");
}

TEST_CASE("a thousand arrays as numpy prints them") {
  if (lacks_numpy()) return;
  const scratch_folder folder;
  std::mt19937 random(11);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int i = 0; i < 1000; ++i) {
    dims shape;
    for (int r = pick(5); r > 0; --r) shape.push(pick(20) == 0 ? 0 : 1 + pick(pick(6) == 0 ? 40 : 5));
    if (elements(shape) > 200000) continue;
    const auto type = static_cast<dtype>(pick(2) ? 3 : pick(4));
    auto x = array::uninitialized(type, shape);
    const int decimals = pick(6), range = pick(4), special = pick(3);
    seegrad::detail::with_type(type, [&]<class T>(T) {
      for (auto& v : x.writable<T>()) {
        const double u = static_cast<double>(random()) / 4294967296.0 - 0.5;
        if constexpr (std::same_as<T, bool>) v = pick(2);
        else if constexpr (std::same_as<T, std::int64_t>) v = static_cast<T>(u * std::pow(10.0, 1 + 3 * range));
        else if (special == 0 && pick(5) == 0)
          v = static_cast<T>(std::vector<double>{NaN, inf, -inf, 0.0, -0.0}[static_cast<std::size_t>(pick(5))]);
        else if (range == 0) v = static_cast<T>(std::round(u * std::pow(10.0, decimals)) / std::pow(10.0, decimals - 1));
        else if (range == 1) v = static_cast<T>(10 * u);
        else if (range == 2) v = static_cast<T>(std::ldexp(u, pick(60) - 30));
        else v = static_cast<T>(std::ldexp(u, pick(2000) - 1000));
      }
    });
    const auto name = std::to_string(i);
    save_npy(folder / (name + ".npy"), x);
    std::ofstream(folder / (name + ".txt")) << x;
    std::ofstream(folder / (name + ".repr")) << fmt::format("{:r}", x);
  }
  CHECK(oracle("print", folder.path));
}
