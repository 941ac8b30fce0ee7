// Programs in files: the same program, to the last digit, and no harm from any file.

#include <autodiff/autodiff.hpp>
#include <autodiff/check/check_program.hpp>
#include <autodiff/run/array_program.hpp>
#include <autodiff/run/program.hpp>
#include <autodiff/run/traced_function.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <random>
#include <sstream>

#include "message.hpp"
#include "scratch_folder.hpp"

using namespace seegrad;

namespace {

auto read_all(const std::filesystem::path& file) -> std::string {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}
auto write_all(const std::filesystem::path& file, std::string_view text) -> void { std::ofstream(file) << text; }

auto branching(std::span<const scalar> x) -> std::array<scalar, 2> {
  const scalar u = x[0] < 0.7 ? x[0] * sin(x[1]) : exp(x[1]);
  return {u * u + 0.1 * x[2] / u - tanh(u) * x[2], max(u, x[2]) * 1e-300};
}
auto long_sum(std::span<const scalar> x) -> scalar {
  scalar sum = 0;
  for (int i = 0; i < 900; ++i) sum += exp(x[0] * (0.001 * i)) / (1 + square(x[1] - 0.01 * i)) + x[2];
  return sum;
}

auto expect_same(const program& p, const program& q, const std::vector<double>& at) -> void {
  std::vector<double> w(p.results(), 0.75), y(p.results()), z(p.results()), d(p.inputs()), e(p.inputs());
  REQUIRE(p.inputs() == q.inputs());
  REQUIRE(p.results() == q.results());
  p.vjp(at, w, d, y), q.vjp(at, w, e, z);
  CHECK(y == z);
  CHECK(d == e);
  p.values(at, y), q.values(at, z);
  CHECK(y == z);
  CHECK(p.size_with_slopes() == q.size_with_slopes());
}

}  // namespace

TEST_CASE("saved and loaded: the same numbers, guards and size; and saved again the same text") {
  const scratch_folder folder;
  graph g(with_guards);
  const auto x = inputs(std::array{0.5, 1.0, -2.0});
  const auto p = compile(branching(x), x);
  p.save(folder / "p.txt");
  const auto q = load_program(folder / "p.txt");
  expect_same(p, q, {0.25, 2.0, 3.0});
  std::vector<double> y(2);
  CHECK(message_of([&] {
          q.values(std::array{0.8, 1.0, 1.0}, y);
        }) == message_of([&] {
          p.values(std::array{0.8, 1.0, 1.0}, y);
        }));
  CHECK(contains(message_of([&] { q.values(std::array{0.8, 1.0, 1.0}, y); }), "guard 0"));
  q.save(folder / "q.txt");
  expect_same(p, load_program(folder / "q.txt", backend::machine_code), {0.1, -2.0, 0.5});

  const auto wide = compile(long_sum(x), x);
  wide.save(folder / "wide.txt");
  expect_same(wide, load_program(folder / "wide.txt"), {0.3, 2.0, 1.0});
  const auto nothing = compile(x[1], x);
  nothing.save(folder / "nothing.txt");
  expect_same(nothing, load_program(folder / "nothing.txt"), {0.3, 2.0, 1.0});
}

TEST_CASE("no file does harm: cut off after each line, and changed at random") {
  const scratch_folder folder;
  graph g(with_guards);
  const auto x = inputs(std::array{0.5, 1.0, -2.0});
  compile(branching(x), x).save(folder / "p.txt");
  const auto text = read_all(folder / "p.txt");
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (text[at] != '\n') continue;
    write_all(folder / "bad.txt", text.substr(0, at + 1));
    if (text.substr(at + 1).empty()) continue;
    CHECK(contains(message_of([&] { load_program(folder / "bad.txt"); }), "bad.txt: line"));
  }
  std::mt19937 random(1);
  int refused = 0;
  for (int turn = 0; turn < 3000; ++turn) {
    auto changed = text;
    for (int k = 0; k < 1 + turn % 3; ++k) {
      const auto at = random() % changed.size();
      const std::string_view letters = "0123456789 -\n.abcdefgnv\xff";
      if (random() % 4 == 0) changed.erase(at, random() % 12);
      else changed[at] = letters[random() % letters.size()];
    }
    write_all(folder / "bad.txt", changed);
    try {
      const auto q = load_program(folder / "bad.txt", turn % 2 ? backend::automatic : backend::machine_code);
      std::vector<double> at(q.inputs(), 0.5), w(q.results(), 1.0), y(q.results()), d(q.inputs());
      q.vjp(at, w, d, y);
      q.values(at, y);
    } catch (const error&) {
      ++refused;
    }
  }
  CHECK(refused > 1000);
  CHECK(refused < 2990);  // some changes make another program
}

