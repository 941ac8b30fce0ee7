// Programs of arrays in files: the same program, to the bit, and no harm from any file.

#include <autodiff/array/npz.hpp>
#include <autodiff/array/same_bits.hpp>
#include <autodiff/array/zip.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/array_program.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <random>
#include <sstream>

#include "message.hpp"
#include "scratch_folder.hpp"
#include "structural_cases.hpp"

using namespace seegrad;

namespace {

using entries = std::vector<std::pair<std::string, std::string>>;

auto unpacked(const std::filesystem::path& file) -> entries {
  std::ifstream in(file, std::ios::binary);
  entries all;
  for (const auto& e : seegrad::detail::zip::directory(in)) {
    seegrad::detail::zip::entry_source from(in, e);
    std::string bytes(static_cast<std::size_t>(e.size), ' ');
    from.read(bytes.data(), bytes.size());
    from.finish();
    all.emplace_back(e.name, std::move(bytes));
  }
  return all;
}
auto pack(const std::filesystem::path& file, const entries& all) -> void {
  std::ofstream out(file, std::ios::binary);
  seegrad::detail::zip::writer archive(out);
  for (const auto& [name, bytes] : all) archive.add(name, {bytes}, false);
  archive.finish();
}

// Inputs as nodes, all else as constants.
template <class F>
auto compiled(F f, const std::vector<array>& x) -> std::optional<array_program> {
  const auto t = inputs(x);
  std::vector<tensor> xs;
  for (const auto& each : t)
    if (!each.is_constant()) xs.push_back(each);
  if (xs.empty()) return {};
  const auto y = f(t);
  if (y.is_constant()) return {};
  return compile(std::array{y, y * 1.0}, xs);
}

auto given(const std::vector<array>& x) -> std::vector<array> {
  std::vector<array> out;
  for (const auto& a : x)
    if (a.is_floating()) out.push_back(a);
  return out;
}

auto expect_same(const array_program& p, const array_program& q, const std::vector<array>& x) -> void {
  CHECK(p == q);
  const auto a = p.values(x), b = q.values(x);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(detail::same_bits(a[i], b[i]));
}

template <class F>
auto each_program(F f) -> void {
  each_case([&](const operation& op, const structural_case& c) {
    graph g;
    if (const auto p = compiled([&](const auto& t) { return record_structural(op, c.parameters, t); }, c.operands))
      f(*p, given(c.operands));
  });
  for (const auto* op : operations()) {
    CAPTURE(op->name);
    const dims shapes[] = {{2, 3}, {3}, {2, 1}};
    std::vector<array> x;
    for (int i = 0; i < op->arity; ++i) x.push_back(positive_values(shapes[i], 1));
    graph g;
    const auto p = compiled(
        [&](const auto& t) {
          tensor y;
          op->record_tensor(t.data(), y);
          return y;
        },
        x);
    if (p) f(*p, x);
  }
}

}  // namespace

TEST_CASE("every operation, with its parameters: saved and loaded it is the same program") {
  const scratch_folder folder;
  each_program([&](const array_program& p, const std::vector<array>& x) {
    p.save(folder / "p.program");
    expect_same(p, load_array_program(folder / "p.program"), x);
  });
}

// The bits of a product of one row go by how its matrix lies.
TEST_CASE("constants lie in a file as they do in memory") {
  const scratch_folder folder;
  generator r(1);
  const array W = transpose(randn(r, {70, 300})), batches = swap_axes(randn(r, {2, 9, 300}), 1, 2), x = randn(r, {1, 300});
  REQUIRE_FALSE(detail::same_bits(matmul(x, W), matmul(x, W.contiguous())));
  graph g;
  const tensor t = input(x);
  const auto p = compile(matmul(t, W) + sum(matmul(t, batches)), wrt(t));
  p.save(folder / "p.program");
  expect_same(p, load_array_program(folder / "p.program"), {x});
  CHECK(detail::same_bits(p.values(std::array{x})[0], matmul(x, W) + sum(matmul(x, batches))));
}

TEST_CASE("a network with numbers, constants of all types, inputs without slopes, and guards") {
  const scratch_folder folder;
  graph g(with_guards);
  const tensor W = input(sample_values({3, 4}, 1).cast(float32)), b = input(sample_values({3}, 2).cast(float32));
  const tensor data = input(sample_values({5, 4}, 3).cast(float32));
  const scalar k = input(0.5);
  const tensor h = linear(data, W, b) * k + where(array{true, false, true}, 0.25, 0.5);
  const scalar norm = item(sum(h * h));
  const tensor y = norm > 0 ? gather(log_softmax(h), array{{0}, {1}, {2}, {0}, {1}}.cast(int64), 1) / norm : h;
  const std::vector ys{sum(y).ref(), y.ref()}, xs{W.ref(), b.ref(), k.ref()}, others{data.ref()};
  const auto p = seegrad::detail::compile_arrays(ys, xs, others);
  p.save(folder / "p.program");
  const auto q = load_array_program(folder / "p.program");
  const std::vector<array> at{W.value() * 2.0, b.value(), array(0.75), data.value()};
  expect_same(p, q, at);
  const std::array seeds{array(1.0f), array()};
  const auto d = p.vjp(at, seeds).second, e = q.vjp(at, seeds).second;
  REQUIRE(d.size() == 3);
  for (std::size_t i = 0; i < d.size(); ++i) CHECK(detail::same_bits(d[i], e[i]));
  CHECK_THROWS_AS(q.values(std::vector{zeros({3, 4}, float32), zeros({3}, float32), array(0.0), data.value() * NAN}),
                  guard_failure);
  q.save(folder / "again.program");
  CHECK(unpacked(folder / "p.program") == unpacked(folder / "again.program"));
}

