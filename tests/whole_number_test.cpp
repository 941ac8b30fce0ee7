// Whole numbers of 64 bits: exact on their way into arrays, exact in what is computed of them, and wrapping around where they overflow.
// Types and numbers are numpy's.
#include <autodiff/array/create.hpp>
#include <autodiff/array/print.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/replay.hpp>
#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "message.hpp"

using namespace seegrad;

namespace {

using whole = std::vector<std::int64_t>;

constexpr std::int64_t big = 9007199254740993;  // 2^53 + 1, which no double is
constexpr auto lowest = std::numeric_limits<std::int64_t>::min(), highest = std::numeric_limits<std::int64_t>::max();

auto ints(const array& x) -> whole {
  REQUIRE(x.type() == int64);
  return x.to_vector<std::int64_t>();
}

}  // namespace

TEST_CASE("every way in keeps all 64 bits") {
  CHECK(ints(array{big}) == whole{big});
  CHECK(ints(array{{big, 1}, {lowest, highest}}) == whole{big, 1, lowest, highest});
  CHECK(ints(array({big, -big}, int64)) == whole{big, -big});
  CHECK(array({big}, boolean).to_vector<bool>() == std::vector<bool>{true});
  CHECK(ints(array(big)) == whole{big});
  CHECK(ints(array(whole{big, lowest})) == whole{big, lowest});
  CHECK(ints(array(std::vector<unsigned long long>{big})) == whole{big});
  CHECK(ints(array(std::vector<int>{-3})) == whole{-3});
  CHECK(ints(full({2}, big, int64)) == whole{big, big});
  CHECK(ints(full_like(array{1}, highest)) == whole{highest});
  CHECK(ints(arange(big, big + 3, int64)) == whole{big, big + 1, big + 2});
  CHECK(ints(arange(big, big - 5, -2, int64)) == whole{big, big - 2, big - 4});
  CHECK(ints(arange(lowest, highest, highest, int64)) == whole{lowest, -1, highest - 1});
  CHECK(ints(arange(5, 5, int64)).empty());
  CHECK(ints(arange(2.5, int64)) == whole{0, 1, 2});
  auto x = array{0, 0};
  x.set(big, 1);
  x.set(1.75, 0);
  CHECK(ints(x) == whole{1, big});
  CHECK(to_string(array{big, lowest}) == "[    9007199254740993 -9223372036854775808]");
  CHECK(fmt::format("{:r}", array(big)) == "array(9007199254740993, dtype=int64)");
}

TEST_CASE("what no int64 can be is refused, or becomes the lowest one where it is a fraction") {
  const auto too_large = std::numeric_limits<std::uint64_t>::max();
  const std::string said = "array: 18446744073709551615 is larger than any int64; write it as a floating-point number";
  CHECK(message_of([&] { array{too_large}; }) == said);
  CHECK(message_of([&] { array x(too_large); }) == said);
  CHECK(message_of([&] { array x(std::vector<std::uint64_t>{too_large}); }) == said);
  CHECK(array{static_cast<double>(too_large)}.type() == float64);
  CHECK(ints(array({1e300, std::nan("")}, int64)) == whole{lowest, lowest});
  CHECK(ints(full({1}, 1e19, int64)) == whole{lowest});
}

TEST_CASE("types meet as in numpy") {
  const array i{big, 2}, b{true, false}, f({1.5, 2.5}, float32), d{1.5, 2.5};
  CHECK((i + i).type() == int64);
  CHECK((i + b).type() == int64);
  CHECK((b + b).type() == int64);
  CHECK((i + 1).type() == int64);
  CHECK((1 - i).type() == int64);
  CHECK((b * 2).type() == int64);
  CHECK((i + 1.0).type() == float64);
  CHECK((i + f).type() == float64);
  CHECK((i + d).type() == float64);
  CHECK((b * f).type() == float32);
  CHECK((f * 2).type() == float32);
  CHECK((f * 2.5).type() == float32);
  CHECK((i / i).type() == float64);
  CHECK((b / b).type() == float64);
  CHECK(sqrt(i).type() == float64);
  CHECK(exp(b).type() == float64);
  CHECK((array(7) / array(2)).item() == 3.5);
  CHECK(concat(std::vector<array>{i, f}, 0).type() == float64);
  CHECK(concat(std::vector<array>{b, i}, 0).type() == int64);
  // A condition has no part in it.
  CHECK(where(b, i, i).type() == int64);
  CHECK(where(b, i, 0).type() == int64);
  CHECK(where(b, i, 0.5).type() == float64);
  CHECK(where(b, b, b).type() == boolean);
  CHECK(where(i, f, f).type() == float32);
  CHECK(where(d, f, 0).type() == float32);
  CHECK(where(array{1e-300, 0.0}, f, 0).to_vector<float>() == std::vector<float>{1.5f, 0.0f});
  CHECK(where(array(1e-300), f, 0).to_vector<float>() == std::vector<float>{1.5f, 2.5f});
  CHECK(where(f, 1.5, 2.5).type() == float32);
  CHECK(where(d, 1.5, 2.5).type() == float64);
  CHECK(maximum(b, b).type() == boolean);
  CHECK(clamp(b, false, true).type() == boolean);
}

