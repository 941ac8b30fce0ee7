// A program written as C++ and compiled, against the program.

#include "cpp_functions/program.hpp"

#include "program_as_written.hpp"

#include <doctest/doctest.h>
#include <random>

#include "message.hpp"

using namespace seegrad;

TEST_CASE("a written program gives the numbers of the program, and knows its branches") {
  const auto p = mine::made();
  std::mt19937 random(5);
  std::uniform_real_distribution<double> draw(-2, 2);
  int answered = 0, refused = 0;
  for (int k = 0; k < 500; ++k) {
    const std::array x{draw(random), draw(random), draw(random)};
    const std::array w{1.0, draw(random)};
    double y[2] = {}, again[2] = {}, slopes[3] = {}, expected_y[2] = {}, expected[3] = {};
    const bool ok = written_program(x.data(), y);
    CHECK(written_program_vjp(x.data(), w.data(), again, slopes) == ok);
    CHECK(ok == (x[0] > x[1]));
    if (!ok) {
      ++refused;
      CHECK_THROWS_AS(p.vjp(x, w, expected, expected_y), guard_failure);
      continue;
    }
    ++answered;
    p.vjp(x, w, expected, expected_y);
    for (int i = 0; i < 2; ++i) CHECK(y[i] == doctest::Approx(expected_y[i]).epsilon(1e-14));
    for (int i = 0; i < 2; ++i) CHECK(again[i] == y[i]);
    for (int i = 0; i < 3; ++i) CHECK(slopes[i] == doctest::Approx(expected[i]).epsilon(1e-13).scale(1e-13));
  }
  CHECK(answered > 100);
  CHECK(refused > 100);
}

TEST_CASE("what cannot be written says so") {
  const auto p = mine::made();
  CHECK(contains(message_of([&] { p.to_cpp("two words"); }), "'two words' is no name of a function"));
  graph g(with_guards);
  const scalar x = input(1.0), y = isnan(x) ? x : x * x;
  CHECK(contains(message_of([&] { compile(y, wrt(x)).to_cpp("f"); }), "only comparisons can be written"));
}