TEST_CASE("no file does harm: numbers in its text changed at random, lines left out") {
  const scratch_folder folder;
  std::mt19937 random(1);
  int refused = 0, ran = 0;
  each_program([&](const array_program& p, const std::vector<array>& x) {
    p.save(folder / "p.program");
    const auto good = unpacked(folder / "p.program");
    for (int turn = 0; turn < 40; ++turn) {
      auto bad = good;
      auto& text = bad[0].second;
      for (int k = 0; k < 1 + turn % 2; ++k) {
        std::vector<std::size_t> digits;
        for (std::size_t i = 18; i < text.size(); ++i)
          if (std::isdigit(static_cast<unsigned char>(text[i]))) digits.push_back(i);
        if (digits.empty()) break;
        const auto at = digits[random() % digits.size()];
        if (random() % 5 == 0) text.insert(at, "-");
        else text[at] = static_cast<char>('0' + random() % 10);
      }
      if (turn % 10 == 0) text.erase(text.find('\n', 20), 1 + random() % 30);
      pack(folder / "bad.program", bad);
      try {
        const auto q = load_array_program(folder / "bad.program");
        ++ran;
        q.values(x);
        std::vector<array> seeds(q.results());
        q.vjp(x, seeds);
      } catch (const error&) {
        ++refused;
      }
    }
  });
  CHECK(refused > 1000);
  CHECK(ran > 500);
}

TEST_CASE("what is wrong with a file is said") {
  const scratch_folder folder;
  const auto of = [&](const std::string& text) {
    pack(folder / "bad.program", {{"program.txt", text}});
    return message_of([&] { load_array_program(folder / "bad.program"); });
  };
  const std::string head = "seegrad arrays 1\n", x = head + "input 0 float64 [2,3] slope\n";
  CHECK(contains(of("hello\n"), "it is no program of arrays"));
  CHECK(contains(of("seegrad arrays 2\n"), "another version"));
  CHECK(contains(of(x), "line 3: it is cut off"));
  CHECK(contains(of(head + "input 0 float16 [2,3] slope\n"), "line 2: there is no type \"float16\""));
  CHECK(contains(of(head + "input 0 float64 [2,-3] slope\n"), "line 2: the shape has an extent below 0"));
  CHECK(contains(of(head + "input 0 float64 [99999999,99999999] slope\n"), "larger than any memory"));
  CHECK(contains(of(head + "input 0 float64 (2) slope\n"), "a list as [2,3] is wanted"));
  CHECK(contains(of(head + "input 1 float64 [2] slope\n"), "slot 1 stands where 0 is next"));
  CHECK(contains(of(x + "value 1 array frobnicate 1 0\n"), "line 3: there is no operation \"frobnicate\""));
  CHECK(contains(of(x + "value 1 whole matmul 2 0 0\n"), "line 3: matmul: [2x3] @ [2x3]"));
  CHECK(contains(of(x + "value 1 array exp 2 0 0\n"), "line 3: exp takes 1 operands"));
  CHECK(contains(of(x + "value 1 number exp 1 0\n"), "line 3: exp does not give that of these operands"));
  CHECK(contains(of(x + "value 1 whole sum 1 0 all 2\n"), "must be from 0 to 1"));
  CHECK(contains(of(x + "value 1 array exp 1 7\n"), "an operand is slot 7, and nothing is in it yet"));
  CHECK(contains(of(x + "constant 1 array\n"), "'constant_1.npy' is missing"));
  CHECK(contains(of(x + "guard isnan 0 slot 0 0 number 0 0 x\n"), "no comparison"));
  CHECK(contains(of(x + "guard < 0 slot 0 6 number 0 0 x\n"), "an element that is not there"));
  CHECK(contains(of(x + "result 0 1\n"), "more than it should have"));
  CHECK(contains(of(x + "end\n"), "no result"));
  CHECK(of(x + "result 0\nend\n") == "no error");
  std::ofstream(folder / "text.program") << "no archive";
  CHECK(contains(message_of([&] { load_array_program(folder / "text.program"); }), "text.program"));
  CHECK(contains(message_of([&] { load_array_program(folder / "none.program"); }), "none.program"));
  graph g(with_guards);
  const tensor a = input(array{1.0, 2.0});
  CHECK(contains(message_of([&] { compile(a * detach(a), wrt(a)).save(folder / "p.program"); }), "only comparisons"));
  CHECK(!std::filesystem::exists(folder / "p.program"));
}
