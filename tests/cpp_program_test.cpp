// A program written as C++ and compiled, against the program.

#include "cpp_functions/program.hpp"

#include "program_as_written.hpp"

#include <doctest/doctest.h>
#include <random>

#include "message.hpp"
#include "scratch_folder.hpp"

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

TEST_CASE("built by the compiler, loaded, and found again") {
  const scratch_folder folder;
  const auto cache = (folder / "cache").string();
  ::setenv("SEEGRAD_CACHE", cache.c_str(), 1);
  graph g(with_guards);
  const auto x = inputs(std::array{0.5, 1.5});
  const std::array ys = {x[0] < 1 ? tanh(x[0] * x[1]) / x[1] : x[1], sqrt(x[0])};
  const auto p = compile(ys, x, backend::interpreter), q = compile(ys, x, backend::compiler),
             again = compile(ys, x, backend::compiler);
  CHECK(std::distance(std::filesystem::directory_iterator(cache), {}) == 1);
  std::vector<double> points, a(80), b(80), slopes(2), expected(2), y(2), z(2);
  for (int k = 0; k < 40; ++k) points.insert(points.end(), {0.02 * k, 1.0 + 0.1 * k});
  p.values_at(points, a), q.values_at(points, b);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(b[i] == doctest::Approx(a[i]).epsilon(1e-14));
  for (const auto* built : {&q, &again}) {
    p.vjp(std::array{0.25, 3.0}, std::array{1.0, -2.0}, expected, y),
        built->vjp(std::array{0.25, 3.0}, std::array{1.0, -2.0}, slopes, z);
    for (std::size_t i = 0; i < 2; ++i) CHECK(slopes[i] == doctest::Approx(expected[i]).epsilon(1e-14));
    CHECK(z[1] == y[1]);
  }
  CHECK(contains(message_of([&] { q.values(std::array{2.0, 1.0}, y); }), "guard 0"));
  CHECK_THROWS_AS(q.values_at(std::array{0.5, 1.0, 2.0, 1.0}, std::span(b).first(4)), guard_failure);
  const auto jacobian = q.jacobian(std::array{0.25, 3.0}), by_hand = p.jacobian(std::array{0.25, 3.0});
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(jacobian.elements<double>()[i] == doctest::Approx(by_hand.elements<double>()[i]).epsilon(1e-14));

  ::setenv("CXX", "no-such-compiler", 1);
  CHECK(contains(message_of([&] { compile(ys[1], x, backend::compiler); }), "the compiler no-such-compiler was not found"));
  ::setenv("CXX", "false", 1);
  CHECK(contains(message_of([&] { compile(ys[1], x, backend::compiler); }), "false failed"));
  ::unsetenv("CXX");
  std::filesystem::permissions(cache, std::filesystem::perms::all);
  CHECK(contains(message_of([&] { compile(ys[1], x, backend::compiler); }), "not yours alone"));
  CHECK(std::distance(std::filesystem::directory_iterator(cache), {}) == 1);
  const scalar odd = isnan(x[0]) ? x[0] : x[1];
  CHECK(contains(message_of([&] { compile(odd, x, backend::compiler); }), "only comparisons"));
}