TEST_CASE("arithmetic is exact") {
  const array x{big, -big, 0, 3}, y{1, 1, 1, -2};
  CHECK(ints(x + y) == whole{big + 1, -big + 1, 1, 1});
  CHECK(ints(x - y) == whole{big - 1, -big - 1, -1, 5});
  CHECK(ints(x * y) == whole{big, -big, 0, -6});
  CHECK(ints(-x) == whole{-big, big, 0, -3});
  CHECK(ints(abs(x)) == whole{big, big, 0, 3});
  CHECK(ints(sign(x)) == whole{1, -1, 0, 1});
  CHECK(ints(square(array{94906267, -3})) == whole{9007199515875289, 9});
  CHECK(ints(fma(x, y, 1)) == whole{big + 1, -big + 1, 1, -5});
  CHECK(ints(fmod(array{big, -7, 7, lowest, 5}, array{2, 3, -3, -1, 0})) == whole{1, -1, 1, 0, 0});
  CHECK(ints(floor(x)) == ints(x));
  CHECK(ints(ceil(x)) == ints(x));
  CHECK(ints(round(x)) == ints(x));
  CHECK(ints(trunc(x)) == ints(x));
  CHECK(ints(relu(x)) == whole{big, 0, 0, 3});
  CHECK(ints(maximum(x, big - 1)) == whole{big, big - 1, big - 1, big - 1});
  CHECK(ints(minimum(x, 1 - big)) == whole{1 - big, -big, 1 - big, 1 - big});
  CHECK(ints(clamp(x, 1 - big, big - 1)) == whole{big - 1, 1 - big, 0, 3});
  CHECK(ints(where(x > 0, x, y)) == whole{big, 1, 1, 3});
  CHECK(ints(array{{1}, {2}} + array{10, 20}) == whole{11, 21, 12, 22});
  CHECK(ints(transpose(array{{1, 2}, {3, 4}}) * array{{1, 10}, {100, 1000}}) == whole{1, 30, 200, 4000});
  CHECK((x == big).to_vector<bool>() == std::vector<bool>{true, false, false, false});
  CHECK((x == big - 1).to_vector<bool>() == std::vector<bool>{false, false, false, false});
  CHECK((array(1.0) == array(1.0 + 1e-12)).item() == 0);
}

TEST_CASE("overflow wraps around") {
  const array x{highest, lowest};
  CHECK(ints(x + 1) == whole{lowest, lowest + 1});
  CHECK(ints(x - 1) == whole{highest - 1, highest});
  CHECK(ints(x * 2) == whole{-2, 0});
  CHECK(ints(-x) == whole{-highest, lowest});
  CHECK(ints(abs(x)) == whole{highest, lowest});
  CHECK(sum(array{highest, 1}).data<std::int64_t>()[0] == lowest);
  CHECK(ints(cumsum(array{highest, 1}, 0)) == whole{highest, lowest});
  CHECK(ints(reshape(prod(array{highest, 2}), {1})) == whole{-2});
}

TEST_CASE("over axes") {
  const array x{{big, 1}, {-1, 2}}, b{{true, false}, {true, true}};
  CHECK(ints(sum(x, 0)) == whole{big - 1, 3});
  CHECK(ints(sum(x, 1)) == whole{big + 1, 1});
  CHECK(ints(prod(x, 0)) == whole{-big, 2});
  CHECK(ints(max(x, {0})) == whole{big, 2});
  CHECK(ints(min(x, {0})) == whole{-1, 1});
  CHECK(ints(max(array{lowest, lowest}, {0}, keep_axes)) == whole{lowest});
  CHECK(ints(cumsum(x, 1)) == whole{big, big + 1, -1, 1});
  CHECK(ints(cumprod(x, 1)) == whole{big, big, -1, -2});
  CHECK(ints(sum(b, 0)) == whole{2, 1});
  CHECK(ints(cumsum(b, 1)) == whole{1, 1, 1, 2});
  CHECK(ints(prod(b, 0)) == whole{1, 0});
  CHECK(max(b, {0}).type() == boolean);
  CHECK(min(b, {0}).to_vector<bool>() == std::vector<bool>{true, false});
  CHECK(mean(array{1, 2}).item() == 1.5);
  CHECK(mean(array{highest, highest}).item() == 0x1p63);
  CHECK(norm(array{4000000000, 3000000000}).item() == 5e9);
  CHECK(sum(zeros({0, 2}, int64), 0).to_vector<std::int64_t>() == whole{0, 0});
}

TEST_CASE("places and orders of what differs in the last bit") {
  const array x{big - 1, big, big - 1};
  CHECK(argmax(x) == 1);
  CHECK(argmin(array{big, big - 1}) == 1);
  CHECK(ints(argsort(x)) == whole{0, 2, 1});
  CHECK(ints(sort(x, -1, true).values) == whole{big, big - 1, big - 1});
  CHECK(ints(scatter_add(array{highest, 0}, array{0, 1}, array{1, 2}, 0)) == whole{lowest, 2});
}

TEST_CASE("recorded, whole numbers stay whole and hand no gradient on") {
  graph g;
  const auto x = input(array{2.0, -1.0}, "x");
  const auto index = argsort(x, 0) + 1;
  CHECK(index.type() == int64);
  CHECK(ints(index.value()) == whole{2, 1});
  const auto y = sum(index * x);
  backward(y);
  CHECK(grad(x).to_vector<double>() == std::vector<double>{2, 1});
  const auto positive = sum(x > 0.0);
  CHECK(positive.type() == int64);
  backward(sum(x * positive));
  CHECK(grad(x).to_vector<double>() == std::vector<double>{1, 1});
  // Replayed, too, with the digits that no scalar node could keep.
  const auto far = argsort(x, 0) + big;
  const node_id changed[] = {g.id(x.ref(), "test")};
  const array values[] = {array{5.0, 7.0}};
  const auto again = seegrad::detail::replay_arrays(g, g.id(far.ref(), "test"), changed, values);
  CHECK(ints(again.array_at(g.id(far.ref(), "test"))) == whole{big, big + 1});
}