TEST_CASE("what is wrong with a file is said, with its line") {
  const scratch_folder folder;
  const auto of = [&](std::string_view text) {
    write_all(folder / "bad.txt", text);
    return message_of([&] { load_program(folder / "bad.txt"); });
  };
  const std::string head = "seegrad program 1\ninput 0\nseed 1\n";
  CHECK(contains(of("PK"), "it is no program of seegrad"));
  CHECK(contains(of("seegrad program 2\n"), "another version"));
  CHECK(contains(of(""), "cut off"));
  CHECK(contains(of(head + "value 2 frob 0\n"), "line 4: there is no operation \"frob\""));
  CHECK(contains(of(head + "value 2 exp 7\n"), "line 4: an operand is slot 7, and nothing is in it yet"));
  CHECK(contains(of(head + "value 2 mul 0\n"), "line 4: an operand is missing"));
  CHECK(contains(of(head + "value 4000000000 exp 0\n"), "line 4: slot 4000000000 is beyond"));
  CHECK(contains(of(head + "value 2 exp 0 0\n"), "line 4: there is more than it should have"));
  CHECK(contains(of(head + "forward\nvjp 3 exp 1 0 1 0\n"), "line 5: exp has no operand 1"));
  CHECK(contains(of(head + "forward\nvjp_add 0 exp 0 0 1 0\n"), "line 5: a derivative is added to a slot that holds none"));
  CHECK(contains(of(head + "forward\nresult 0\nend\n"), "a slope for each input"));
  CHECK(contains(of(head + "value 2 exp 1\n"), "line 4: an operand is a slot that holds a seed or a derivative"));
  CHECK(contains(of(head + "forward\nresult 1\n"), "line 5: the result is a slot that holds a seed or a derivative"));
  CHECK(contains(of(head + "forward\nvalue 2 exp 0\nresult 2\n"),
                 "line 6: the result is a slot that holds a seed or a derivative, or is computed"));
  CHECK(contains(of(head + "forward\nvalue 2 exp 1\n"), "line 5: an operand is a slot that holds a seed"));
  CHECK(contains(of(head + "forward\nvalue 2 exp 0\nvjp_add 2 exp 0 0 1 0\n"),
                 "line 6: a derivative is added to a slot that holds none"));
  CHECK(contains(of(head + "constant x 1\n"), "the slot is \"x\", which is no number there"));
  CHECK(contains(message_of([&] { load_program(folder / "none.txt"); }), "none.txt"));
  graph g(with_guards);
  const scalar x = input(2.5), y = x * static_cast<double>(static_cast<int>(x));
  CHECK(contains(message_of([&] { compile(y, wrt(x)).save(folder / "p.txt"); }), "only comparisons"));
  CHECK(!std::filesystem::exists(folder / "p.txt"));
}

TEST_CASE("a program is recorded, drawn and checked") {
  graph g(with_guards);
  const auto x = inputs(std::array{0.5, 1.0, -2.0});
  const auto p = compile(branching(x)[0], x);
  const auto recorded = p.record(x)[0];
  CHECK(recorded.value() == p.value(std::array{0.5, 1.0, -2.0}));
  CHECK(gradient(recorded, x) == p.gradient(std::array{0.5, 1.0, -2.0}));
  const auto report = check(p, {0.25, 1.5, 1.0});
  CHECK(report.passed());
  CHECK_THROWS_AS(check(p, {0.9, 1.5, 1.0}), guard_failure);
  const auto dot = picture(p, std::array{0.25, 1.5, 1.0}).to_dot();
  CHECK(contains(dot, "x[1]"));
  CHECK(contains(dot, "tanh"));
  CHECK(contains(picture(compile(branching(x), x), std::array{0.25, 1.5, 1.0}).to_dot(), "y[1]"));

  const auto fast = traced([](const auto& v) { return v[0] > 0 ? v[0] * sin(v[1]) : v[1]; });
  CHECK(check(fast, std::vector{0.5, 2.0}).passed());
  CHECK(contains(picture(fast, std::vector{0.5, 2.0}).to_dot(), "sin"));
  CHECK(!contains(picture(fast, std::vector{-0.5, 2.0}).to_dot(), "sin"));
  CHECK(fast.programs() == 2);

  const tensor W = input(array{{1.0, 2.0}, {3.0, 4.0}});
  const auto q = compile(sum(tanh(matmul(W, W))), wrt(W));
  CHECK(contains(picture(q, std::array{array{{1.0, 0.0}, {0.5, 1.0}}}).to_dot(), "tanh"));
  CHECK(q.record(std::array{W})[0].value().item() == q.value(std::array{W.value()}).item());
}
